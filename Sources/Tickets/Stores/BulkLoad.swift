// Writing very many tickets at once, as `guichet adopt` does: batches are made on one thread and
// committed on others, and the counts of the tickets are written apart from their events, which takes
// far fewer writes than with each batch.

/// Until `finish`, the store says that its tickets are not counted, so that after a crash the next
/// one who opens it counts them all.
package protocol BulkLoad: AnyObject {
    /// Events that one commit takes best.
    var eventsMax: Int { get }
    /// Everything is counted. Call it when all lanes are confirmed.
    func finish() throws(StoreError)
}

/// One of the writers of a bulk, used by one thread. Lanes write at the same time, so no two of them
/// may have events of the same ticket under way.
package protocol BulkLane: AnyObject {
    /// Writes the whole batch. A crash of the machine or of the server may take back the newest
    /// commits of a lane, but none before one that it keeps; and no event stays without the people
    /// of its batch.
    func commit(_ batch: EncodedBatch) throws(StoreError)
    /// Adds counts. Not to be repeated: adding twice counts twice.
    func add(_ change: StatisticsChange) throws(StoreError)
    /// Everything that the lane has committed lasts when this returns, or at `BulkLoad.finish`.
    func confirm() throws(StoreError)
}

/// A batch with what can be made of it on any thread.
package struct EncodedBatch: Sendable {
    package let batch: StoreBatch
    /// The records of its events and of its snapshots; empty: the lane makes them.
    package let events: [[UInt8]]
    package let snapshots: [[UInt8]]
    /// The search words of its events.
    package let words: [String?]

    package init(
        _ batch: StoreBatch, events: [[UInt8]] = [], snapshots: [[UInt8]] = [],
        words: [String?] = []
    ) {
        self.batch = batch
        self.events = events
        self.snapshots = snapshots
        self.words = words
    }
}
