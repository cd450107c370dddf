// Calendar days: UTC days of the statistics, and days of a working calendar, without a time zone.

import Algorithms

/// A day of the Gregorian calendar, as the days since 1970-01-01.
package struct CivilDay: Hashable, Comparable, Strideable, Sendable, CustomStringConvertible {
    package let number: Int

    package init(number: Int) { self.number = number }

    private static let milliseconds: Int64 = 86_400_000

    /// The day in UTC.
    package init(_ time: Timestamp) {
        let (quotient, remainder) = time.milliseconds.quotientAndRemainder(
            dividingBy: Self.milliseconds)
        number = Int(remainder < 0 ? quotient - 1 : quotient)
    }

    /// From `2026-11-22`, of the years 0000 to 9999; nil: no such day.
    package init?(_ text: some StringProtocol) {
        guard let date = CivilDate(text) else { return nil }
        number = date.daysSinceEpoch
    }

    /// `2026-11-22`.
    package var description: String { String(start.rfc3339.prefix(10)) }

    /// Its first moment in UTC.
    package var start: Timestamp {
        Timestamp(
            milliseconds: Int64(clamping: number).multipliedReportingOverflow(
                by: Self.milliseconds
            ).partialValue)
    }

    /// Times before 1970 are no part of Guichet.
    package var isSinceEpoch: Bool { number >= 0 }

    /// 0 Monday … 6 Sunday: 1970 began on a Thursday.
    package var weekday: Int { ((number + 3) % 7 + 7) % 7 }

    package func distance(to other: CivilDay) -> Int { other.number - number }
    package func advanced(by days: Int) -> CivilDay { CivilDay(number: number + days) }
    package static func < (left: CivilDay, right: CivilDay) -> Bool { left.number < right.number }
}
