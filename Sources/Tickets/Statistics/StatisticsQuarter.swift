// Quarters of an hour. No zone of today has a finer offset from UTC, so quarters make up the days
// of every zone.

/// Quarters of an hour since 1970-01-01 in UTC.
package struct StatisticsQuarter: Hashable, Comparable, Sendable {
    package let number: Int

    package static let milliseconds: Int64 = 900_000
    package static let aDay = 96

    package init(number: Int) { self.number = number }

    package init(_ time: Timestamp) {
        let (quotient, remainder) = time.milliseconds.quotientAndRemainder(
            dividingBy: Self.milliseconds)
        number = Int(remainder < 0 ? quotient - 1 : quotient)
    }

    /// The first quarter of a day of UTC.
    package init(startOf day: CivilDay) {
        number = day.number.multipliedReportingOverflow(by: Self.aDay).partialValue
    }

    /// Its day of UTC.
    package var day: CivilDay { CivilDay(start) }

    package var start: Timestamp {
        Timestamp(
            milliseconds: Int64(clamping: number).multipliedReportingOverflow(
                by: Self.milliseconds
            ).partialValue)
    }

    package static func < (left: StatisticsQuarter, right: StatisticsQuarter) -> Bool {
        left.number < right.number
    }
}

package struct QuarterCell: Hashable, Sendable {
    package let quarter: StatisticsQuarter
    package let scope: StatisticsScope

    package init(quarter: StatisticsQuarter, scope: StatisticsScope) {
        self.quarter = quarter
        self.scope = scope
    }
}

/// One cell as it is stored.
package struct QuarterRow: Sendable, Hashable {
    package let cell: QuarterCell
    package let counts: [String: Int]

    package init(cell: QuarterCell, counts: [String: Int]) {
        self.cell = cell
        self.counts = counts
    }
}

/// Kinds of cells: stores keep the two apart.
package enum QuarterKind: Int, Sendable {
    /// Cells of the scope `all`.
    case totals = 0
    /// Cells of the other scopes.
    case parts = 1

    package init(_ scope: StatisticsScope) { self = scope == .all ? .totals : .parts }
}
