// Identifiers from callers: ids, refs and the cursors of lists.

import Text

@testable import Tickets
@testable import Wire

enum NameFuzz {
    @Sendable static func run(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes) else { return }
        person(ExactText(text))
        id(text)
        reference(text)
        if let cursor = TicketCursor(ExactText(text)) {
            require(cursor.values.count == cursor.sort.keys.count, "a cursor has its sort's values")
            require(TicketCursor(cursor.text) == cursor, "a cursor returns: \(text)")
        }
    }

    private static func person(_ id: ExactText) {
        guard id.faultAsPerson == nil else { return }
        require(OneLine.cleaned(id) == id, "a person's id is its own form on one line: \(id)")
        require(id.faultAsLoggedPerson == nil, "who may sign in may be in a log: \(id)")
    }

    private static func id(_ text: String) {
        guard let id = TicketID(text) else { return }
        require(id.description.utf8.elementsEqual(text.lowercased().utf8), "an id has its digits")
        require(TicketID(id.description) == id, "an id returns")
        require(!(id < id), "an id is not before itself")
    }

    private static func reference(_ text: String) {
        guard let reference = TicketReference(text) else { return }
        require(text.utf8.allSatisfy { $0 < 0x80 }, "a reference is ASCII: \(text)")
        switch reference {
        case .id(let id): require(TicketReference("\(id)") == reference, "a reference returns")
        case .number(let number):
            require(number >= 0, "a number is not negative")
            require(TicketReference("T-\(number)") == reference, "a reference returns: \(text)")
        }
    }
}
