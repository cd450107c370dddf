// Events of an older system: they are decided already and only checked against the log.

import Tickets

extension Journal {
    func adopt(
        _ adopted: AdoptedEvents, _ pending: PendingCommand, in batch: inout DecisionBatch
    ) throws(StoreError) {
        let before = try snapshot(adopted.ticket, in: batch)
        do throws(TicketRejection) {
            try adopted.requireFollowing(before?.ticket)
        } catch {
            return batch.conclude(pending, .failure(error))
        }
        switch try redactedMessages(of: adopted, in: batch) {
        case .failure(let rejection): return batch.conclude(pending, .failure(rejection))
        case .success(let messages): batch.rewrites += messages
        }
        guard let newest = try append(adopted, after: before, to: &batch) else { return }
        for person in adopted.people where directory.person(person.id) == nil {
            _ = directory.note(person)
            note(person)
        }
        batch.conclude(
            pending,
            .success(Decided(event: batch.events.last, snapshot: newest, isReplay: false)))
    }

    /// The messages that adopted events redact, as they are stored from then on.
    private func redactedMessages(
        of adopted: AdoptedEvents, in batch: DecisionBatch
    ) throws(StoreError) -> Result<[TicketEvent], TicketRejection> {
        var messages: [TicketEvent] = []
        for event in adopted.events {
            guard let redaction = event.redaction, let mark = event.mark else { continue }
            var target = adopted.events.first { $0.seq == redaction.seq }
            if target == nil {
                target = try self.event(redaction.seq, of: adopted.ticket, in: batch)
            }
            guard let target, target.hasWords else {
                return .failure(
                    TicketRejection(
                        .badRequest, "There is no message at seq \(redaction.seq).",
                        field: "events"))
            }
            messages.append(target.redacted(mark))
        }
        return .success(messages)
    }

    /// The ticket after the adopted events; nil when they do not begin it.
    private func append(
        _ adopted: AdoptedEvents, after before: TicketSnapshot?, to batch: inout DecisionBatch
    ) throws(StoreError) -> TicketSnapshot? {
        var newest = before
        for var event in adopted.events {
            if let created = event.created {
                event = event.numbered(try freeNumber(created.number, in: batch))
                batch.nextNumber = max(batch.nextNumber, (event.created?.number ?? 0) + 1)
            }
            guard let next = newest?.applying(event) ?? event.created.map(TicketSnapshot.init)
            else { break }
            batch.add(event, before: newest, snapshot: next)
            newest = next
        }
        return newest
    }

    /// The number of the older system, unless a ticket has it already.
    private func freeNumber(_ wanted: Int, in batch: DecisionBatch) throws(StoreError) -> Int {
        guard wanted >= 1, wanted <= Self.numberMax,
            !batch.snapshots.values.contains(where: { $0.ticket.number == wanted }),
            try store.ticketID(number: wanted) == nil
        else { return batch.nextNumber }
        return wanted
    }

    /// Nine digits.
    private static let numberMax = 999_999_999
}
