// Counts of a bulk of tickets.

package import Tickets

final class MongoBulkLoad: BulkLoad {
    private let opener: MongoStoreOpener
    private let client: MongoClient

    /// As many as are mended after a crash.
    let eventsMax = PendingWrites.eventsMax

    init(_ opener: MongoStoreOpener) throws(StoreError) {
        self.opener = opener
        client = try opener.openClient()
        try opener.unmark(client)
    }

    func add(_ change: StatisticsChange) throws(StoreError) { try opener.add(change, client) }

    func finish() throws(StoreError) { try opener.mark(client) }
}

extension MongoStoreOpener {
    package func beginBulk() throws(StoreError) -> any BulkLoad { try MongoBulkLoad(self) }
}
