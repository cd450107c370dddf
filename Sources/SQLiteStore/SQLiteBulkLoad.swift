// Counts of a bulk of tickets, on a connection of their own.

package import Tickets

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

    func add(_ change: StatisticsChange) throws(StoreError) {
        try database.write { () throws(StoreError) in
            try StatisticsRows(database: database).add(change)
        }
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
