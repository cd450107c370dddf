// Handles seqs that another writer has used: publishes its events, and decides the affected
// commands again. Other commands of the batch are not affected.

import Glibc
import Reactor
import Tickets

/// How long to decide again. Before the third try a pause, of random length so that two writers do
/// not stay in step.
struct ConflictTimeout {
    private let deadline: Int64
    private var tries = 0

    init(milliseconds: Int64) { deadline = monotonicMilliseconds() + milliseconds }

    /// Asked before each try.
    mutating func waits() -> Bool {
        tries += 1
        guard tries > 1 else { return true }
        guard monotonicMilliseconds() < deadline else { return false }
        if tries > 2 { usleep(.random(in: 0...20_000)) }
        return true
    }
}

extension Journal {
    /// Publishes what is durable of the batch, and returns the commands to decide again: those of
    /// lost events, and every refusal or "as before", which may rest on a lost snapshot.
    func conclude(_ batch: DecisionBatch, _ report: CommitReport) -> ArraySlice<PendingCommand> {
        let publications = batch.publications.filter { report.isStored($0.event) }
        var before = batch.before.filter { report.lost[$0.key] != nil }
        for publication in publications {
            keep(publication.snapshot)
            if before[publication.ticket] != nil {
                before[publication.ticket] = .some(publication.snapshot)
            }
        }
        var outcomes: [(command: PendingCommand, outcome: DecisionBatch.Outcome)] = []
        var again: [PendingCommand] = []
        for entry in batch.outcomes {
            if isFinal(entry.outcome, report) {
                outcomes.append(entry)
            } else {
                again.append(entry.command)
            }
        }
        nextNumber = batch.nextNumber
        publish(publications, outcomes)
        for id in report.lost.keys { snapshots.remove(id) }
        follow(before)
        return again[...]
    }

    private func isFinal(_ outcome: DecisionBatch.Outcome, _ report: CommitReport) -> Bool {
        guard case .success(let decided) = outcome, let event = decided.event else { return false }
        return decided.isReplay ? report.lost[event.ticket] == nil : report.isStored(event)
    }

    /// Publishes what others wrote to these tickets after the given snapshots, which members have
    /// seen, and takes up their ticket numbers.
    func follow(_ tickets: [TicketID: TicketSnapshot?]) {
        for case (let id, let before?) in tickets {
            do throws(StoreError) {
                try publishStored(of: id, after: before)
            } catch {
                // The ticket goes on once members can be shown what they lack.
                unrecovered[id] = .some(before)
            }
        }
        let highest = readIfPossible("the highest number") { () throws(StoreError) in
            try store.highestNumber()
        }
        if let highest { nextNumber = max(nextNumber, highest + 1) }
    }

    /// Publishes the stored events after the snapshot; nil: all of the ticket.
    func publishStored(of id: TicketID, after before: TicketSnapshot?) throws(StoreError) {
        let stored = try store.events(of: id, after: before?.ticket.seq ?? 0, limit: 10_000)
        snapshots.remove(id)
        var publications: [Publication] = []
        var snapshot = before
        for event in stored {
            guard let next = snapshot.map({ $0.ticket.applying(event) }) ?? event.created else {
                break
            }
            let box = TicketSnapshot(next)
            publications.append(Publication(event, before: snapshot, snapshot: box))
            snapshot = box
        }
        if let snapshot { keep(snapshot) }
        publish(publications, [])
    }
}
