// Commits one batch in two steps: first the events, which are the truth and all that an
// acknowledgement waits for, then what follows from them. They are not in one transaction. A
// transaction of a killed hub keeps its locks for a minute, in which the next hub could not write
// those tickets; and lagging snapshots are repaired anyway.

private import Glibc
internal import Tickets

extension MongoTicketStore {
    func commit(_ batch: StoreBatch) throws(StoreError) {
        _ = try commit(batch, whole: true)
    }

    func commitByTicket(_ batch: StoreBatch) throws(StoreError) -> CommitReport {
        try commit(batch, whole: false)
    }

    private func commit(
        _ batch: StoreBatch, whole: Bool
    ) throws(StoreError) -> CommitReport {
        try settleEarlier()
        try awaitRoom()
        let name = batch.statistics.isEmpty ? nil : nextBatchName()
        let files = MongoFiles(client)
        do throws(MongoFailure) {
            try files.create(batch.files)
        } catch {
            // The events are written after; repeating an entry changes nothing.
            throw error.unavailable(client.address)
        }
        try files.forget(batch.expired)
        if batch.events.isEmpty, !whole {
            try writeMarks(batch)
            return CommitReport()
        }
        let rounds = writer.queue.rounds
        let report: CommitReport
        do throws(StoreError) {
            report = try insert(batch.eventDocuments(named: name, makeEventID), whole: whole)
        } catch {
            if case .unknownOutcome = error {
                doubtful.formUnion(batch.snapshots.map(\.id))
                doubtfulFiles.formUnion(batch.claims.keys)
                if let name { doubtfulBatches.append(name) }
            }
            throw error
        }
        let insert = ConfirmedInsert(
            election: client.primary.election, changes: client.primary.changes, after: rounds)
        try derive(from: batch, named: name, report, by: insert, isWhole: whole)
        return report
    }

    private func nextBatchName() -> BatchName {
        lastBatch = max(lastBatch &+ 1, wallClockNanoseconds())
        return .make(nanoseconds: lastBatch)
    }
}

func wallClockNanoseconds() -> UInt64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    return UInt64(clamping: now.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: now.tv_nsec)
}
