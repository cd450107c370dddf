// Events that an older system has told: decided already, so they are only checked against the log.

import Tickets

extension Journal {
    func adopt(
        _ adopted: AdoptedEvents, _ pending: PendingCommand, in round: inout DecisionBatch
    ) throws(StoreError) {
        let before = try snapshot(adopted.ticket, in: round)
        do throws(TicketRejection) {
            try adopted.requireFollowing(before?.ticket)
        } catch {
            return round.conclude(pending, .failure(error))
        }
        switch try redactedMessages(of: adopted, in: round) {
        case .failure(let rejection): return round.conclude(pending, .failure(rejection))
        case .success(let messages): round.rewrites += messages
        }
        guard let newest = try append(adopted, after: before, to: &round) else { return }
        for person in adopted.people where directory.person(person.id) == nil {
            _ = directory.note(person)
            note(person)
        }
        round.conclude(
            pending,
            .success(Decided(event: round.events.last, snapshot: newest, isReplay: false)))
    }

    /// The messages that adopted events redact, as they are stored from then on.
    private func redactedMessages(
        of adopted: AdoptedEvents, in round: DecisionBatch
    ) throws(StoreError) -> Result<[TicketEvent], TicketRejection> {
        var messages: [TicketEvent] = []
        for event in adopted.events {
            guard let redaction = event.redaction, let mark = event.mark else { continue }
            var target = adopted.events.first { $0.seq == redaction.seq }
            if target == nil {
                target = try self.event(redaction.seq, of: adopted.ticket, in: round)
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
        _ adopted: AdoptedEvents, after before: TicketSnapshot?, to round: inout DecisionBatch
    ) throws(StoreError) -> TicketSnapshot? {
        var newest = before
        for var event in adopted.events {
            if let head = event.created {
                event = event.numbered(try freeNumber(head.number, in: round))
                round.nextNumber = max(round.nextNumber, (event.created?.number ?? 0) + 1)
            }
            guard let next = newest?.applying(event) ?? event.created.map(TicketSnapshot.init)
            else { break }
            round.add(event, before: newest, snapshot: next)
            newest = next
        }
        return newest
    }

    /// The number of the older system, unless a ticket has it already.
    private func freeNumber(_ wanted: Int, in round: DecisionBatch) throws(StoreError) -> Int {
        guard wanted >= 1, wanted <= Self.numberMax,
            !round.snapshots.values.contains(where: { $0.ticket.number == wanted }),
            try store.ticketID(number: wanted) == nil
        else { return round.nextNumber }
        return wanted
    }

    /// Nine digits.
    private static let numberMax = 999_999_999
}
