// Decides one command on the batch's snapshots: replay, refusal or event.

import Tickets

extension Journal {
    func decide(
        _ pending: PendingCommand, _ known: [CommandKey: TicketEvent], in batch: inout DecisionBatch
    ) throws(StoreError) {
        let command = pending.command
        // Sent by a session that does not know of the erasure yet.
        if erasures.covers(command.caller.person.id) {
            return batch.conclude(pending, .failure(Authenticator.unauthorized))
        }
        if let id = try ticket(of: command, in: batch), unrecovered[id] != nil {
            return batch.conclude(
                pending,
                .failure(
                    .unavailable(
                        "The outcome of the last write to this ticket is not known yet; try again."
                    )))
        }
        if let key = try key(of: command, in: batch),
            let earlier = batch.keys[key] ?? known[key]
        {
            return try replay(earlier, for: pending, in: &batch)
        }
        switch command.request {
        case .create(let new): create(new, pending, in: &batch)
        case .edit(let reference, let edit): try decide(edit, of: reference, pending, in: &batch)
        case .redact(let reference, let seq, let reason):
            try redact(reference, seq, because: reason, pending, in: &batch)
        case .clockDue(let id): try ring(id, pending, in: &batch)
        case .adopt(let adopted): try adopt(adopted, pending, in: &batch)
        }
    }

    private func ticket(of command: TicketCommand, in batch: DecisionBatch) throws(StoreError)
        -> TicketID?
    {
        switch command.request {
        case .create: nil
        case .edit(let reference, _), .redact(let reference, _, _):
            try ticketID(reference, in: batch)
        case .clockDue(let id): id
        case .adopt(let adopted): adopted.ticket
        }
    }

    /// A repeated key: returns the first call's result, or a refusal when the command differs. An
    /// author who can no longer see the ticket, perhaps by that very command, still learns that it
    /// was carried out, but nothing later.
    private func replay(
        _ earlier: TicketEvent, for pending: PendingCommand, in batch: inout DecisionBatch
    ) throws(StoreError) {
        guard let snapshot = try snapshot(earlier.ticket, in: batch) else {
            return batch.conclude(pending, .failure(.notFound))
        }
        let isInSight = pending.command.caller.canAccess(snapshot.ticket)
        // After a redaction the commands can no longer be compared.
        guard earlier.isRedacted || earlier.fingerprint == pending.fingerprint else {
            let isCreation = if case .create = pending.command.request { true } else { false }
            return batch.conclude(
                pending,
                .failure(
                    isInSight || isCreation
                        ? TicketRejection(
                            .keyMismatch, "This key was used for a different command.",
                            field: "key") : .notFound))
        }
        batch.conclude(
            pending,
            .success(
                Decided(
                    event: earlier, snapshot: snapshot, isReplay: true, isOutOfSight: !isInSight)))
    }

    /// A client's own event that clients do not see has a `seq` beyond their view. They know it
    /// from its acknowledgement, so it stands for the newest event that they see.
    private func asSeen(
        _ edit: TicketEdit, on snapshot: Ticket, by caller: Caller, in batch: DecisionBatch
    ) throws(StoreError) -> TicketEdit {
        guard let expected = edit.expectedSeq, caller.audience(of: snapshot) == .client else {
            return edit
        }
        let newest = snapshot.publicActivity.seq
        for seq in expected.numbers.prefix(Self.versionsMax)
        where seq > newest && seq <= snapshot.seq {
            guard let event = try event(seq, of: snapshot.id, in: batch),
                event.by.id == caller.person.id
            else { continue }
            var edit = edit
            edit.expectedSeq = ExpectedVersions([newest])
            return edit
        }
        return edit
    }

    /// Versions of a list that are looked up in the log.
    private static let versionsMax = 8

    private func create(_ new: NewTicket, _ pending: PendingCommand, in batch: inout DecisionBatch)
    {
        do throws(TicketRejection) {
            let event = try rules(in: batch).create(
                new, number: batch.nextNumber, by: pending.command.caller,
                key: pending.command.key, fingerprint: pending.fingerprint)
            guard let ticket = event.created else { return }
            // Charged here, so that repeated keys and refused commands do not count.
            try accounts.charge(creationBy: pending.command.caller.person)
            batch.nextNumber += 1
            batch.accept(event, of: pending, before: nil, snapshot: TicketSnapshot(ticket))
        } catch {
            batch.conclude(pending, .failure(error))
        }
    }

    private func decide(
        _ edit: TicketEdit, of reference: TicketReference, _ pending: PendingCommand,
        in batch: inout DecisionBatch
    ) throws(StoreError) {
        guard let id = try ticketID(reference, in: batch),
            let snapshot = try snapshot(id, in: batch)
        else {
            return batch.conclude(pending, .failure(.notFound))
        }
        let asked = try asSeen(edit, on: snapshot.ticket, by: pending.command.caller, in: batch)
        do throws(TicketRejection) {
            let command = pending.command
            guard
                let event = try rules(in: batch).decide(
                    asked, on: snapshot.ticket, by: command.caller, key: command.key,
                    fingerprint: pending.fingerprint)
            else {
                let asBefore = Decided(event: nil, snapshot: snapshot, isReplay: false)
                return batch.conclude(pending, .success(asBefore))
            }
            batch.accept(
                event, of: pending, before: snapshot,
                snapshot: snapshot.applying(event))
        } catch {
            var rejection = error
            if rejection.code == .stale {
                let base = edit.draft?.baseSeq ?? snapshot.ticket.seq
                rejection.missed = try store.events(of: id, after: base, limit: 200)
                rejection.missed += batch.events.filter { $0.ticket == id && $0.seq > base }
            }
            batch.conclude(pending, .failure(rejection))
        }
    }

    private func redact(
        _ reference: TicketReference, _ seq: Int, because reason: String,
        _ pending: PendingCommand, in batch: inout DecisionBatch
    ) throws(StoreError) {
        guard let id = try ticketID(reference, in: batch),
            let snapshot = try snapshot(id, in: batch)
        else {
            return batch.conclude(pending, .failure(.notFound))
        }
        let target = try event(seq, of: id, in: batch)
        do throws(TicketRejection) {
            let command = pending.command
            guard
                let event = try rules(in: batch).redact(
                    target, because: reason, on: snapshot.ticket, by: command.caller,
                    key: command.key, fingerprint: pending.fingerprint)
            else {
                let asBefore = Decided(event: nil, snapshot: snapshot, isReplay: false)
                return batch.conclude(pending, .success(asBefore))
            }
            if let target, let mark = event.mark { batch.rewrites.append(target.redacted(mark)) }
            batch.accept(
                event, of: pending, before: snapshot,
                snapshot: snapshot.applying(event))
        } catch {
            batch.conclude(pending, .failure(error))
        }
    }

    /// The event as of this batch, or the stored one.
    func event(
        _ seq: Int, of id: TicketID, in batch: DecisionBatch
    ) throws(StoreError) -> TicketEvent? {
        func isMeant(_ event: TicketEvent) -> Bool { event.ticket == id && event.seq == seq }
        if let event = batch.rewrites.first(where: isMeant) { return event }
        if let event = batch.events.first(where: isMeant) { return event }
        guard seq > 0 else { return nil }
        return try store.events(of: id, after: seq - 1, limit: 1).first(where: isMeant)
    }

    private func ring(
        _ id: TicketID, _ pending: PendingCommand, in batch: inout DecisionBatch
    ) throws(StoreError) {
        guard let snapshot = try snapshot(id, in: batch) else { return }
        guard let event = rules(in: batch).decideAlarm(on: snapshot.ticket) else {
            // The clock has moved; the snapshot has its new due time, which may be this very
            // moment.
            if let at = snapshot.ticket.sla.nextAlarm { alarms.insert(id, at: at) }
            return
        }
        batch.accept(
            event, of: pending, before: snapshot,
            snapshot: snapshot.applying(event))
    }

    func rules(in batch: DecisionBatch) -> TicketRules {
        let files = batch.files
        return TicketRules(
            policy: settings.policy, limits: settings.content, now: wallClock(),
            person: directory.person, file: { files[$0] })
    }
}
