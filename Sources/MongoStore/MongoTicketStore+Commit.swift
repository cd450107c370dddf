// Commits one batch in two steps: first the events, which are the truth, then their snapshots. They
// are not in one transaction. A transaction of a killed hub keeps its locks for a minute, in which
// the next hub could not write those tickets; and lagging snapshots are repaired anyway.

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
        let name = batch.statistics.isEmpty ? nil : nextBatchName()
        let files = MongoFiles(client)
        do throws(MongoFailure) {
            try files.create(batch.files)
        } catch {
            // The events are written after; repeating an entry changes nothing.
            throw error.unavailable(client.address)
        }
        try files.forget(batch.expired)
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
        try derive(from: batch, named: name, report)
        return report
    }

    /// Writes what earlier batches have left to be written or to be found out.
    private func settleEarlier() throws(StoreError) {
        if owed.isFull {
            do throws(MongoFailure) {
                try writeOwed()
            } catch {
                throw error.unavailable(client.address)
            }
        }
        if !doubtful.isEmpty || !doubtfulFiles.isEmpty {
            try awaitDoubtful()
            mendDoubtful(doubtful)
        }
    }

    /// The events of the report are durable: writes what follows from them.
    private func derive(
        from batch: StoreBatch, named name: BatchName?, _ report: CommitReport
    ) throws(StoreError) {
        var stored = batch
        if !report.lost.isEmpty {
            stored.events = batch.events.filter(report.isStored)
            stored.snapshots = batch.snapshots.filter { report.lost[$0.id] == nil }
            // Their snapshots, and the counts of the whole batch, follow from the log.
            doubtful.formUnion(report.lost.keys)
            if let name { doubtfulBatches.append(name) }
        }
        owed.add(stored, named: report.lost.isEmpty ? name : nil)
        do throws(MongoFailure) {
            try writeOwed()
        } catch {
            // The events are durable and lagging snapshots are repaired on load, so the batch
            // stands; the next commit writes what is owed. Without events, marks and people may be
            // retried.
            if batch.events.isEmpty { throw error.outcome(client.address) }
        }
        do throws(MongoFailure) {
            try MongoFiles(client).take(stored.claims)
        } catch {
            // Until then readers look for them in the events.
            doubtfulFiles.formUnion(stored.claims.keys)
        }
        carryOut(stored.events.filter { $0.redaction != nil })
    }

    /// The events are durable, so the batch stands. A failure here is completed by a later wait for
    /// the traces, or by the next hub that opens the store.
    private func carryOut(_ redactions: [TicketEvent]) {
        for event in redactions {
            // Words still owed must not be added after those from the log.
            owed.forgetWords(of: event.ticket)
            try? MongoRedaction(log: log).perform(event)
        }
    }

    private func nextBatchName() -> BatchName {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        let nanoseconds =
            UInt64(clamping: now.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: now.tv_nsec)
        lastBatch = max(lastBatch &+ 1, nanoseconds)
        return .make(nanoseconds: lastBatch)
    }

    /// Tries twice; clears what is owed only when all of it is written.
    func writeOwed() throws(MongoFailure) {
        guard !owed.isEmpty else { return }
        do throws(MongoFailure) {
            try writeOwedOnce()
        } catch {
            try writeOwedOnce()
        }
        owed = PendingWrites()
    }

    /// Words before snapshots: a stored snapshot implies that its words are stored.
    private func writeOwedOnce() throws(MongoFailure) {
        try client.upsert(owed.words.map { $1.upsert($0) }, into: .search)
        try client.upsert(owed.names.values.map(PersonWords.upsert), into: .names)
        do throws(MongoFailure) {
            try client.upsert(owed.snapshots.values.map(\.replacementOfOlder), into: .tickets)
        } catch {
            // A newer snapshot is stored: see `replacementOfOlder`.
            guard error.isDuplicateKey else { throw error }
        }
        try writeOwedStatistics()
        try client.upsert(owed.people.values.map(\.replacement), into: .people)
        try client.upsert(owed.reads.values.map(\.advance), into: .reads)
    }
}
