// After a write of unknown outcome: what turned out to be durable is published and acknowledged,
// the rest is refused, and no ticket goes on before that is known.

import Glibc
import Reactor
import Tickets

extension Journal {
    func settle(_ round: Round) {
        let deadline = monotonicMilliseconds() + Self.settleMilliseconds
        var durable: Set<Int> = []
        var waiting = round.before
        while !waiting.isEmpty {
            for (id, before) in waiting {
                guard
                    let stored = try? store.events(
                        of: id, after: before?.ticket.seq ?? 0, limit: Self.batchMax)
                else { continue }
                for (index, event) in round.events.enumerated() where event.ticket == id {
                    if stored.contains(where: { $0.isSameEntry(as: event) }) {
                        durable.insert(index)
                    }
                }
                waiting[id] = nil
            }
            if waiting.isEmpty || monotonicMilliseconds() > deadline { break }
            // The one thread that may sleep: its tickets cannot go on without an answer.
            usleep(100_000)
        }
        for (id, before) in waiting { unsettled[id] = .some(before) }
        conclude(round, durable: durable)
    }

    private func conclude(_ round: Round, durable: Set<Int>) {
        let durableEvents = Set(durable.map { round.events[$0] })
        let publications = durable.sorted().map { round.publications[$0] }
        for publication in publications { keep(publication.head) }
        for id in round.heads.keys where !publications.contains(where: { $0.ticket == id }) {
            heads.remove(id)
        }
        nextNumber = round.nextNumber
        let refusal = TicketRejection.unavailable(
            "It is not known whether this was stored. Try again with the same key.")
        let outcomes = round.outcomes.map { entry -> (PendingCommand, Round.Outcome) in
            guard case .success(let decided) = entry.outcome, let event = decided.event,
                !decided.isReplay, !durableEvents.contains(event)
            else { return (entry.command, entry.outcome) }
            return (entry.command, .failure(refusal))
        }
        publish(publications, outcomes)
    }

    /// Tries once more to learn what became of writes that are still unsettled.
    func settleAll() {
        for (id, before) in unsettled {
            guard
                let stored = try? store.events(
                    of: id, after: before?.ticket.seq ?? 0, limit: 10_000)
            else { return }
            unsettled[id] = nil
            heads.remove(id)
            var publications: [Publication] = []
            var head = before
            for event in stored {
                guard let next = head.map({ $0.ticket.applying(event) }) ?? event.created else {
                    break
                }
                let box = HeadBox(next)
                publications.append(Publication(event, before: head, head: box))
                head = box
            }
            if let head { keep(head) }
            publish(publications, [])
        }
    }
}

extension TicketEvent {
    /// Whether a stored event is this very entry and not another writer's at the same seq.
    fileprivate func isSameEntry(as other: TicketEvent) -> Bool {
        seq == other.seq && at == other.at && by.id == other.by.id && kind == other.kind
            && message?.id == other.message?.id && key == other.key
    }
}
