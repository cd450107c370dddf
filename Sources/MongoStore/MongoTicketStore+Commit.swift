// One durable write, in two steps: the events, which are the truth, and then the snapshots that they
// make. No transaction holds the two together. One that a killed hub leaves open keeps its locks for
// a minute, in which the hub that starts after it could not write those tickets; and snapshots that lag
// are mended anyway.

private import Glibc
internal import Tickets

extension MongoTicketStore {
    func commit(_ batch: StoreBatch) throws(StoreError) {
        if owed.isFull {
            do throws(MongoFailure) {
                try writeOwed()
            } catch {
                throw error.unavailable(client.address)
            }
        }
        if !doubtful.isEmpty {
            try awaitDoubtful()
            mendDoubtful(doubtful)
        }
        let name = batch.statistics.isEmpty ? nil : nextBatchName()
        let files = MongoFiles(client)
        do throws(MongoFailure) {
            try files.create(batch.files)
        } catch {
            // Events come after; to make an entry again changes nothing.
            throw error.unavailable(client.address)
        }
        try files.forget(batch.expired)
        do throws(MongoFailure) {
            try client.insert(batch.eventDocuments(named: name), into: .events)
        } catch {
            let outcome = error.outcome(client.address)
            if case .unknownOutcome = outcome {
                doubtful.formUnion(batch.snapshots.map(\.id))
                if let name { doubtfulBatches.append(name) }
            }
            throw outcome
        }
        owed.add(batch, named: name)
        do throws(MongoFailure) {
            try writeOwed()
        } catch {
            // The events are durable and whoever loads a ticket mends its snapshot, so the batch
            // stands; the next commit writes what is owed. Alone, marks and people may be retried.
            if batch.events.isEmpty { throw error.outcome(client.address) }
        }
        // Whoever asks for a file that seems free looks into the events as well.
        try? files.take(batch.claims)
        carryOut(batch.events.filter { $0.redaction != nil })
    }

    /// Their events are durable, so the batch stands; what fails here is completed by whoever waits for
    /// the traces to be gone, or by the next hub that opens the store.
    private func carryOut(_ redactions: [TicketEvent]) {
        for event in redactions {
            // Words that are still owed must not come back after those of the log.
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

    /// Tries twice, and forgets what is owed only when all of it is written.
    func writeOwed() throws(MongoFailure) {
        guard !owed.isEmpty else { return }
        do throws(MongoFailure) {
            try writeOwedOnce()
        } catch {
            try writeOwedOnce()
        }
        owed = PendingWrites()
    }

    /// Words before snapshots: a snapshot that is there says that its words are.
    private func writeOwedOnce() throws(MongoFailure) {
        try client.upsert(owed.words.map { $1.upsert($0) }, into: .search)
        try client.upsert(owed.names.values.map(PersonWords.upsert), into: .names)
        do throws(MongoFailure) {
            try client.upsert(owed.snapshots.values.map(\.replacementOfOlder), into: .tickets)
        } catch {
            // A newer snapshot is there: see `replacementOfOlder`.
            guard error.isDuplicateKey else { throw error }
        }
        try writeOwedStatistics()
        try client.upsert(owed.people.values.map(\.replacement), into: .people)
        try client.upsert(owed.reads.values.map(\.advance), into: .reads)
    }
}
