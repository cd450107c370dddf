// Writing very many tickets at once, as `guichet adopt` does.

/// The counts of a bulk of tickets, written apart from their events: far fewer writes than with each
/// batch. Until `finish`, the store says that its tickets are not counted, so that after a crash the
/// next one who opens it counts them all.
package protocol BulkLoad: AnyObject {
    /// Events that one commit takes best.
    var eventsMax: Int { get }
    func add(_ change: StatisticsChange) throws(StoreError)
    /// Everything is counted.
    func finish() throws(StoreError)
}
