// Compares an old ticket with its log in the store. What the hub's people added is no difference.

package import Text
package import Tickets

package struct Difference: Sendable {
    package let ticket: ExactText
    package let what: String
}

package struct LogComparison {
    private let old: OldTicket
    private let directory: PeopleDirectory
    private var differences: [Difference] = []

    /// - Parameters:
    ///   - expected: the log that adoption makes of `old` today.
    ///   - log: the stored log; empty: the ticket is not there.
    package static func differences(
        _ old: OldTicket, _ expected: AdoptedTicket, _ log: [TicketEvent],
        _ directory: PeopleDirectory
    ) -> [Difference] {
        var comparison = LogComparison(old: old, directory: directory)
        comparison.compare(expected, log)
        return comparison.differences
    }

    private init(old: OldTicket, directory: PeopleDirectory) {
        self.old = old
        self.directory = directory
    }

    private mutating func compare(_ expected: AdoptedTicket, _ log: [TicketEvent]) {
        let adopted = Array(log.prefix(expected.events.count))
        guard let snapshot = Ticket.fold(adopted) else {
            return differ("it is not in the store")
        }
        compareMessages(adopted)
        compareHistory(expected, adopted)
        compareHead(snapshot)
        compareClocks(snapshot.sla)
    }

    private mutating func compareMessages(_ log: [TicketEvent]) {
        var stored: [MessageID: TicketEvent] = [:]
        for event in log { if let message = event.message { stored[message.id] = event } }
        for (index, message) in old.messages.enumerated() {
            let place = "message \(index + 1)"
            guard let event = stored.removeValue(forKey: message.id), let there = event.message
            else {
                differ("\(place) is missing")
                continue
            }
            if ExactText(there.body) != ExactText(message.body) { differ("\(place): the text") }
            if there.isInternal != message.isInternal { differ("\(place): internal or not") }
            if event.at.milliseconds < message.at { differ("\(place): the time") }
            if let author = message.author, !author.isRoleAlone {
                let person = directory.person(author, as: message.role ?? .technician)
                if event.by.id != person.id { differ("\(place): the author") }
            }
        }
        for line in old.history where line.note != nil {
            let body = stored[line.noteID]?.message?.body
            if body.map({ ExactText($0) }) != line.note.map({ ExactText($0) }) {
                differ("a note of the history")
            }
        }
    }

    private mutating func compareHistory(_ expected: AdoptedTicket, _ log: [TicketEvent]) {
        func lines(_ events: [TicketEvent]) -> [FieldChange] { events.flatMap(\.changes) }
        let (wanted, there) = (lines(expected.events), lines(log))
        if wanted.count != there.count {
            return differ("the history has \(there.count) changes and not \(wanted.count)")
        }
        for (index, (one, other)) in zip(wanted, there).enumerated() where !one.isSame(as: other) {
            differ("change \(index + 1) of the history: \(one.field.rawValue)")
        }
    }

    private mutating func compareHead(_ ticket: Ticket) {
        if ExactText(ticket.description) != ExactText(old.description) { differ("the description") }
        if ExactText(ticket.title) != ExactText(old.title) { differ("the title") }
        if ticket.status != old.status {
            differ("the status is \(ticket.status.rawValue) and not \(old.status.rawValue)")
        }
        if ticket.priority != old.priority { differ("the priority") }
        if ticket.category != old.category { differ("the category") }
        if ticket.project != old.project { differ("the project") }
        if ticket.tags != old.tags { differ("the tags") }
        let client = old.client.map { directory.person($0, as: .client).id } ?? "unknown"
        if ticket.client.id != client { differ("the client") }
        let holder = old.assignedTo.map { directory.person($0, as: .technician).id }
        if ticket.assignedTo?.id != holder { differ("the assignee") }
        let watchers = Set(old.watchers.map { directory.person($0, as: .technician).id })
        if Set(ticket.watchers.map(\.id)) != watchers { differ("the watchers") }
        if ticket.createdAt.milliseconds != old.createdAt { differ("the time of creation") }
    }

    private mutating func compareClocks(_ sla: ServiceLevel) {
        if let deadline = old.sla.deadlineAt, sla.deadlineAt?.milliseconds != deadline {
            differ("the deadline")
        }
        if let hours = old.sla.targetHours, sla.targetHours != hours { differ("the target") }
        if old.sla.breached == true, !old.sla.isEmpty, !sla.breached { differ("the breach") }
        if !old.status.isActive, let resolved = old.sla.resolvedAt,
            sla.resolvedAt?.milliseconds != resolved
        {
            differ("the time of resolution")
        }
    }

    private mutating func differ(_ what: String) {
        differences.append(Difference(ticket: old.name, what: what))
    }
}

extension FieldChange {
    /// The same change, whatever people are called today.
    fileprivate func isSame(as other: FieldChange) -> Bool {
        guard let one = assignee, let two = other.assignee else { return self == other }
        return one.from?.id == two.from?.id && one.to?.id == two.to?.id
    }
}
