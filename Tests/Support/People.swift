// People and commands that the tests of several targets share.

import Text
package import Tickets

extension Person {
    package static let clara = Person(id: "c1", name: "Clara", role: .client)
    package static let colin = Person(id: "c2", name: "Colin", role: .client)
    package static let tess = Person(id: "t1", name: "Tess", role: .technician)
    package static let theo = Person(id: "t2", name: "Theo", role: .technician)
    package static let ada = Person(id: "a1", name: "Ada", role: .admin)
    package static let everybody = [clara, colin, tess, theo, ada]

    package var caller: Caller { Caller(person: self) }
}

extension Timestamp {
    package static let start = Timestamp(milliseconds: 1_764_000_000_000)

    package func plus(minutes: Int64) -> Timestamp { advanced(byMilliseconds: minutes * 60_000) }
}

extension NewTicket {
    package static func about(_ title: String, _ priority: Priority = .normal) -> NewTicket {
        NewTicket(
            title: title, description: "It does not start.", category: .incident,
            priority: priority, project: "atlas")
    }
}

extension TicketEdit {
    package static func say(_ body: String) -> TicketEdit {
        var edit = TicketEdit()
        edit.draft = Draft(body: body)
        return edit
    }

    package static func note(_ body: String) -> TicketEdit {
        var edit = say(body)
        edit.draft?.isInternal = true
        return edit
    }

    package static func act(_ action: TicketAction) -> TicketEdit { TicketEdit().and(action) }

    package static func set(_ change: (inout FieldEdits) -> Void) -> TicketEdit {
        TicketEdit().and(change)
    }

    package func and(_ action: TicketAction) -> TicketEdit {
        var edit = self
        edit.action = action
        return edit
    }

    package func and(_ change: (inout FieldEdits) -> Void) -> TicketEdit {
        var edit = self
        change(&edit.edits)
        return edit
    }

    package func seen(_ seq: Int, force: Bool = false) -> TicketEdit {
        var edit = self
        edit.draft?.baseSeq = seq
        edit.draft?.force = force
        return edit
    }
}
