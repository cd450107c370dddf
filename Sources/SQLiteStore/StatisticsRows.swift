// The statistics' counts, a row for each day and scope, in the transactions of the events.

import Text
package import Tickets
import Wire

struct StatisticsRows {
    let database: Database

    /// `counts` is one object of counters: a report adds up thousands of rows of a few dozen
    /// counters, where a row a counter would be a hundred thousand. The index is all that counting
    /// the open tickets needs.
    static let schema = [
        """
        CREATE TABLE statistics (
            day INTEGER NOT NULL,
            scope TEXT NOT NULL,
            counts TEXT NOT NULL,
            PRIMARY KEY (day, scope)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE INDEX tickets_open ON tickets (priority, assigned_to, created_at)
            WHERE status IN ('open', 'in_progress', 'waiting')
        """,
    ]

    // MARK: Writing

    func add(_ change: StatisticsChange) throws(StoreError) {
        for (cell, counts) in change.cells {
            let stored = try self.counts(of: cell) ?? [:]
            try write(cell, stored.merging(counts, uniquingKeysWith: +))
        }
    }

    func replaceAll(with change: StatisticsChange) throws(StoreError) {
        try database.run("DELETE FROM statistics")
        for (cell, counts) in change.cells { try write(cell, counts) }
        try database.run(
            "INSERT INTO statistics (day, scope, counts) VALUES (?, ?, ?)",
            Self.mark + [.text("{}")])
    }

    /// Stands before all days once the tickets from before there were statistics are counted.
    private static let mark: [SQLValue] = [.int(-1), .text("counted")]

    func areCounted() throws(StoreError) -> Bool {
        let statement = try database.prepareOnce(
            "SELECT count(*) FROM statistics WHERE day = ? AND scope = ?")
        try statement.bind(Self.mark)
        return try statement.step() && statement.int(0) > 0
    }

    private func write(_ cell: StatisticsCell, _ counts: [String: Int]) throws(StoreError) {
        let record = Record.object(
            counts.sorted { $0.key < $1.key }.map { .init($0.key, Record($0.value)) })
        try database.run(
            "INSERT OR REPLACE INTO statistics (day, scope, counts) VALUES (?, ?, ?)",
            [SQLValue(cell.day.number), .text(cell.scope.code), .json(RecordJSON.encode(record))])
    }

    // MARK: Reading

    private func counts(of cell: StatisticsCell) throws(StoreError) -> [String: Int]? {
        let statement = try database.prepared(
            "SELECT counts FROM statistics WHERE day = ? AND scope = ?")
        try statement.bind([SQLValue(cell.day.number), .text(cell.scope.code)])
        defer { statement.reset() }
        return try statement.step() ? try counts(in: statement, 0) : nil
    }

    func rows(
        _ days: ClosedRange<StatisticsDay>, totalsOnly: Bool
    ) throws(StoreError) -> [StatisticsRow] {
        let statement = try database.prepared(
            "SELECT day, scope, counts FROM statistics WHERE day BETWEEN ? AND ?"
                + (totalsOnly ? " AND scope = 'all'" : ""))
        try statement.bind([SQLValue(days.lowerBound.number), SQLValue(days.upperBound.number)])
        defer { statement.reset() }
        var rows: [StatisticsRow] = []
        while try statement.step() {
            // A scope that a newer program added is not ours to show.
            guard let scope = statement.text(1).flatMap({ StatisticsScope(code: $0) }) else {
                continue
            }
            let day = StatisticsDay(number: Int(statement.int(0)))
            rows.append(
                StatisticsRow(
                    cell: StatisticsCell(day: day, scope: scope),
                    counts: try counts(in: statement, 2)))
        }
        return rows
    }

    private func counts(
        in row: Statement, _ column: Int32
    ) throws(StoreError) -> [String: Int] {
        let parsed = row.withBytes(of: column) { text in
            Result { () throws(JSONError) in try JSONReader.parse(text, maxMembers: 4096) }
        }
        guard case .success(.object(let members))? = parsed else {
            throw .corrupt(
                "\(database.path): statistics cannot be read; run `guichet check --repair`")
        }
        var counts: [String: Int] = [:]
        counts.reserveCapacity(members.count)
        for member in members { counts[member.name.string] = member.value.intValue }
        return counts
    }

    func openTickets(upTo moments: [Timestamp]) throws(StoreError) -> [OpenTicketGroup] {
        let age = moments.map { _ in "(created_at <= ?)" }.joined(separator: " + ")
        let statement = try database.prepareOnce(
            """
            SELECT priority, assigned_to, \(age.isEmpty ? "0" : age) AS age, count(*)
            FROM tickets INDEXED BY tickets_open
            WHERE status IN ('open', 'in_progress', 'waiting') GROUP BY priority, assigned_to, age
            """)
        try statement.bind(moments.map { .int($0.milliseconds) })
        var groups: [OpenTicketGroup] = []
        while try statement.step() {
            guard let priority = statement.text(0).flatMap(Priority.init(rawValue:)) else {
                throw .corrupt("\(database.path): a ticket has an unknown priority")
            }
            groups.append(
                OpenTicketGroup(
                    priority: priority, assignedTo: statement.text(1),
                    age: Int(statement.int(2)), count: Int(statement.int(3))))
        }
        return groups
    }
}

extension SQLiteTicketReader {
    package func statistics(
        _ days: ClosedRange<StatisticsDay>, totalsOnly: Bool
    ) throws(StoreError) -> [StatisticsRow] {
        try StatisticsRows(database: database()).rows(days, totalsOnly: totalsOnly)
    }

    package func openTickets(
        createdUpTo moments: [Timestamp]
    ) throws(StoreError) -> [OpenTicketGroup] {
        try StatisticsRows(database: database()).openTickets(upTo: moments)
    }
}

extension SQLiteStoreOpener {
    /// A file from before there were statistics has its tickets counted, once.
    func countStatistics(_ database: Database) throws(StoreError) {
        let rows = StatisticsRows(database: database)
        guard try !rows.areCounted() else { return }
        let counted = try openReader().countedStatistics()
        try database.write { () throws(StoreError) in try rows.replaceAll(with: counted) }
    }

    package func repair(_ statistics: StatisticsChange) throws(StoreError) {
        let database = try DatabaseFile.open(path, for: .writeAgain)
        try database.write { () throws(StoreError) in
            try StatisticsRows(database: database).replaceAll(with: statistics)
        }
    }
}
