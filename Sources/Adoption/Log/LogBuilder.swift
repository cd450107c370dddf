// Builds a plausible event log for an old ticket. Pure: a ticket always gives the same log, except
// for running clocks, which depend on `now`.

import Text
package import Tickets

/// An old ticket as a store keeps it.
package struct AdoptedTicket: Sendable {
    package let events: [TicketEvent]
    package let snapshot: Ticket
    /// What all its events count.
    package let statistics: StatisticsChange

    /// The people whom the log names, with their roles there.
    package var people: [Person] {
        var found = [snapshot.client] + snapshot.watchers
        if let holder = snapshot.assignedTo { found.append(holder) }
        for event in events {
            found.append(event.by)
            for change in event.changes {
                if let holder = change.assignee?.to { found.append(holder) }
            }
        }
        return found.filter { $0.role != .system }
    }
}

package struct LogBuilder {
    let old: OldTicket
    private let directory: OldPeople
    private let now: Timestamp
    let clocks: OldClocks
    private(set) var events: [TicketEvent] = []
    private(set) var snapshot: Ticket
    private(set) var statistics = StatisticsChange()

    package static func build(
        _ old: OldTicket, number: Int, _ directory: OldPeople, now: Timestamp
    ) -> AdoptedTicket {
        var builder = LogBuilder(old, number, directory, now)
        builder.run()
        return AdoptedTicket(
            events: builder.events, snapshot: builder.snapshot, statistics: builder.statistics)
    }

    private init(_ old: OldTicket, _ number: Int, _ directory: OldPeople, _ now: Timestamp) {
        self.old = old
        self.directory = directory
        self.now = now
        clocks = OldClocks(old)
        let at = Timestamp(milliseconds: old.createdAt)
        let activity = Activity(seq: 1, messageCount: 0, updatedAt: at, lastMessage: nil)
        let first = FirstValues(old)
        let named = old.client ?? OldPerson(id: "unknown", name: "unknown")
        let client = directory.person(named, as: .client)
        let watchers = Self.watchers(of: old, directory)
        snapshot = Ticket(
            id: old.id, number: number, project: first.project, title: first.title,
            description: old.description, category: first.category, status: first.status,
            priority: first.priority, client: client,
            assignedTo: first.assignedTo.map { directory.person($0, as: .technician).asStaff },
            watchers: watchers, tags: old.tags, attachments: old.attachments.here,
            sla: clocks.start(at: at, now: now), activity: activity, publicActivity: activity,
            trail: ComposeTrail(), waitingSince: at, reopenCount: 0, createdAt: at, closedAt: nil)
        events = [
            TicketEvent(
                ticket: old.id, seq: 1, publicPrev: 0, at: at, by: client, cause: .user,
                kind: .created, created: snapshot, origin: MessageID(of: old.id))
        ]
    }

    /// Continues the log of a ticket that is there already.
    init(
        _ old: OldTicket, after snapshot: Ticket, _ directory: OldPeople, now: Timestamp
    ) {
        self.old = old
        self.directory = directory
        self.now = now
        self.snapshot = snapshot
        clocks = OldClocks(old)
    }

    private mutating func run() {
        for event in events { statistics.note(event, snapshot) }
        let steps = OldSteps(old)
        let lastStatus = steps.lastStatusIndex
        events.reserveCapacity(steps.all.count + 3)
        for (index, step) in steps.all.enumerated() {
            breachIfDue(by: Timestamp(milliseconds: step.at))
            apply(step, setsLastStatus: index == lastStatus)
        }
        breachIfDue(by: now)
        addMissing()
        keepLeftovers()
    }

    // MARK: Steps

    mutating func apply(_ step: OldSteps.Step, setsLastStatus: Bool) {
        let at = time(step.at)
        switch step.what {
        case .message(let index):
            let message = old.messages[index]
            let author = author(of: message)
            add(
                at: at, by: author,
                message: Message(
                    id: message.id, body: message.body, isInternal: message.isInternal,
                    attachments: message.attachments.here),
                origin: message.id)
        case .change(let index):
            let line = old.history[index]
            let by = line.by.map { directory.person($0, as: role(of: $0)) } ?? .hub
            let change = line.change.flatMap { fieldChange($0) }
            // A line that changes nothing here still says what happened.
            let note = line.note ?? (change == nil ? line.change?.text : nil)
            add(
                at: at, by: by,
                message: note.map { Message(id: line.noteID, body: $0, isInternal: true) },
                changes: change.map { [$0] } ?? [], setsLastStatus: setsLastStatus,
                origin: line.id)
        case .status(let status):
            guard let change = fieldChange(.status(status)) else { return }
            add(at: at, by: holder ?? .hub, changes: [change], setsLastStatus: setsLastStatus)
        case .assignment:
            guard let change = fieldChange(.assignedTo(old.assignedTo)) else { return }
            add(at: at, by: holder ?? .hub, changes: [change])
        }
    }

    private var holder: Person? {
        old.assignedTo.map { directory.person($0, as: .technician).asStaff }
    }

    func author(of message: OldMessage) -> Person {
        guard let author = message.author else { return unnamed(message.role) }
        // `from: "client"` names the ticket's own.
        if author.isRoleAlone { return unnamed(author.role) }
        let person = directory.person(author, as: message.role ?? role(of: author))
        guard let role = message.role, directory.role(of: person.id) == nil, person.role != .system
        else { return person }
        return Person(id: person.id, name: person.name, role: role)
    }

    private func unnamed(_ role: Role?) -> Person {
        switch role {
        case .client: snapshot.client
        case .technician, .admin:
            holder ?? Person(id: "unknown", name: "unknown", role: .technician)
        case .system: .hub
        case nil: Person(id: "unknown", name: "unknown", role: .client)
        }
    }

    /// The role of a person for whom the document gives none.
    private func role(of person: OldPerson) -> Role {
        person.id == old.client?.id ? .client : .technician
    }

    /// nil: the field has this value already.
    func fieldChange(_ change: OldChange.Change) -> FieldChange? {
        let from = change.field.value(of: snapshot)
        guard !change.isBlank, !change.gives(from, by: directory) else { return nil }
        return FieldChange(change.field, from: from, to: change.value(by: directory))
    }

    func has(_ change: OldChange.Change, in ticket: Ticket) -> Bool {
        change.gives(change.field.value(of: ticket), by: directory)
    }

    // MARK: The end

    /// What the document says and its history did not.
    private mutating func addMissing() {
        let changes = old.fields.compactMap { fieldChange($0) }
        if !changes.isEmpty {
            add(
                at: time(old.updatedAt ?? 0), by: .hub, cause: .system, changes: changes,
                setsLastStatus: true)
        }
        if let (sla, facts) = clocks.corrected(snapshot.sla, at: snapshot.activity.updatedAt) {
            append(at: time(0), by: .hub, cause: .sla, kind: .sla, sla: facts, slaAfter: sla)
        }
    }

    mutating func keepLeftovers() {
        guard !old.leftovers.isEmpty else { return }
        let body = "Fields of the old ticket:\n" + old.leftovers.joined(separator: "\n")
        add(
            at: time(0), by: .hub, cause: .system,
            message: Message(id: OldEdit.leftovers.id(of: old), body: body, isInternal: true))
    }

    private mutating func breachIfDue(by moment: Timestamp) {
        guard let due = clocks.breachTime(snapshot.sla, by: moment) else { return }
        let at = time(due.milliseconds)
        let (sla, facts) = clocks.breach(snapshot.sla, at: at)
        append(at: at, by: .hub, cause: .sla, kind: .sla, sla: facts, slaAfter: sla)
    }

    // MARK: Events

    /// Those who had added themselves and still watch.
    private func selfWatching(after changes: [FieldChange]) -> [ExactText] {
        guard let change = changes.first(where: { $0.field == .watchers }) else { return [] }
        let watchers = change.to.people.map(\.id)
        return snapshot.selfWatching.filter { watchers.contains($0) }
    }

    var watchers: [Person] { Self.watchers(of: old, directory) }

    private static func watchers(
        of old: OldTicket, _ directory: OldPeople
    ) -> [Person] {
        var watchers: [Person] = []
        for watcher in old.watchers {
            let person = directory.person(watcher, as: .technician)
            if !watchers.contains(where: { $0.id == person.id }) { watchers.append(person) }
        }
        return watchers
    }

    func person(_ old: OldPerson) -> Person { directory.person(old, as: .technician) }

    /// Not before the newest event.
    func time(_ milliseconds: Int64) -> Timestamp {
        max(Timestamp(milliseconds: milliseconds), snapshot.activity.updatedAt)
    }

    /// - Parameter origin: nil: the ticket as a whole.
    mutating func add(
        at: Timestamp, by: Person, cause: Cause = .user, message: Message? = nil,
        changes: [FieldChange] = [], setsLastStatus: Bool = false, origin: MessageID? = nil
    ) {
        guard message != nil || !changes.isEmpty else { return }
        var after = snapshot.status
        for change in changes { after = change.status?.to ?? after }
        var sla = snapshot.sla
        let isByRequester = by.role.isStaff && by.id == snapshot.client.id
        let author = message.flatMap { $0.isInternal ? nil : isByRequester ? .client : by.role }
        let facts = clocks.advance(
            &sla, from: snapshot.status, to: after, at: at, isLast: setsLastStatus,
            messageFrom: author)
        append(
            at: at, by: by, cause: cause, kind: message == nil ? .change : .message,
            message: message, changes: changes, sla: facts,
            slaAfter: sla == snapshot.sla ? nil : sla, isByRequester: isByRequester,
            origin: origin)
    }

    mutating func append(
        at: Timestamp, by: Person, cause: Cause, kind: EventKind, message: Message? = nil,
        changes: [FieldChange] = [], sla: [SLAFact] = [], slaAfter: ServiceLevel? = nil,
        redaction: Redaction? = nil, isByRequester: Bool = false, origin: MessageID? = nil
    ) {
        let event = TicketEvent(
            ticket: old.id, seq: snapshot.seq + 1, publicPrev: snapshot.publicActivity.seq, at: at,
            by: by, cause: cause, kind: kind, message: message, changes: changes, sla: sla,
            slaAfter: slaAfter, redaction: redaction,
            selfWatching: selfWatching(after: changes), isByRequester: isByRequester,
            origin: origin ?? MessageID(of: old.id))
        events.append(event)
        snapshot = snapshot.applying(event)
        statistics.note(event, snapshot)
    }
}

extension MessageID {
    /// The ticket itself, where an event stands for no message or line of the history.
    package init(of ticket: TicketID) { self.init(high: ticket.high, low: ticket.low) }
}
