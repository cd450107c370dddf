// Days of the statistics: calendar days in UTC.

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
        let digits = Array(text.utf8)
        guard digits.count == 10, digits[4] == 0x2D, digits[7] == 0x2D,
            digits.enumerated().allSatisfy({ $0 == 4 || $0 == 7 || (0x30...0x39).contains($1) }),
            let year = Int(text.prefix(4)), let month = Int(text.dropFirst(5).prefix(2)),
            let date = Int(text.suffix(2)), year >= 1970, (1...12).contains(month),
            (1...31).contains(date)
        else { return nil }
        // Uses years that begin in March, so that the leap day is the last.
        let marchYear = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + date - 1
        number =
            marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear
            - 719_468
        // The 31st of a short month would become another day.
        guard description == text else { return nil }
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
