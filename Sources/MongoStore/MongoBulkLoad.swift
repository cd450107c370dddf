// Writing very many tickets at once.

package import Tickets

final class MongoBulkLoad: BulkLoad {
    private let opener: MongoStoreOpener
    private let client: MongoClient

    /// As many as are repaired after a crash.
    let eventsMax = PendingWrites.eventsMax

    init(_ opener: MongoStoreOpener) throws(StoreError) {
        self.opener = opener
        client = try opener.openClient()
        try opener.unmark(client)
    }

    func finish() throws(StoreError) { try opener.mark(client) }
}

extension MongoStoreOpener {
    package func beginBulk() throws(StoreError) -> any BulkLoad { try MongoBulkLoad(self) }
}

/// A writer of its own, so that the server writes what follows from the events of one lane while it
/// takes those of another.
final class MongoBulkLane: BulkLane {
    private let opener: MongoStoreOpener
    private let store: MongoTicketStore

    init(_ opener: MongoStoreOpener) throws(StoreError) {
        self.opener = opener
        store = try MongoTicketStore(bulkOf: opener.address)
    }

    func commit(_ batch: EncodedBatch) throws(StoreError) {
        try store.commitPeopleFirst(batch.batch)
    }

    func add(_ change: StatisticsChange) throws(StoreError) {
        try opener.add(change, store.client)
    }

    func confirm() throws(StoreError) { try store.settle() }
}

extension MongoStoreOpener {
    package var bulkLanes: Int { 2 }

    package func openBulkLane() throws(StoreError) -> any BulkLane {
        try MongoBulkLane(self)
    }

    package func encode(_ batch: StoreBatch) -> EncodedBatch { EncodedBatch(batch) }
}
