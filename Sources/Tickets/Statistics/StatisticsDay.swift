// Days of the statistics: calendar days in UTC.

import Algorithms

/// Days since 1970-01-01.
package struct StatisticsDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int

    package init(number: Int) { self.number = number }

    private static let milliseconds: Int64 = 86_400_000

    package init(_ time: Timestamp) {
        let (quotient, remainder) = time.milliseconds.quotientAndRemainder(
            dividingBy: Self.milliseconds)
        number = Int(remainder < 0 ? quotient - 1 : quotient)
    }

    /// From `2026-11-22`; nil: not a day of the years 1970 to 9999.
    package init?(_ text: some StringProtocol) {
        guard let date = CivilDate(text), date.year >= 1970 else { return nil }
        number = date.daysSinceEpoch
    }

    /// `2026-11-22`.
    package var description: String { String(start.rfc3339.prefix(10)) }

    package var start: Timestamp {
        Timestamp(
            milliseconds: Int64(clamping: number).multipliedReportingOverflow(
                by: Self.milliseconds
            ).partialValue)
    }

    /// 0 Monday … 6 Sunday: 1970 began on a Thursday.
    package var weekday: Int { ((number + 3) % 7 + 7) % 7 }

    package func advanced(by days: Int) -> StatisticsDay { StatisticsDay(number: number + days) }

    package static func < (left: StatisticsDay, right: StatisticsDay) -> Bool {
        left.number < right.number
    }
}
