// Index of the lines of a JSON Lines file: 16 bytes per line.

import Adoption
import Text
import Wire

struct LinePlaces: Sendable {
    struct Part: Sendable {
        let ticket: Int32
        let length: Int32
        let offset: Int
    }

    private(set) var people: [OldValue] = []
    private(set) var tickets: [Part] = []
    private(set) var parts: [Part] = []
    /// Lines that are no part of any ticket.
    private(set) var broken: [(id: ExactText, reason: String)] = []

    init(path: String) throws {
        let input = try TransferInput(path: path)
        var ids: [ExactText: Int32] = [:]
        while let line = try input.next() {
            do {
                try note(line, at: input.lineOffset, &ids)
            } catch let error as JSONError {
                broken.append(("line \(input.lineNumber)", error.description))
            } catch let error as OldDocumentError {
                broken.append(("line \(input.lineNumber)", error.description))
            }
        }
        parts.sort { ($0.ticket, $0.offset) < ($1.ticket, $1.offset) }
    }

    private mutating func note(
        _ line: ArraySlice<UInt8>, at offset: Int, _ ids: inout [ExactText: Int32]
    ) throws {
        let json = try JSONReader.parse(Array(line), maxDepth: 32, maxMembers: 10_000)
        let (length, at) = (Int32(line.count), offset)
        switch json["type"]?.textValue {
        case "person": people.append(OldValue(json))
        case "ticket":
            guard let id = OldValue(json)["id"]?.text else {
                throw OldDocumentError("the ticket has no id")
            }
            guard ids[ExactText(id)] == nil else {
                throw OldDocumentError("the ticket \(id.excerpt) comes twice")
            }
            let place = Int32(tickets.count)
            ids[ExactText(id)] = place
            tickets.append(Part(ticket: place, length: length, offset: at))
        case "message", "change":
            guard let id = OldValue(json)["ticket"]?.text else {
                throw OldDocumentError("it names no ticket")
            }
            guard let place = ids[ExactText(id)] else {
                throw OldDocumentError("the ticket \(id.excerpt) does not come before it")
            }
            parts.append(Part(ticket: place, length: length, offset: at))
        default: throw OldDocumentError("its type must be person, ticket, message or change")
        }
    }
}
