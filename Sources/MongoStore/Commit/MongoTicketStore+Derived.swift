// Hands what follows from durable events to its writer, or waits for it where nothing else will do.

internal import Reactor
internal import Tickets

extension MongoTicketStore {
    var derived: DerivedState { writer.queue.derived }

    /// Finds out what earlier batches have left open.
    func settleEarlier() throws(StoreError) {
        guard !doubtful.isEmpty || !doubtfulFiles.isEmpty || !doubtfulBatches.isEmpty else {
            return
        }
        try awaitDoubtful()
        repairDoubtful(doubtful)
        // Batches are counted in their order.
        guard doubtfulBatches.isEmpty else {
            throw .unavailable("\(client.address.label): an earlier write is not settled yet")
        }
    }

    /// Waits until little is behind, and no more than would be found after a crash.
    func awaitRoom() throws(StoreError) {
        let end = monotonicMilliseconds() + Self.roomMs
        while true {
            let isOver = monotonicMilliseconds() >= end
            switch writer.queue.room {
            case .free: return
            case .late where isOver: return
            case .full where isOver:
                throw .unavailable(
                    "\(client.address.label): what follows from earlier events is not written yet")
            case .late, .full: DerivedQueue.pause()
            case .stuck: try writeLastingly()
            }
        }
    }

    /// Authors hear of a failure in time.
    private static let roomMs: Int64 = 4000

    /// The events of the report are durable: has all written that follows from them. `insert`: as
    /// confirmed. `isWhole`: returns when it is written.
    func derive(
        from batch: StoreBatch, named name: BatchName?, _ report: CommitReport,
        by insert: ConfirmedInsert, isWhole: Bool
    ) throws(StoreError) {
        var stored = batch
        if !report.lost.isEmpty {
            stored.events = batch.events.filter(report.isStored)
            stored.snapshots = batch.snapshots.filter { report.lost[$0.id] == nil }
            // Their snapshots, and the counts of the whole batch, follow from the log.
            doubtful.formUnion(report.lost.keys)
            if let name { doubtfulBatches.append(name) }
        }
        let durable = DurableBatch(
            batch: stored, name: report.lost.isEmpty ? name : nil,
            insert: stored.events.isEmpty ? nil : insert)
        let redactions = stored.events.filter { $0.redaction != nil }
        guard isWhole || !redactions.isEmpty else { return writer.handOver(durable) }
        let failure = writer.exclusively { writes -> MongoFailure? in
            writes.absorb(durable)
            defer { writes.carryOut(redactions) }
            do throws(MongoFailure) {
                try writes.writePending()
                return nil
            } catch {
                return error
            }
        }
        // The events are durable and lagging snapshots are repaired on load, so the batch stands;
        // what is pending is written later. Without events, marks and people may be retried.
        if let failure, batch.events.isEmpty { throw failure.outcome(client.address) }
    }

    /// People and marks without events: their own answers wait for them, so nothing else does.
    func writeMarks(_ batch: StoreBatch) throws(StoreError) {
        do throws(MongoFailure) {
            do throws(MongoFailure) {
                try writeMarksOnce(batch)
            } catch {
                try writeMarksOnce(batch)
            }
        } catch {
            throw error.outcome(client.address)
        }
    }

    private func writeMarksOnce(_ batch: StoreBatch) throws(MongoFailure) {
        var marks = PendingWrites()
        marks.add(batch, named: nil)
        try client.upsert(marks.names.values.map(PersonWords.upsert), into: .names)
        try client.upsert(marks.people.values.map(\.replacement), into: .people)
        try client.upsert(marks.reads.values.map(\.advance), into: .reads)
    }

    /// Returns when a majority has everything that follows from the events.
    func writeLastingly() throws(StoreError) {
        do throws(MongoFailure) {
            try writer.exclusively { writes throws(MongoFailure) in try writes.writeLastingly() }
        } catch {
            throw error.unavailable(client.address)
        }
    }

    func retryPendingWrites() {
        do throws(StoreError) {
            try settleEarlier()
        } catch {
            writer.exclusively { $0.noteFailure(error.description) }
        }
        writer.retryPendingWrites()
    }

    /// Nothing is pending, in doubt or unconfirmed any more when this returns.
    func settle() throws(StoreError) {
        try settleEarlier()
        try writeLastingly()
    }
}
