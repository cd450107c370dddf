// Compares millions of quarters without holding them: one sum for each day, which differs as soon
// as a count does.

package struct QuarterDigest: Sendable {
    /// By day of UTC.
    package private(set) var sums: [CivilDay: UInt64] = [:]

    package init() {}

    /// Adds counts, in any order and in any parts.
    package mutating func add(_ quarters: [QuarterCell: [String: Int]]) {
        for (cell, counts) in quarters { add(QuarterRow(cell: cell, counts: counts)) }
    }

    package mutating func add(_ row: QuarterRow) {
        for (counter, count) in row.counts where count != 0 {
            var hasher = Hasher()
            hasher.combine(row.cell)
            hasher.combine(counter)
            let weight = UInt64(truncatingIfNeeded: hasher.finalize()) | 1
            sums[row.cell.quarter.day, default: 0] &+=
                weight
                &* UInt64(truncatingIfNeeded: count)
        }
    }

    package mutating func add(_ other: QuarterDigest) {
        sums.merge(other.sums, uniquingKeysWith: &+)
    }
}

extension TicketReader {
    package func storedQuarters() throws(StoreError) -> QuarterDigest {
        var digest = QuarterDigest()
        for kind in [QuarterKind.totals, .parts] {
            try visitQuarters(StatisticsQuarter.ever, kind) { digest.add($0) }
        }
        return digest
    }
}
