// Writing very many tickets at once.

package import Tickets
import Wire

final class SQLiteBulkLoad: BulkLoad {
    private let database: Database

    /// A larger transaction writes the pages of the indexes, which all tickets share, less often.
    let eventsMax = 4000

    init(path: String) throws(StoreError) {
        let database = try DatabaseFile.open(path, for: .writeAgain)
        try database.write { () throws(StoreError) in
            try StatisticsRows(database: database).unmark()
        }
        self.database = database
    }

    func finish() throws(StoreError) {
        try database.write { () throws(StoreError) in
            try StatisticsRows(database: database).mark()
        }
    }
}

extension SQLiteStoreOpener {
    package func beginBulk() throws(StoreError) -> any BulkLoad { try SQLiteBulkLoad(path: path) }
}

/// SQLite has one writer at a time, so there is one lane.
final class SQLiteBulkLane: BulkLane {
    private let store: SQLiteTicketStore

    init(_ store: SQLiteTicketStore) { self.store = store }

    func commit(_ batch: EncodedBatch) throws(StoreError) { try store.commit(batch) }

    func add(_ change: StatisticsChange) throws(StoreError) { try store.add(change) }

    /// Nothing to do: the commit that finishes the load syncs the whole log before it.
    func confirm() throws(StoreError) {}
}

extension EncodedBatch {
    init(encoding batch: StoreBatch) {
        self.init(
            batch,
            events: batch.events.map { JSONWriter.bytes(of: $0.record) },
            snapshots: batch.snapshots.map {
                JSONWriter.bytes(of: $0.record, reserving: SnapshotRow.dataBytes)
            },
            words: batch.events.map(\.searchText))
    }
}

extension SQLiteStoreOpener {
    package var bulkLanes: Int { 1 }

    package func openBulkLane() throws(StoreError) -> any BulkLane {
        SQLiteBulkLane(try SQLiteTicketStore(bulkPath: path))
    }

    /// In the order of their numbers: the search index takes rows that ascend together, and keeps
    /// the others apart.
    package func encode(_ batch: StoreBatch) -> EncodedBatch {
        var batch = batch
        batch.snapshots.sort { $0.number < $1.number }
        let numbers = Dictionary(batch.snapshots.map { ($0.id, $0.number) }) { first, _ in first }
        let places = batch.events.map { numbers[$0.ticket] ?? 0 }
        if zip(places, places.dropFirst()).contains(where: { $0 > $1 }) {
            batch.events = zip(places, batch.events).sorted { one, other in
                (one.0, one.1.seq) < (other.0, other.1.seq)
            }.map(\.1)
        }
        return EncodedBatch(encoding: batch)
    }
}
