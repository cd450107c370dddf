// Writes what follows from durable events: snapshots, search words, counts. The primary alone
// confirms them, since waiting for a majority and its journal a second time made commits of 1 to 20
// events a quarter slower. So a failover or a crash of the server can take them back; they are kept
// until a later write to a majority, under the same primary, has confirmed them along with all that
// came before it, and are written again if the primary has changed in between.

internal import Tickets

/// Written, but not confirmed.
struct UnconfirmedWrites {
    private(set) var writes = PendingWrites()
    /// How often the primary had changed when the first of them was written.
    private(set) var changes = 0

    mutating func add(_ written: PendingWrites, changes: Int) {
        if writes.isEmpty { self.changes = changes }
        writes.add(later: written.unconfirmed)
    }

    mutating func forgetWords(of ticket: TicketID) { writes.forgetWords(of: ticket) }
}

extension MongoTicketStore {
    /// Writes what earlier batches have left to be written or to be found out.
    func settleEarlier() throws(StoreError) {
        if pending.isFull {
            do throws(MongoFailure) {
                try writePending()
            } catch {
                throw error.unavailable(client.address)
            }
        }
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

    /// The events of the report are durable: writes what follows from them.
    func derive(
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
        if !stored.events.isEmpty { majorityConfirmed() }
        pending.add(stored, named: report.lost.isEmpty ? name : nil)
        do throws(MongoFailure) {
            try writePending()
        } catch {
            // The events are durable and lagging snapshots are repaired on load, so the batch
            // stands; what is pending is written later. Without events, marks and people may be
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

    /// A majority has a write that came after those that are not confirmed.
    private func majorityConfirmed() {
        let earlier = unconfirmed
        unconfirmed = UnconfirmedWrites()
        guard !earlier.writes.isEmpty, earlier.changes != client.primary.changes else { return }
        var all = earlier.writes
        all.add(later: pending)
        pending = all
        derived.repeats += 1
    }

    /// Returns when a majority has everything that follows from the events. Each further turn is for
    /// a primary that has changed meanwhile.
    func writeLastingly() throws(MongoFailure) {
        while !pending.isEmpty || !unconfirmed.writes.isEmpty {
            try writePending()
            try client.awaitMajority()
            majorityConfirmed()
        }
    }

    func retryPendingWrites() {
        do throws(StoreError) {
            try settle()
        } catch {
            noteFailure(error.description)
        }
    }

    /// Nothing is pending, in doubt or unconfirmed any more when this returns.
    func settle() throws(StoreError) {
        try settleEarlier()
        do throws(MongoFailure) {
            try writeLastingly()
        } catch {
            throw error.unavailable(client.address)
        }
    }

    private func noteFailure(_ reason: String) {
        derived.failures += 1
        derived.reason = reason
    }

    /// Words that are still pending must not be added after those from the log.
    func forgetWords(of ticket: TicketID) {
        pending.forgetWords(of: ticket)
        unconfirmed.forgetWords(of: ticket)
    }

    /// Tries twice; clears what is pending only when all of it is written.
    func writePending() throws(MongoFailure) {
        defer { derived.eventsBehind = pending.events }
        guard !pending.isEmpty else { return }
        do throws(MongoFailure) {
            try writePendingOnce()
        } catch {
            // Part of it may be there now.
            pending.forgetBeginnings()
            do throws(MongoFailure) {
                try writePendingOnce()
            } catch {
                noteFailure(error.unavailable(client.address).description)
                throw error
            }
        }
        pending = PendingWrites()
    }

    /// Words before snapshots: a stored snapshot implies that its words are stored.
    private func writePendingOnce() throws(MongoFailure) {
        let changes = client.primary.changes
        let (begun, known) = (
            pending.begun, pending.snapshots.keys.filter { !pending.begun.contains($0) }
        )
        try client.insertUnconfirmed(
            begun.compactMap { id in pending.words[id]?.document(of: id) }, into: .search)
        try client.upsert(
            pending.words.filter { !begun.contains($0.key) }.map { $1.upsert($0) }, into: .search,
            unconfirmed: true)
        try writeNames()
        try client.insertUnconfirmed(
            begun.compactMap { id in pending.snapshots[id]?.document }, into: .tickets)
        do throws(MongoFailure) {
            try client.upsert(
                known.compactMap { pending.snapshots[$0]?.replacementOfOlder }, into: .tickets,
                unconfirmed: true)
        } catch {
            // A newer snapshot is stored: see `replacementOfOlder`.
            guard error.isDuplicateKey else { throw error }
        }
        try writePendingStatistics()
        try client.upsert(pending.people.values.map(\.replacement), into: .people)
        try client.upsert(pending.reads.values.map(\.advance), into: .reads)
        unconfirmed.add(pending, changes: changes)
    }

    private func writeNames() throws(MongoFailure) {
        let names = pending.names.filter { storedNames?.contains($0.key) != true }
        try client.upsert(names.values.map(PersonWords.upsert), into: .names)
        storedNames?.formUnion(names.keys)
    }
}
