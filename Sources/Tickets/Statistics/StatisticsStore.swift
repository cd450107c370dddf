// What the statistics ask of a store. The counts are written with the events that made them
// (`StoreBatch.statistics`).

/// One cell as it is stored.
package struct StatisticsRow: Sendable, Hashable {
    package let cell: StatisticsCell
    package let counts: [String: Int]

    package init(cell: StatisticsCell, counts: [String: Int]) {
        self.cell = cell
        self.counts = counts
    }
}

/// Tickets that are neither resolved nor closed and have these in common.
package struct OpenTicketGroup: Sendable, Hashable {
    package let priority: Priority
    /// Id of the technician.
    package let assignedTo: String?
    /// How many of the given moments the tickets were created before or at.
    package let age: Int
    package let count: Int

    package init(priority: Priority, assignedTo: String?, age: Int, count: Int) {
        self.priority = priority
        self.assignedTo = assignedTo
        self.age = age
        self.count = count
    }
}

package protocol StatisticsReader: AnyObject {
    /// The stored cells of these days, in any order; `totalsOnly`: of the scope `all` alone.
    func statistics(
        _ days: ClosedRange<StatisticsDay>, totalsOnly: Bool
    ) throws(StoreError) -> [StatisticsRow]
    func openTickets(createdUpTo moments: [Timestamp]) throws(StoreError) -> [OpenTicketGroup]
}

extension TicketReader {
    /// Counted from the logs, as the stored counts must be.
    package func countedStatistics() throws(StoreError) -> StatisticsChange {
        var change = StatisticsChange()
        try visitLogs { _, _, log throws(StoreError) in change.note(log: log) }
        return change
    }

    package func storedStatistics() throws(StoreError) -> StatisticsChange {
        let ever = StatisticsDay(number: 0)...StatisticsDay(number: 4_000_000)
        var change = StatisticsChange()
        change.add(try statistics(ever, totalsOnly: false))
        return change
    }
}

extension StatisticsChange {
    package mutating func add(_ rows: [StatisticsRow]) {
        for row in rows { add(StatisticsChange(cells: [row.cell: row.counts])) }
    }
}
