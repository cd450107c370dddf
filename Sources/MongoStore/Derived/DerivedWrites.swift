// What follows from durable events: snapshots, search words, counts. The primary alone confirms them,
// since waiting for a majority and its journal a second time would take as long again. So a failover or
// a crash of the server can take them back; they are kept until a later write to a majority, under the
// same primary, has confirmed them along with all that came before it, and are written again if the
// primary has changed in between.

import Text
internal import Tickets

// SAFETY: `DerivedWriter` lends it to one thread at a time.
final class DerivedWrites: @unchecked Sendable {
    let client: MongoClient
    let log: MongoLog
    /// Snapshots, people and marks that are still to be written; their events are durable.
    var pending = PendingWrites()
    /// Files whose entries do not say yet which event attaches them.
    private(set) var claims: [FileID: FileClaim] = [:]
    /// Snapshots, words and counts that a failover may still take back.
    private(set) var unconfirmed = UnconfirmedWrites()
    private(set) var state = DerivedState()
    /// How often all that was pending has been written.
    private(set) var rounds = 0
    /// Names that are stored for the search, of a bulk: it names the same people again and again.
    private var storedNames: Set<[ExactText]>?
    /// Of the inserting client, at the newest insert.
    private var insertChanges: Int?

    init(_ address: MongoAddress, isBulk: Bool) throws(StoreError) {
        storedNames = isBulk ? [] : nil
        client = try MongoClient(address)
        log = MongoLog(client: client)
    }

    func absorb(_ batch: DurableBatch) {
        if let insert = batch.insert { confirm(by: insert) }
        pending.add(batch.batch, named: batch.name)
        claims.merge(batch.batch.claims) { $1 }
    }

    // MARK: Confirmation

    /// A majority has a write that came after the rounds that the insert names, if no primary has
    /// come in between. Otherwise newer rounds are written again too, as batches are counted in
    /// their order.
    private func confirm(by insert: ConfirmedInsert) {
        insertChanges = insert.changes
        let isSame = unconfirmed.rounds.allSatisfy { round in
            round.changes == client.primary.changes && round.election == insert.election
                && (round.insertChanges ?? insert.changes) == insert.changes
        }
        if isSame { unconfirmed.remove(upTo: insert.after) } else { writeAgain() }
    }

    /// A majority has a write of this client that came after all of them.
    private func majorityConfirmed() {
        if unconfirmed.rounds.contains(where: { $0.changes != client.primary.changes }) {
            writeAgain()
        } else {
            unconfirmed = UnconfirmedWrites()
        }
    }

    private func writeAgain() {
        var all = unconfirmed.takeAll()
        all.add(later: pending)
        pending = all
        state.repeats += 1
    }

    // MARK: Writing

    /// Returns when a majority has everything that follows from the events. Each further turn is for
    /// a primary that has changed meanwhile.
    func writeLastingly() throws(MongoFailure) {
        while !pending.isEmpty || !unconfirmed.isEmpty {
            try writePending()
            try client.awaitMajority()
            majorityConfirmed()
        }
    }

    func retryPendingWrites() {
        do throws(MongoFailure) {
            try writeLastingly()
            attachFiles()
        } catch {
            noteFailure(error.unavailable(client.address).description)
        }
    }

    func noteFailure(_ reason: String) {
        state.failures += 1
        state.reason = reason
    }

    /// Tries twice; clears what is pending only when all of it is written.
    func writePending() throws(MongoFailure) {
        guard !pending.isEmpty else { return attachFiles() }
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
        attachFiles()
    }

    /// Words before snapshots: a stored snapshot implies that its words are stored.
    private func writePendingOnce() throws(MongoFailure) {
        let changes = client.primary.changes
        try writeWords()
        try writeNames()
        try writeSnapshots()
        if unconfirmed.rounds.contains(where: { $0.changes != client.primary.changes }) {
            // A new primary may lack older counts, which come first.
            pending.forgetBeginnings()
            writeAgain()
            return try writePendingOnce()
        }
        try writePendingStatistics()
        try client.upsert(pending.people.values.map(\.replacement), into: .people)
        try client.upsert(pending.reads.values.map(\.advance), into: .reads)
        rounds += 1
        unconfirmed.add(
            UnconfirmedWrites.Round(
                writes: pending.unconfirmed, number: rounds, changes: changes,
                election: client.primary.election, insertChanges: insertChanges))
    }

    private func writeWords() throws(MongoFailure) {
        let begun = pending.begun
        try client.insertUnconfirmed(
            begun.compactMap { id in pending.words[id]?.document(of: id) }, into: .search)
        try client.upsert(
            pending.words.filter { !begun.contains($0.key) }.map { $1.upsert($0) }, into: .search,
            unconfirmed: true)
    }

    private func writeSnapshots() throws(MongoFailure) {
        let begun = pending.begun
        try client.insertUnconfirmed(
            begun.compactMap { id in pending.snapshots[id]?.document }, into: .tickets)
        let known = pending.snapshots.filter { !begun.contains($0.key) }
        do throws(MongoFailure) {
            try client.upsert(
                known.values.map(\.replacementOfOlder), into: .tickets, unconfirmed: true)
        } catch {
            // A newer snapshot is stored: see `replacementOfOlder`.
            guard error.isDuplicateKey else { throw error }
        }
    }

    private func writeNames() throws(MongoFailure) {
        let names = pending.names.filter { storedNames?.contains($0.key) != true }
        try client.upsert(names.values.map(PersonWords.upsert), into: .names)
        storedNames?.formUnion(names.keys)
    }

    /// A document that has the batch's name already is not matched, and its insert fails on the
    /// `_id`: a duplicate key that means "already counted".
    func writePendingStatistics() throws(MongoFailure) {
        for (collection, upserts) in pending.statistics.flatMap(\.upserts) where !upserts.isEmpty {
            do throws(MongoFailure) {
                try client.upsert(upserts, into: collection, unconfirmed: true)
            } catch {
                guard error.isDuplicateKey else { throw error }
            }
        }
    }

    /// If this fails it is tried with the next round; until then readers look for the files in the
    /// events.
    private func attachFiles() {
        guard !claims.isEmpty, (try? MongoFiles(client).take(claims)) != nil else { return }
        claims = [:]
    }

    // MARK: Redactions

    /// The events are durable, so the batch stands. A failure here is completed by a later wait for
    /// the traces, or by the next hub that opens the store.
    func carryOut(_ redactions: [TicketEvent]) {
        for event in redactions { forgetWords(of: event.ticket) }
        let redaction = MongoRedaction(log: log)
        do throws(StoreError) {
            try redaction.perform(redactions)
        } catch {
            guard case .corrupt = error else { return }
            // A damaged ticket must not stop the others.
            for event in redactions { try? redaction.perform([event]) }
        }
    }

    /// Words that are still pending must not be added after those from the log.
    func forgetWords(of ticket: TicketID) {
        pending.forgetWords(of: ticket)
        unconfirmed.forgetWords(of: ticket)
    }
}

/// Written, but not confirmed.
struct UnconfirmedWrites {
    struct Round {
        var writes: PendingWrites
        let number: Int
        /// How often the primary had changed when it was begun.
        let changes: Int
        let election: [UInt8]
        /// The same of the client that inserts events; nil: it had inserted none.
        let insertChanges: Int?
    }

    /// Oldest first.
    private(set) var rounds: [Round] = []

    var isEmpty: Bool { rounds.isEmpty }

    /// Batches that change the statistics.
    var names: Int { rounds.reduce(0) { $0 + $1.writes.statistics.count } }

    mutating func add(_ round: Round) {
        if !round.writes.isEmpty { rounds.append(round) }
    }

    mutating func remove(upTo number: Int) { rounds.removeAll { $0.number <= number } }

    mutating func takeAll() -> PendingWrites {
        defer { rounds = [] }
        return rounds.reduce(into: PendingWrites()) { all, round in all.add(later: round.writes) }
    }

    mutating func forgetWords(of ticket: TicketID) {
        for index in rounds.indices { rounds[index].writes.forgetWords(of: ticket) }
    }
}
