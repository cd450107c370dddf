// Decides a command on a snapshot (docs/protocol.md 4). Pure: the snapshot is not changed.

package import Text

/// Limits of content (docs/protocol.md 14.1).
package struct ContentLimits: Sendable {
    /// UTF-8 bytes.
    package var bodyBytes = 16 * 1024
    /// Characters.
    package var titleCharacters = 200
    package var attachments = 10
    package var tags = 20
    package var tagCharacters = 50
    package var watchers = 100
    package var mentions = 50
    package var keyCharacters = 64
    package var projectCharacters = 100
    package var reasonCharacters = 500

    package init() {}

    /// Limits the bytes too, because a character may have unlimited marks: at the size of the
    /// largest emoji.
    func fits(_ text: String, _ characters: Int) -> Bool {
        bounds(text, characters) && text.count <= characters
    }

    func bounds(_ text: String, _ characters: Int) -> Bool { text.utf8.count <= 32 * characters }
}

package struct TicketRules {
    package let policy: SLAPolicy
    package let limits: ContentLimits
    package let now: Timestamp
    /// People seen in tokens, by id.
    package let person: (ExactText) -> Person?
    /// Files that have been uploaded, by id.
    package let file: (FileID) -> StoredFile?

    package init(
        policy: SLAPolicy, limits: ContentLimits, now: Timestamp,
        person: @escaping (ExactText) -> Person?,
        file: @escaping (FileID) -> StoredFile? = { _ in nil }
    ) {
        self.policy = policy
        self.limits = limits
        self.now = now
        self.person = person
        self.file = file
    }

    /// The event that `edit` makes of `snapshot`; nil when it changes nothing.
    package func decide(
        _ edit: TicketEdit, on snapshot: Ticket, by caller: Caller, key: ExactText?,
        fingerprint: UInt64
    ) throws(TicketRejection) -> TicketEvent? {
        try authorise(edit, on: snapshot, by: caller)
        if let expected = edit.expectedSeq {
            try requireSeq(expected, of: snapshot, for: caller.audience(of: snapshot))
        }
        var plan = EditPlan(snapshot: snapshot, now: now)
        if let draft = edit.draft {
            try planDraft(draft, of: edit, on: snapshot, by: caller, in: &plan)
        }
        if let action = edit.action {
            try planAction(action, named: edit.edits, on: snapshot, by: caller, in: &plan)
        }
        try planFields(edit.edits, by: caller, in: &plan)
        return event(
            from: plan,
            message: try edit.draft.map { draft throws(TicketRejection) in
                try message(of: draft, on: snapshot, by: caller)
            }, manualTarget: edit.edits.targetHours, by: caller, key: key,
            fingerprint: fingerprint)
    }

    /// The warning or breach that is due for `snapshot`, if any.
    package func decideAlarm(on snapshot: Ticket) -> TicketEvent? {
        let (sla, facts) = snapshot.sla.alarms(at: now)
        guard !facts.isEmpty else { return nil }
        return TicketEvent(
            ticket: snapshot.id, seq: snapshot.seq + 1, publicPrev: snapshot.publicActivity.seq,
            at: now,
            by: .hub, cause: .sla, kind: .sla, sla: facts, slaAfter: sla)
    }

    private func event(
        from plan: EditPlan, message: Message?, manualTarget: Double??, by caller: Caller,
        key: ExactText?, fingerprint: UInt64
    ) -> TicketEvent? {
        guard message != nil || !plan.changes.isEmpty else { return nil }
        let author = caller.person
        let isByRequester = author.role.isStaff && caller.isClient(of: plan.snapshot)
        let publicAuthor = message.flatMap {
            $0.isInternal ? nil : isByRequester ? .client : author.role
        }
        let (sla, facts) = SLAClockwork(policy: policy, now: now).advance(
            from: plan.snapshot, to: plan.next, manualTarget: manualTarget,
            messageFrom: publicAuthor)
        return TicketEvent(
            ticket: plan.snapshot.id, seq: plan.snapshot.seq + 1,
            publicPrev: plan.snapshot.publicActivity.seq,
            at: now, by: author, cause: .user, kind: message == nil ? .change : .message,
            message: message, changes: plan.changes, sla: facts,
            slaAfter: sla == plan.snapshot.sla ? nil : sla, key: key, fingerprint: fingerprint,
            selfWatching: plan.changesWatchers ? plan.next.selfWatching : [],
            isByRequester: isByRequester)
    }

    private func requireSeq(
        _ expected: ExpectedVersions, of snapshot: Ticket, for audience: Audience
    ) throws(TicketRejection) {
        guard !expected.includes(snapshot.activity(for: audience).seq) else { return }
        var rejection = TicketRejection(
            .conflict, "The ticket has changed: it is at \(snapshot.activity(for: audience).seq).",
            field: "ifSeq")
        rejection.current = snapshot
        throw rejection
    }
}

/// A snapshot being changed, with the list of changes.
struct EditPlan {
    let snapshot: Ticket
    let now: Timestamp
    private(set) var next: Ticket
    private(set) var changes: [FieldChange] = []

    init(snapshot: Ticket, now: Timestamp) {
        self.snapshot = snapshot
        self.now = now
        next = snapshot
    }

    mutating func set(status: Status) {
        guard next.status != status else { return }
        // One event states the final status, not the ones on the way.
        changes.removeAll { $0.field == .status }
        next.status = snapshot.status
        next.reopenCount = snapshot.reopenCount
        next.closedAt = snapshot.closedAt
        if snapshot.status != status { add(.status(from: snapshot.status, to: status)) }
    }

    mutating func assign(to person: Person?) {
        guard next.assignedTo?.id != person?.id else { return }
        changes.removeAll { $0.field == .assignedTo }
        next.assignedTo = snapshot.assignedTo
        if snapshot.assignedTo?.id != person?.id {
            add(.assignedTo(from: snapshot.assignedTo, to: person))
        }
    }

    var changesWatchers: Bool { changes.contains { $0.field == .watchers } }

    /// Sets the watchers, and those of them who added themselves.
    mutating func set(watchers: [Person], selfWatching: [ExactText]) {
        guard
            watchers.map(\.id) != next.watchers.map(\.id) || selfWatching != next.selfWatching
        else { return }
        add(.watchers(from: next.watchers, to: watchers))
        next.selfWatching = selfWatching
    }

    mutating func add(_ change: FieldChange) {
        changes.append(change)
        next.apply(change, at: now)
    }
}
