// Recovery after a write of unknown outcome: durable events are published and acknowledged, the
// rest is refused, and no ticket goes on before that is known.

import Glibc
import Reactor
import Tickets

extension Journal {
    func recover(_ batch: DecisionBatch) {
        let deadline = monotonicMilliseconds() + Self.recoveryMilliseconds
        var durable: Set<Int> = []
        var waiting = batch.before
        while !waiting.isEmpty {
            for (id, before) in waiting {
                let stored = readIfPossible("the outcome of a write") { () throws(StoreError) in
                    try store.events(of: id, after: before?.ticket.seq ?? 0, limit: Self.batchMax)
                }
                guard let stored else { continue }
                for (index, event) in batch.events.enumerated() where event.ticket == id {
                    if stored.contains(where: { $0.isSameEntry(as: event) }) {
                        durable.insert(index)
                    }
                }
                waiting[id] = nil
            }
            if waiting.isEmpty || monotonicMilliseconds() > deadline { break }
            // This thread alone may sleep: its tickets cannot go on without an answer.
            usleep(100_000)
        }
        for (id, before) in waiting { unrecovered[id] = .some(before) }
        conclude(batch, durable: durable)
    }

    private func conclude(_ batch: DecisionBatch, durable: Set<Int>) {
        let durableEvents = Set(durable.map { batch.events[$0] })
        let publications = durable.sorted().map { batch.publications[$0] }
        for publication in publications { keep(publication.snapshot) }
        for id in batch.snapshots.keys where !publications.contains(where: { $0.ticket == id }) {
            snapshots.remove(id)
        }
        nextNumber = batch.nextNumber
        let isKnown = batch.before.keys.allSatisfy { unrecovered[$0] == nil }
        let refusal = TicketRejection.unavailable(
            isKnown
                ? "The store did not take this. Nothing was written; try again with the same key."
                : "It is not known whether this was stored. Try again with the same key.")
        let outcomes = batch.outcomes.map { entry -> (PendingCommand, DecisionBatch.Outcome) in
            if rests(entry.outcome, on: durableEvents, of: batch) { return entry }
            // No caller retries a deadline, so it is set again.
            if case .clockDue(let ticket) = entry.command.command.request {
                alarms.insert(ticket, at: wallClock().advanced(byMilliseconds: 1000))
            }
            return (entry.command, .failure(refusal))
        }
        publish(publications, outcomes)
    }

    /// Whether an outcome is valid. If part of a batch is lost, decisions based on it are void:
    /// replays, refusals and "nothing to do" may rest on lost snapshots.
    private func rests(
        _ outcome: DecisionBatch.Outcome, on durable: Set<TicketEvent>, of batch: DecisionBatch
    ) -> Bool {
        if durable.count == batch.events.count { return true }
        guard case .success(let decided) = outcome, let event = decided.event else { return false }
        return decided.isReplay ? batch.snapshots[event.ticket] == nil : durable.contains(event)
    }

    /// Tries again to find the outcome of unrecovered writes.
    func recoverAll() {
        for (id, before) in unrecovered {
            do throws(StoreError) {
                try publishStored(of: id, after: before)
                unrecovered[id] = nil
            } catch {
                // A damaged log affects one ticket; an unavailable store affects all.
                if case .corrupt = error { continue }
                return
            }
        }
    }
}

extension TicketEvent {
    /// Whether a stored event is this entry, and not another writer's at the same seq.
    fileprivate func isSameEntry(as other: TicketEvent) -> Bool {
        seq == other.seq && at == other.at && by.id == other.by.id && kind == other.kind
            && message?.id == other.message?.id && key == other.key
    }
}
