// Plans the changes of a draft and a set of fields on an EditPlan.

import Text

extension TicketRules {
    // MARK: Messages

    func planDraft(
        _ draft: Draft, of edit: TicketEdit, on snapshot: Ticket, by caller: Caller,
        in plan: inout EditPlan
    ) throws(TicketRejection) {
        try requireKnownBase(draft, on: snapshot, by: caller)
        guard !draft.isInternal else { return }
        let isStaff = caller.audience(of: snapshot) == .staff
        let reopensFirst =
            isStaff && (edit.action == .reopen || edit.edits.status?.isActive == true)
        guard snapshot.status != .closed || reopensFirst else { throw closed("body") }
        // Staff act as the client on their own request.
        if isStaff, !caller.isClient(of: snapshot) {
            try guardComposing(draft, on: snapshot, by: caller.person)
        } else {
            reopen(snapshot, in: &plan)
        }
    }

    /// A future seq cannot be on a screen: such a number would switch the guard off.
    private func requireKnownBase(
        _ draft: Draft, on snapshot: Ticket, by caller: Caller
    ) throws(TicketRejection) {
        let newest = snapshot.activity(for: caller.audience(of: snapshot)).seq
        try require(
            draft.baseSeq ?? 0 <= newest,
            invalid("baseSeq", "baseSeq is the newest event on the screen, at most \(newest)."))
    }

    private func guardComposing(
        _ draft: Draft, on snapshot: Ticket, by author: Person
    ) throws(TicketRejection) {
        guard let base = draft.baseSeq, !draft.force,
            snapshot.trail.isStale(at: base, for: author.id)
        else { return }
        var rejection = TicketRejection(
            .stale, "The conversation went on after \(base). Read it, or send with force.",
            field: "baseSeq")
        rejection.current = snapshot
        throw rejection
    }

    func message(
        of draft: Draft, on snapshot: Ticket, by caller: Caller
    ) throws(TicketRejection) -> Message {
        try require(draft.body.utf8.count <= limits.bodyBytes, tooLarge("body", limits.bodyBytes))
        try require(
            !draft.body.isBlank || !draft.attachments.isEmpty,
            invalid("body", "A message needs words or an attachment."))
        try require(
            draft.mentions.count <= limits.mentions,
            tooLarge("mentions", limits.mentions, "people"))
        for id in draft.mentions { try requireMentionable(id, on: snapshot, by: caller) }
        return Message(
            id: .make(at: now), body: draft.body, isInternal: draft.isInternal,
            mentions: draft.mentions, attachments: try attachments(draft.attachments, of: caller))
    }

    /// Clients cannot probe ids: they may name the people of the ticket, and staff, whom they find
    /// in the list of people.
    private func requireMentionable(
        _ id: ExactText, on snapshot: Ticket, by caller: Caller
    ) throws(TicketRejection) {
        let person = try known(id, "mentions")
        guard !caller.person.role.isStaff else { return }
        let isOfTicket =
            person.role.isStaff || id == snapshot.client.id || id == caller.person.id
            || snapshot.isWatched(by: id)
        guard isOfTicket else { throw unknown(id, "mentions") }
    }

    /// The author's own uploads not attached to a ticket yet. Uploads of others are answered as
    /// missing.
    func attachments(
        _ ids: [FileID], of caller: Caller
    ) throws(TicketRejection) -> [Attachment] {
        try require(
            ids.count <= limits.attachments, tooLarge("attachments", limits.attachments, "files"))
        try require(
            Set(ids).count == ids.count, invalid("attachments", "A file can be attached once."))
        var attachments: [Attachment] = []
        for id in ids {
            guard let file = file(id), file.owner == caller.person.id, file.claim == nil else {
                throw invalid(
                    "attachments",
                    "There is no file \(id) of yours that could be attached; upload it again.")
            }
            attachments.append(file.attachment)
        }
        return attachments
    }

    // MARK: Fields

    func planFields(
        _ edits: FieldEdits, by caller: Caller, in plan: inout EditPlan
    ) throws(TicketRejection) {
        guard !edits.isEmpty else { return }
        for field in TicketField.planningOrder {
            guard let value = edits[field] else { continue }
            switch field {
            case .status:
                if let status: Status = value.code() {
                    try planStatus(status, by: caller.person, in: &plan)
                }
            case .assignedTo: plan.assign(to: try staff(Assignee(value), caller))
            case .watchers: try planWatchers(value.texts, by: caller, in: &plan)
            default:
                let before = field.value(of: plan.next)
                let after = try field.check(value, self)
                if before != after { plan.add(FieldChange(field, from: before, to: after)) }
            }
        }
    }

    private func planWatchers(
        _ ids: [ExactText], by caller: Caller, in plan: inout EditPlan
    ) throws(TicketRejection) {
        let person = caller.person
        let before = plan.next
        var watchers: [Person] = []
        for id in ids {
            let watcher = id == "me" ? person : try known(id, "watchers")
            if !watchers.contains(where: { $0.id == watcher.id }) { watchers.append(watcher) }
        }
        let watches = watchers.contains { $0.id == person.id }
        if caller.audience(of: plan.snapshot) == .client {
            // A client sees, and sets, only their own watching.
            guard watches != before.isWatched(by: person.id) else { return }
            watchers = before.watchers.filter { $0.id != person.id } + (watches ? [person] : [])
        }
        try require(
            watchers.count <= limits.watchers, tooLarge("watchers", limits.watchers, "people"))
        plan.set(
            watchers: watchers, selfWatching: selfWatching(of: watchers, before, by: person.id))
    }

    /// The new list of watchers who added themselves. Adding yourself does not give access to the
    /// ticket; being named by another does, even if you watch already. An edit that only adds or
    /// removes its author leaves the others as they are.
    private func selfWatching(
        of watchers: [Person], _ before: Ticket, by author: ExactText
    ) -> [ExactText] {
        let others = watchers.map(\.id).filter { $0 != author }
        let othersBefore = before.watchers.map(\.id).filter { $0 != author }
        let movesOnlySelf =
            Set(others) == Set(othersBefore) && watchers.count != before.watchers.count
        return watchers.map(\.id).filter { id in
            if id == author { return !before.isOpenToWatcher(id) }
            return movesOnlySelf && before.selfWatching.contains(id)
        }
    }

    private func staff(_ assignee: Assignee, _ caller: Caller) throws(TicketRejection) -> Person? {
        switch assignee {
        case .nobody: return nil
        case .caller: return caller.person
        case .person(let id):
            let person = try known(id, "assignedTo")
            try require(
                person.role.isStaff,
                invalid("assignedTo", "\(person.name) is a client; tickets go to staff."))
            return person
        }
    }
}
