// People, callers and edits that the tests of the hub share.

import Text
import Tickets

extension Person {
    static let clara = Person(id: "c1", name: "Clara", role: .client)
    static let colin = Person(id: "c2", name: "Colin", role: .client)
    static let tess = Person(id: "t1", name: "Tess", role: .technician)
    static let theo = Person(id: "t2", name: "Theo", role: .technician)
    static let ada = Person(id: "a1", name: "Ada", role: .admin)
    static let everybody = [clara, colin, tess, theo, ada]

    var caller: Caller { Caller(person: self) }
}

extension Timestamp {
    static let start = Timestamp(milliseconds: 1_764_000_000_000)
}

extension NewTicket {
    static func about(_ title: String, _ priority: Priority = .normal) -> NewTicket {
        NewTicket(
            title: title, description: "It does not start.", category: .incident,
            priority: priority, project: "atlas")
    }
}

extension TicketEdit {
    static func say(_ body: String) -> TicketEdit {
        var edit = TicketEdit()
        edit.draft = Draft(body: body)
        return edit
    }

    static func note(_ body: String) -> TicketEdit {
        var edit = say(body)
        edit.draft?.isInternal = true
        return edit
    }

    static func act(_ action: TicketAction) -> TicketEdit {
        var edit = TicketEdit()
        edit.action = action
        return edit
    }

    static func set(_ change: (inout FieldEdits) -> Void) -> TicketEdit { TicketEdit().and(change) }

    func and(_ change: (inout FieldEdits) -> Void) -> TicketEdit {
        var edit = self
        change(&edit.edits)
        return edit
    }

    func seen(_ seq: Int) -> TicketEdit {
        var edit = self
        edit.draft?.baseSeq = seq
        return edit
    }
}
