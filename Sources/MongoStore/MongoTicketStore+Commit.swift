// One durable write, in two steps: the events, which are the truth, and then the heads that they
// make. No transaction holds the two together. One that a killed hub leaves open keeps its locks for
// a minute, in which the hub that starts after it could not write those tickets; and heads that lag
// are mended anyway.

internal import Tickets

extension MongoTicketStore {
    func commit(_ batch: StoreBatch) throws(StoreError) {
        if owed.events >= OwedWrites.eventsMax {
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
        let files = MongoFiles(client)
        do throws(MongoFailure) {
            try files.create(batch.files)
        } catch {
            // Events come after; to make an entry again changes nothing.
            throw error.unavailable(client.address)
        }
        try files.forget(batch.expired)
        do throws(MongoFailure) {
            try client.insert(batch.eventDocuments, into: .events)
        } catch {
            let outcome = error.outcome(client.address)
            if case .unknownOutcome = outcome { doubtful.formUnion(batch.heads.map(\.id)) }
            throw outcome
        }
        owed.add(batch)
        do throws(MongoFailure) {
            try writeOwed()
        } catch {
            // The events are durable and whoever loads a ticket mends its head, so the batch
            // stands; the next commit writes what is owed. Alone, marks and people may be retried.
            if batch.events.isEmpty { throw error.outcome(client.address) }
        }
        // Whoever asks for a file that seems free looks into the events as well.
        try? files.take(batch.claims)
    }

    /// Tries twice, and forgets what is owed only when all of it is written.
    func writeOwed() throws(MongoFailure) {
        guard !owed.isEmpty else { return }
        do throws(MongoFailure) {
            try writeOwedOnce()
        } catch {
            try writeOwedOnce()
        }
        owed = OwedWrites()
    }

    /// Words before heads: a head that is there says that its words are.
    private func writeOwedOnce() throws(MongoFailure) {
        try client.upsert(owed.words.map { $1.upsert($0) }, into: .search)
        do throws(MongoFailure) {
            try client.upsert(owed.heads.values.map(\.replacementOfOlder), into: .tickets)
        } catch {
            // A newer head is there: see `replacementOfOlder`.
            guard error.isDuplicateKey else { throw error }
        }
        try writeOwedStatistics()
        try client.upsert(owed.people.values.map(\.replacement), into: .people)
        try client.upsert(owed.reads.values.map(\.advance), into: .reads)
    }
}
