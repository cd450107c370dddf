// A connection with its cached statements and its transactions.

import Text
package import Tickets

/// Used by one thread at a time.
package final class Database {
    private let connection: ConnectionHandle
    private var kept: [StatementText: Statement] = [:]
    /// More than this module's fixed texts. Further statements are used once and not kept, so texts
    /// built from a caller's query cannot fill the memory.
    static let keptMax = 256

    init(_ connection: ConnectionHandle) { self.connection = connection }

    package var path: String { connection.path }
    /// The connection should be replaced before the next call.
    package var isSuspect: Bool { connection.isSuspect }
    /// Opened as a file that no process has open.
    var isStill: Bool { connection.isStill }
    package var changedRows: Int { connection.changedRows }

    var keptStatements: Int { kept.count }

    /// The cached statement for `sql`. For the fixed texts of this module: each is kept.
    package func prepared(_ sql: String) throws(StoreError) -> Statement {
        let text = StatementText(sql)
        if let statement = kept[text] { return statement }
        guard kept.count < Self.keptMax else { return try prepareOnce(sql) }
        let statement = try connection.prepare(sql, isKept: true)
        kept[text] = statement
        return statement
    }

    /// Rows that the cached statements read in full scans.
    var fullScanSteps: Int { kept.values.reduce(0) { $0 + $1.fullScanSteps } }

    /// A statement for one use, for `sql` with many shapes.
    package func prepareOnce(_ sql: String) throws(StoreError) -> Statement {
        try connection.prepare(sql, isKept: false)
    }

    package func run(_ sql: String, _ values: [SQLValue] = []) throws(StoreError) {
        try prepared(sql).run(values)
    }

    /// As above, with the values in several lists.
    func run(_ sql: String, parts: [[SQLValue]]) throws(StoreError) {
        try prepared(sql).run(parts: parts)
    }

    /// The first column of the only row, as text; for settings and checks.
    package func word(_ sql: String) throws(StoreError) -> String {
        let statement = try connection.prepare(sql, isKept: false)
        return try statement.step() ? statement.text(0) ?? "" : ""
    }

    // MARK: Transactions

    /// Runs `body` in one transaction, durable when it returns.
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
            // The log may hold the whole transaction, unsynced: only a new read can tell.
            rollBack()
            connection.invalidate()
            throw .unknownOutcome("the commit failed; \(error)")
        }
    }

    /// Within a transaction: runs `body`, and undoes it alone if a row collides with another or
    /// cannot be read.
    func attempt(_ body: () throws(StoreError) -> Void) throws(StoreError) -> StoreError? {
        try run("SAVEPOINT attempt")
        do throws(StoreError) {
            try body()
        } catch {
            switch error {
            case .conflict,
                .corrupt where !isSuspect:
                break
            default: throw error
            }
            try run("ROLLBACK TO attempt")
            try run("RELEASE attempt")
            return error
        }
        try run("RELEASE attempt")
        return nil
    }

    /// Runs `body` in one read transaction, so all reads see the same state.
    package func read<Result>(
        _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try run("BEGIN")
        // A read transaction has nothing to commit.
        defer { rollBack() }
        return try body()
    }

    /// As above, with a time limit.
    func read<Result>(
        withinMilliseconds limit: Int64, _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        connection.limit(milliseconds: limit)
        defer { connection.limit(milliseconds: nil) }
        return try read(body)
    }

    /// Runs `body` with another time for which it waits for locks of others.
    func waiting<Result>(
        milliseconds: Int64, _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        connection.wait(milliseconds: milliseconds)
        defer { connection.wait(milliseconds: nil) }
        return try body()
    }

    /// SQLite rolls back by itself after some failures. A connection that cannot roll back is
    /// marked suspect.
    private func rollBack() {
        guard connection.isInTransaction else { return }
        do {
            try run("ROLLBACK")
        } catch {
            connection.invalidate()
        }
    }
}

/// The text of a cached statement. Only its length is hashed: few of our texts have the same one,
/// and the texts of a statement are mostly one constant, which is equal at a glance.
private struct StatementText: Hashable {
    private let sql: ExactText

    init(_ sql: String) { self.sql = ExactText(sql) }

    func hash(into hasher: inout Hasher) { hasher.combine(sql.utf8.count) }
}
