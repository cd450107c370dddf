// Compares an old ticket with its log in the store. What the hub's people added is no difference.

package import Text
package import Tickets

package struct Difference: Sendable {
    package let ticket: ExactText
    package let what: String
}

package struct LogComparison {
    private let old: OldTicket
    private let directory: OldPeople
    private var differences: [Difference] = []

    /// - Parameters:
    ///   - log: the stored log; empty: the ticket is not there.
    ///   - number: the number that the log should have but lacks; nil: numbers agree.
    package static func differences(
        _ old: OldTicket, _ log: [TicketEvent], _ directory: OldPeople, number: Int? = nil
    ) -> [Difference] {
        var comparison = LogComparison(old: old, directory: directory)
        comparison.compare(log)
        if let number, let there = log.first?.created?.number {
            comparison.differ("the number is \(there) and not \(number)")
        }
        return comparison.differences
    }

    private init(old: OldTicket, directory: OldPeople) {
        self.old = old
        self.directory = directory
    }

    private mutating func compare(_ log: [TicketEvent]) {
        guard !log.isEmpty else { return differ("it is not in the store") }
        guard let adopted = AdoptedLog(log) else {
            return differ("the store's ticket was not adopted")
        }
        compareMessages(adopted)
        compareHistory(adopted)
        compareHead(adopted)
        compareClocks(adopted.snapshot.sla)
    }

    /// An edited message counts as its newest replacement, a removed one as its redaction. Words
    /// that the hub's people redacted are no difference.
    private mutating func compareMessages(_ adopted: AdoptedLog) {
        for (index, message) in old.messages.enumerated() {
            let place = "message \(index + 1)"
            let versions = adopted.versions(of: message.id)
            guard let first = versions.first, let event = versions.last, let there = event.message
            else {
                differ("\(place) is missing")
                continue
            }
            if versions.dropLast().contains(where: { $0.message?.redacted == nil }) {
                differ("\(place): the text from before an edit")
            }
            guard there.redacted == nil else { continue }
            if ExactText(there.body) != ExactText(message.body) { differ("\(place): the text") }
            if there.isInternal != message.isInternal { differ("\(place): internal or not") }
            if first.at.milliseconds < message.at { differ("\(place): the time") }
            if let author = message.author, !author.isRoleAlone {
                let person = directory.person(author, as: message.role ?? .technician)
                if event.by.id != person.id { differ("\(place): the author") }
            }
        }
        let present = Set(old.messages.map(\.id))
        for id in adopted.originals where !present.contains(id) {
            if adopted.versions(of: id).last?.message?.redacted == nil {
                differ("the message \(id) was removed in the old ticket")
            }
        }
    }

    private mutating func compareHistory(_ adopted: AdoptedLog) {
        for (index, line) in old.history.enumerated() {
            let place = "line \(index + 1) of the history"
            guard let event = adopted.line(line.id) else {
                differ("\(place) is missing")
                continue
            }
            if let note = line.note {
                let there = adopted.message(line.noteID)?.message
                let isSame = there.map { ExactText($0.body) } == ExactText(note)
                if !isSame, there?.redacted == nil { differ("\(place): the note") }
            }
            if let by = line.by, event.by.id != directory.person(by, as: .technician).id {
                differ("\(place): the author")
            }
            if let change = event.changes.first, !change.ends(as: line.change, directory) {
                differ("\(place): \(change.field.rawValue)")
            }
            if event.changes.isEmpty, line.note == nil, let change = line.change,
                event.message.map({ ExactText($0.body) }) != ExactText(change.text),
                event.message?.redacted == nil
            {
                differ("\(place): the change")
            }
        }
    }

    private mutating func compareHead(_ adopted: AdoptedLog) {
        let ticket = adopted.snapshot
        if ExactText(ticket.description) != ExactText(old.description), ticket.redacted == nil,
            !adopted.hasNote(.description, of: old)
        {
            differ("the description")
        }
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
    /// Whether this is the change of a line of the history, whatever was before.
    fileprivate func ends(as change: OldChange.Change?, _ directory: OldPeople) -> Bool {
        guard let change, change.field == field else { return false }
        return change.gives(to, by: directory)
    }
}
