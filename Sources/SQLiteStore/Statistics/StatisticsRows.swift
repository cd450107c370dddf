// Statistics as rows, one for each day and scope, written in the transactions of the events.

import Text
package import Tickets
import Wire

struct StatisticsRows {
    let database: Database

    /// `counts` is one JSON object: a report adds up thousands of rows with a few dozen counters
    /// each; a row for each counter would make a hundred thousand. The index covers the count of
    /// open tickets.
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

    /// The content of `statistics` by quarter of an hour. `kind` keeps the few rows of the scope
    /// `all` together, since a report reads all of them.
    static let quarters = [
        """
        CREATE TABLE IF NOT EXISTS statistics_quarters (
            kind INTEGER NOT NULL,
            quarter INTEGER NOT NULL,
            scope TEXT NOT NULL,
            counts TEXT NOT NULL,
            PRIMARY KEY (kind, quarter, scope)
        ) STRICT, WITHOUT ROWID
        """
    ]

    // MARK: Writing

    func add(_ change: StatisticsChange) throws(StoreError) {
        for (cell, counts) in change.cells {
            let stored = try self.counts(of: cell) ?? [:]
            try write(cell, stored.merging(counts, uniquingKeysWith: +))
        }
        for (cell, counts) in change.quarters {
            let stored = try self.counts(of: cell) ?? [:]
            try database.run(
                "INSERT OR REPLACE INTO statistics_quarters (kind, quarter, scope, counts) "
                    + "VALUES (?, ?, ?, ?)",
                cell.place + [Self.json(stored.merging(counts, uniquingKeysWith: +))])
        }
    }

    /// Replaces all stored counts by those that `reader` computes.
    func replaceAll(from reader: any TicketReader) throws(StoreError) {
        try database.run("DELETE FROM statistics")
        try database.run("DELETE FROM statistics_quarters")
        try reader.countStatistics { change throws(StoreError) in try add(change) }
        try mark()
    }

    /// The tickets are counted.
    func mark() throws(StoreError) {
        for (table, mark) in Self.marks {
            let places = mark.map { _ in "?" }.joined(separator: ", ")
            try database.run(
                "INSERT OR REPLACE INTO \(table) VALUES (\(places), ?)", mark + [.text("{}")])
        }
    }

    /// The tickets may not be counted.
    func unmark() throws(StoreError) {
        try database.run("DELETE FROM statistics WHERE day = -1")
        try database.run("DELETE FROM statistics_quarters WHERE kind = -1")
    }

    /// Rows before all days that say: the tickets of earlier versions are counted.
    private static let marks: [(table: String, mark: [SQLValue])] = [
        ("statistics", [.int(-1), .text("counted")]),
        ("statistics_quarters", [.int(-1), .int(-1), .text("counted")]),
    ]

    func areCounted() throws(StoreError) -> Bool {
        let statement = try database.prepareOnce(
            """
            SELECT EXISTS (SELECT 1 FROM statistics WHERE day = -1 AND scope = 'counted')
                AND EXISTS (SELECT 1 FROM statistics_quarters
                    WHERE kind = -1 AND quarter = -1 AND scope = 'counted')
            """)
        return try statement.step() && statement.int(0) > 0
    }

    /// Rows but the marks whose place is none.
    func strays() throws(StoreError) -> Int {
        let isScope = (["scope = 'all'"] + StatisticsScope.prefixes.map { "scope GLOB '\($0)*'" })
            .joined(separator: " OR ")
        let (days, quarters) = (CivilDay.ever, StatisticsQuarter.ever)
        let statement = try database.prepareOnce(
            """
            SELECT (SELECT count(*) FROM statistics WHERE (day, scope) != (-1, 'counted')
                AND NOT (day BETWEEN \(days.lowerBound.number) AND \(days.upperBound.number)
                    AND (\(isScope))))
                + (SELECT count(*) FROM statistics_quarters
                    WHERE (kind, quarter, scope) != (-1, -1, 'counted')
                    AND NOT (kind = (scope != 'all') AND (\(isScope))
                        AND quarter >= \(quarters.lowerBound.number)
                        AND quarter < \(quarters.upperBound.number)))
            """)
        return try statement.step() ? Int(statement.int(0)) : 0
    }

    private static func json(_ counts: [String: Int]) -> SQLValue {
        let record = Tree.object(
            counts.sorted { $0.key < $1.key }.map { .init($0.key, Tree($0.value)) })
        return .json(JSONWriter.bytes(of: record))
    }

    private func write(_ cell: StatisticsCell, _ counts: [String: Int]) throws(StoreError) {
        try database.run(
            "INSERT OR REPLACE INTO statistics (day, scope, counts) VALUES (?, ?, ?)",
            [SQLValue(cell.day.number), .text(cell.scope.code.string), Self.json(counts)])
    }

    // MARK: Reading

    private func counts(of cell: StatisticsCell) throws(StoreError) -> [String: Int]? {
        let statement = try database.prepared(
            "SELECT counts FROM statistics WHERE day = ? AND scope = ?")
        try statement.bind([SQLValue(cell.day.number), .text(cell.scope.code.string)])
        defer { statement.reset() }
        return try statement.step() ? try counts(in: statement, 0) : nil
    }

    private func counts(of cell: QuarterCell) throws(StoreError) -> [String: Int]? {
        let statement = try database.prepared(
            "SELECT counts FROM statistics_quarters WHERE kind = ? AND quarter = ? AND scope = ?")
        try statement.bind(cell.place)
        defer { statement.reset() }
        return try statement.step() ? try counts(in: statement, 0) : nil
    }

    func visitQuarters(
        _ quarters: Range<StatisticsQuarter>, _ kind: QuarterKind,
        _ visit: (QuarterRow) throws(StoreError) -> Void
    ) throws(StoreError) {
        let statement = try database.prepared(
            """
            SELECT quarter, scope, counts FROM statistics_quarters
            WHERE kind = ? AND quarter >= ? AND quarter < ? ORDER BY quarter
            """)
        try statement.bind([
            SQLValue(kind.rawValue), SQLValue(quarters.lowerBound.number),
            SQLValue(quarters.upperBound.number),
        ])
        defer { statement.reset() }
        while try statement.step() {
            guard let scope = statement.text(1).flatMap({ StatisticsScope(code: ExactText($0)) })
            else {
                continue
            }
            let quarter = StatisticsQuarter(number: Int(statement.int(0)))
            try visit(
                QuarterRow(
                    cell: QuarterCell(quarter: quarter, scope: scope),
                    counts: try counts(in: statement, 2)))
        }
    }

    func rows(
        _ days: ClosedRange<CivilDay>, totalsOnly: Bool
    ) throws(StoreError) -> [StatisticsRow] {
        let statement = try database.prepared(
            "SELECT day, scope, counts FROM statistics WHERE day BETWEEN ? AND ?"
                + (totalsOnly ? " AND scope = 'all'" : ""))
        try statement.bind([SQLValue(days.lowerBound.number), SQLValue(days.upperBound.number)])
        defer { statement.reset() }
        var rows: [StatisticsRow] = []
        while try statement.step() {
            // Skip a scope that a newer program added.
            guard let scope = statement.text(1).flatMap({ StatisticsScope(code: ExactText($0)) })
            else {
                continue
            }
            let day = CivilDay(number: Int(statement.int(0)))
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
                    priority: priority, assignedTo: statement.text(1).map { ExactText($0) },
                    age: Int(statement.int(2)), count: Int(statement.int(3))))
        }
        return groups
    }
}

extension SQLiteTicketReader {
    package func statistics(
        _ days: ClosedRange<CivilDay>, totalsOnly: Bool
    ) throws(StoreError) -> [StatisticsRow] {
        try StatisticsRows(database: database()).rows(days, totalsOnly: totalsOnly)
    }

    package func visitQuarters(
        _ quarters: Range<StatisticsQuarter>, _ kind: QuarterKind,
        _ visit: (QuarterRow) throws(StoreError) -> Void
    ) throws(StoreError) {
        try StatisticsRows(database: database()).visitQuarters(quarters, kind, visit)
    }

    package func openTickets(
        createdUpTo moments: [Timestamp]
    ) throws(StoreError) -> [OpenTicketGroup] {
        try StatisticsRows(database: database()).openTickets(upTo: moments)
    }

    package func strayStatistics() throws(StoreError) -> Int {
        try StatisticsRows(database: database()).strays()
    }
}

extension QuarterCell {
    fileprivate var place: [SQLValue] {
        [SQLValue(QuarterKind(scope).rawValue), SQLValue(quarter.number), .text(scope.code.string)]
    }
}

extension SQLiteStoreOpener {
    /// Counts the tickets of a file from a version without statistics, or without quarters of
    /// hours, once.
    func countStatistics(
        _ database: Database, _ progress: (StoreProgress) -> Void
    ) throws(StoreError) {
        let rows = StatisticsRows(database: database)
        guard try !rows.areCounted() else { return }
        progress(.statistics)
        let reader = try openReader()
        try database.write { () throws(StoreError) in try rows.replaceAll(from: reader) }
    }

    package func recountStatistics() throws(StoreError) {
        let database = try DatabaseFile.open(path, for: .writeAgain)
        let reader = try openReader()
        try database.write { () throws(StoreError) in
            try StatisticsRows(database: database).replaceAll(from: reader)
        }
    }
}
