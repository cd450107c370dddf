// Follows an old ticket that changes after its adoption: the events that bring its log up to date.
// They depend on the old ticket and the log alone, so that repeating them adds nothing, wherever
// the last run was cut off.

import Text
package import Tickets

package struct LogCatchUp {
    private let old: OldTicket
    private var builder: LogBuilder
    private let adopted: AdoptedLog
    /// What the old system has said of the ticket so far.
    private var said: Ticket
    /// The time of changes whose time the old system does not tell.
    private let changedAt: Timestamp

    /// What is missing in `log`; nil: the log is damaged, or of another ticket.
    /// - Parameters:
    ///   - number: for a ticket that is new.
    ///   - changedAt: when the old ticket changed.
    package static func events(
        of old: OldTicket, log: [TicketEvent], number: Int, _ directory: OldPeople,
        changedAt: Timestamp, now: Timestamp
    ) -> AdoptedTicket? {
        guard !log.isEmpty else {
            return LogBuilder.build(old, number: number, directory, now: now)
        }
        guard let snapshot = Ticket.fold(log), let adopted = AdoptedLog(log),
            adopted.snapshot.createdAt.milliseconds == old.createdAt
        else { return nil }
        var catchUp = LogCatchUp(old, snapshot, adopted, directory, min(changedAt, now), now)
        catchUp.run()
        let builder = catchUp.builder
        return AdoptedTicket(
            events: builder.events, snapshot: builder.snapshot, statistics: builder.statistics)
    }

    /// The note that says that the old ticket is gone; nil: it is there, or the ticket was not
    /// adopted.
    package static func deletion(
        of id: TicketID, log: [TicketEvent], at: Timestamp
    ) -> TicketEvent? {
        guard let snapshot = Ticket.fold(log), log.first?.origin != nil else { return nil }
        let note = OldEdit.deleted.id(of: MessageID(of: id), 0)
        guard !log.contains(where: { $0.message?.id == note }) else { return nil }
        return TicketEvent(
            ticket: id, seq: snapshot.seq + 1, publicPrev: snapshot.publicActivity.seq,
            at: max(at, snapshot.activity.updatedAt), by: .hub, cause: .system, kind: .message,
            message: Message(id: note, body: OldEdit.deleted.sentence, isInternal: true),
            origin: MessageID(of: id))
    }

    private init(
        _ old: OldTicket, _ snapshot: Ticket, _ adopted: AdoptedLog, _ directory: OldPeople,
        _ changedAt: Timestamp, _ now: Timestamp
    ) {
        self.old = old
        self.adopted = adopted
        self.changedAt = changedAt
        said = adopted.snapshot
        builder = LogBuilder(old, after: snapshot, directory, now: now)
    }

    private mutating func run() {
        addSteps()
        for event in builder.events { said = said.applying(event) }
        followFields()
        followDescription()
        followClocks()
        followMessages()
        if !adopted.hasNote(.leftovers, of: old) { builder.keepLeftovers() }
    }

    // MARK: Messages and history

    private mutating func addSteps() {
        let steps = OldSteps(old)
        for (index, step) in steps.all.enumerated() {
            switch step.what {
            case .message(let message) where !adopted.knows(old.messages[message].id): break
            case .change(let line) where !adopted.knows(old.history[line].id): break
            default: continue
            }
            builder.apply(step, setsLastStatus: index == steps.lastStatusIndex)
        }
    }

    private mutating func followMessages() {
        var present: Set<MessageID> = []
        for message in old.messages {
            present.insert(message.id)
            follow(message)
        }
        for id in adopted.originals where !present.contains(id) { remove(id) }
    }

    /// The replacement and its note come before the redaction: whatever of them is stored, the rest
    /// follows at the next run.
    private mutating func follow(_ message: OldMessage) {
        let versions = adopted.versions(of: message.id)
        guard let newest = versions.last, let there = newest.message else { return }
        for (index, version) in versions.dropLast().enumerated() {
            if adopted.noteCount(of: message.id) <= index {
                note(.edited, message.id, version, index)
            }
            redact(version, .edited, message.id)
        }
        // Words that the hub's people redacted do not come back.
        guard there.redacted == nil else { return }
        let isSame =
            ExactText(there.body) == ExactText(message.body(besides: there.attachments))
            && there.isInternal == message.isInternal
        guard !isSame else { return }
        let at = builder.time(changedAt.milliseconds)
        builder.add(
            at: at, by: builder.author(of: message),
            message: Message(
                id: OldEdit.edited.id(of: message.id, versions.count),
                body: message.body, isInternal: message.isInternal),
            origin: message.id)
        note(.edited, message.id, newest, versions.count - 1)
        redact(newest, .edited, message.id)
    }

    private mutating func remove(_ id: MessageID) {
        let versions = adopted.versions(of: id)
        guard let newest = versions.last, newest.message?.redacted == nil else { return }
        for version in versions.dropLast() { redact(version, .edited, id) }
        if adopted.noteCount(of: id) < versions.count {
            note(.removed, id, newest, versions.count - 1)
        }
        redact(newest, .removed, id)
    }

    private mutating func note(
        _ edit: OldEdit, _ id: MessageID, _ event: TicketEvent, _ index: Int
    ) {
        let body =
            "\(edit.sentence) The message was of \(event.by.name), \(event.at.rfc3339)."
        builder.add(
            at: builder.time(changedAt.milliseconds), by: .hub, cause: .system,
            message: Message(id: OldEdit.note.id(of: id, index), body: body, isInternal: true),
            origin: id)
    }

    private mutating func redact(_ event: TicketEvent, _ edit: OldEdit, _ id: MessageID) {
        guard let message = event.message, message.redacted == nil else { return }
        builder.append(
            at: builder.time(changedAt.milliseconds), by: .hub, cause: .system, kind: .redaction,
            redaction: Redaction(
                seq: event.seq, isPublic: !message.isInternal, reason: edit.sentence),
            origin: id)
    }

    // MARK: The ticket's own fields

    /// What the document says now and neither its history nor an earlier run has said. What the
    /// hub's people changed stays, until the old system changes it again.
    private mutating func followFields() {
        let wanted = old.fields.filter { !builder.has($0, in: said) }
        var changes = wanted.compactMap { builder.fieldChange($0) }
        changes += listChanges()
        guard !changes.isEmpty else { return }
        builder.add(
            at: builder.time(max(old.updatedAt ?? 0, changedAt.milliseconds)), by: .hub,
            cause: .system, changes: changes, setsLastStatus: true)
    }

    private func listChanges() -> [FieldChange] {
        var changes: [FieldChange] = []
        let watchers = builder.watchers
        if Set(said.watchers.map(\.id)) != Set(watchers.map(\.id)),
            builder.snapshot.watchers.map(\.id) != watchers.map(\.id)
        {
            changes.append(.watchers(from: builder.snapshot.watchers, to: watchers))
        }
        if said.tags != old.tags, builder.snapshot.tags != old.tags {
            changes.append(.tags(from: builder.snapshot.tags, to: old.tags))
        }
        return changes
    }

    /// A description is what the ticket was created with: a newer one becomes a note.
    private mutating func followDescription() {
        guard said.redacted == nil,
            ExactText(said.description)
                != ExactText(old.description(besides: said.attachments)),
            !adopted.hasNote(.description, of: old)
        else { return }
        builder.add(
            at: builder.time(changedAt.milliseconds), by: .hub, cause: .system,
            message: Message(
                id: OldEdit.description.id(of: old),
                body: "The description was changed in the old system:\n\n\(old.description)",
                isInternal: true))
    }

    private mutating func followClocks() {
        guard let (sla, facts) = builder.clocks.followed(builder.snapshot.sla, said: said.sla)
        else { return }
        builder.append(
            at: builder.time(changedAt.milliseconds), by: .hub, cause: .sla, kind: .sla,
            sla: facts, slaAfter: sla)
    }
}
