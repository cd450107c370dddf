// A connection with the statements that it keeps, and its transactions.

package import Tickets

/// Used by one thread at a time.
package final class Database {
    private let connection: ConnectionHandle
    private var kept: [String: Statement] = [:]
    /// Of the fixed texts of this module there are fewer. More are made for one use, so that no
    /// text that grew out of somebody's question can fill the memory.
    static let keptMax = 256

    init(_ connection: ConnectionHandle) { self.connection = connection }

    package var path: String { connection.path }
    /// Better replaced by a new connection before the next call.
    package var isSuspect: Bool { connection.isSuspect }
    /// Read as a file that nobody has open.
    var isStill: Bool { connection.isStill }
    package var changedRows: Int { connection.changedRows }

    var keptStatements: Int { kept.count }

    /// The statement for `sql`, made once. For the fixed texts of this module: each stays.
    package func prepared(_ sql: String) throws(StoreError) -> Statement {
        if let statement = kept[sql] { return statement }
        guard kept.count < Self.keptMax else { return try prepareOnce(sql) }
        let statement = try connection.prepare(sql, isKept: true)
        kept[sql] = statement
        return statement
    }

    /// Rows that the kept statements have walked through for want of an index.
    var fullScanSteps: Int { kept.values.reduce(0) { $0 + $1.fullScanSteps } }

    /// A statement for one use, where `sql` takes many shapes.
    package func prepareOnce(_ sql: String) throws(StoreError) -> Statement {
        try connection.prepare(sql, isKept: false)
    }

    package func run(_ sql: String, _ values: [SQLValue] = []) throws(StoreError) {
        try prepared(sql).run(values)
    }

    /// The first column of the only row, as text; for settings and checks.
    package func word(_ sql: String) throws(StoreError) -> String {
        let statement = try connection.prepare(sql, isKept: false)
        return try statement.step() ? statement.text(0) ?? "" : ""
    }

    // MARK: Transactions

    /// All of `body` or nothing, durable when it returns.
    package func write(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        try run("BEGIN IMMEDIATE")
        do {
            try body()
        } catch {
            rollBack()
            throw error
        }
        do {
            try run("COMMIT")
        } catch {
            // The log may hold the whole transaction, unsynced: only a new look can tell.
            rollBack()
            connection.invalidate()
            throw .unknownOutcome("the commit failed; \(error)")
        }
    }

    /// Everything that `body` reads is of one moment.
    package func read<Result>(
        _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try run("BEGIN")
        // A transaction that only read has nothing to lose.
        defer { rollBack() }
        return try body()
    }

    /// What `body` reads is of one moment, and read in so much time or not at all.
    func read<Result>(
        withinMilliseconds limit: Int64, _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        connection.limit(milliseconds: limit)
        defer { connection.limit(milliseconds: nil) }
        return try read(body)
    }

    /// SQLite ends a transaction by itself after some failures; a connection that can do neither
    /// is given up.
    private func rollBack() {
        guard connection.isInTransaction else { return }
        do {
            try run("ROLLBACK")
        } catch {
            connection.invalidate()
        }
    }
}
