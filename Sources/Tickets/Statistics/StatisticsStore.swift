// Store interface for the statistics. The counts are written with the events that made them
// (`StoreBatch.statistics`).

package import Text

/// One cell as it is stored.
package struct StatisticsRow: Sendable, Hashable {
    package let cell: StatisticsCell
    package let counts: [String: Int]

    package init(cell: StatisticsCell, counts: [String: Int]) {
        self.cell = cell
        self.counts = counts
    }
}

/// Number of open tickets (neither resolved nor closed) with the same fields.
package struct OpenTicketGroup: Sendable, Hashable {
    package let priority: Priority
    /// Id of the technician.
    package let assignedTo: ExactText?
    /// Number of the given moments that are not before the tickets' creation.
    package let age: Int
    package let count: Int

    package init(priority: Priority, assignedTo: ExactText?, age: Int, count: Int) {
        self.priority = priority
        self.assignedTo = assignedTo
        self.age = age
        self.count = count
    }
}

package protocol StatisticsReader: AnyObject {
    /// The stored cells of these days, in any order; `totalsOnly`: of the scope `all` only.
    func statistics(
        _ days: ClosedRange<CivilDay>, totalsOnly: Bool
    ) throws(StoreError) -> [StatisticsRow]
    /// Visits the stored quarters of this time, one after the other.
    func visitQuarters(
        _ quarters: Range<StatisticsQuarter>, _ kind: QuarterKind,
        _ visit: (QuarterRow) throws(StoreError) -> Void
    ) throws(StoreError)
    func openTickets(createdUpTo moments: [Timestamp]) throws(StoreError) -> [OpenTicketGroup]
    /// Number of rows that no event can have made: of another scope, or of no day.
    func strayStatistics() throws(StoreError) -> Int
}

extension StatisticsReader {
    package func quarters(
        _ quarters: Range<StatisticsQuarter>, _ kind: QuarterKind
    ) throws(StoreError) -> [QuarterRow] {
        var rows: [QuarterRow] = []
        try visitQuarters(quarters, kind) { rows.append($0) }
        return rows
    }
}

extension TicketReader {
    /// Counts the statistics from the logs, all in memory. The stored counts must equal them.
    package func countedStatistics() throws(StoreError) -> StatisticsChange {
        var change = StatisticsChange()
        try visitLogs { _, _, log throws(StoreError) in change.note(log: log) }
        return change
    }

    /// The same from the stored counts.
    package func storedStatistics() throws(StoreError) -> StatisticsChange {
        var change = StatisticsChange()
        change.add(try statistics(CivilDay.ever, totalsOnly: false))
        for kind in [QuarterKind.totals, .parts] {
            try visitQuarters(StatisticsQuarter.ever, kind) { row throws(StoreError) in
                change.add(StatisticsChange(quarters: [row.cell: row.counts]))
            }
        }
        return change
    }

    /// Counts the logs and passes the counts on in parts that are to be added up: there may be
    /// millions of quarters.
    package func countStatistics(
        _ take: (StatisticsChange) throws(StoreError) -> Void
    ) throws(StoreError) {
        var change = StatisticsChange()
        try visitLogs { _, _, log throws(StoreError) in
            change.note(log: log)
            guard change.quarters.count > Self.quartersAtOnce else { return }
            try take(change)
            change = StatisticsChange()
        }
        try take(change)
    }

    private static var quartersAtOnce: Int { 20_000 }
}

extension CivilDay {
    package static let ever = CivilDay(number: 0)...CivilDay(number: 4_000_000)
}

extension StatisticsQuarter {
    package static let ever =
        StatisticsQuarter(
            startOf: CivilDay.ever.lowerBound)..<StatisticsQuarter(
            startOf: CivilDay.ever.upperBound)
}

extension StatisticsChange {
    package mutating func add(_ rows: [StatisticsRow]) {
        for row in rows { add(StatisticsChange(cells: [row.cell: row.counts])) }
    }
}
