// Converts between Unix seconds and IMF-fixdate, the one date format that HTTP senders may use (RFC
// 9110 §5.6.7).

package enum HTTPDate {
    private static let dayNames = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    /// Four digits can express the years 0000 to 9999.
    private static let range = -62_167_219_200...253_402_300_799

    /// `Sun, 06 Nov 1994 08:49:37 GMT`; times outside the years 0 to 9999 become the nearest time
    /// inside.
    package static func format(unixSeconds: Int) -> String {
        let seconds = min(max(unixSeconds, range.lowerBound), range.upperBound)
        let (days, time) = floorDivide(seconds, by: 86400)
        let date = CivilDate(daysSinceEpoch: days)
        let dayName = dayNames[floorDivide(days, by: 7).remainder]
        let clock = [time / 3600, time / 60 % 60, time % 60].map { padded($0, to: 2) }
        return "\(dayName), \(padded(date.day, to: 2)) \(monthNames[date.month - 1]) "
            + "\(padded(date.year, to: 4)) \(clock.joined(separator: ":")) GMT"
    }

    /// Unix seconds, or nil for anything but a valid IMF-fixdate with the right day of the week.
    package static func parse(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 29,
            let day = number(bytes, 5, 2), let year = number(bytes, 12, 4),
            let hour = number(bytes, 17, 2), let minute = number(bytes, 20, 2),
            let second = number(bytes, 23, 2),
            hour < 24, minute < 60, second <= 60,
            let month = monthNames.firstIndex(where: { Array($0.utf8) == Array(bytes[8..<11]) })
        else { return nil }
        let date = CivilDate(year: year, month: month + 1, day: day)
        let seconds = date.daysSinceEpoch * 86400 + hour * 3600 + minute * 60 + second
        // Formatting it again checks the rest: day of the week, day of the month, the fixed
        // characters.
        let isLeapSecond = second == 60
        let canonical = format(unixSeconds: isLeapSecond ? seconds - 1 : seconds)
        let expected = isLeapSecond ? canonical.replacingSecond(with: "60") : canonical
        return expected == text ? seconds : nil
    }

    private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int? {
        Decimal.parse(bytes.span.extracting(start..<(start + count)))
    }

    private static func padded(_ value: Int, to width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension String {
    /// For a fixdate only: the two digits of seconds are before " GMT".
    fileprivate func replacingSecond(with digits: String) -> String {
        dropLast(6) + digits + " GMT"
    }
}

private func floorDivide(_ value: Int, by divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

/// A day of the Gregorian calendar. Years that begin in March put the leap day last, so that the
/// days before a month follow one formula.
private struct CivilDate {
    var year: Int
    var month: Int
    var day: Int

    private static let daysInEra = 146_097  // 400 years
    private static let epochDay = 719_468  // 1 March of year 0 to 1 January 1970

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(daysSinceEpoch: Int) {
        let (era, dayOfEra) = floorDivide(daysSinceEpoch + Self.epochDay, by: Self.daysInEra)
        let leapDays = dayOfEra / 1460 - dayOfEra / 36524 + dayOfEra / 146_096
        let yearOfEra = (dayOfEra - leapDays) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    }

    var daysSinceEpoch: Int {
        let marchYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = floorDivide(marchYear, by: 400)
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * Self.daysInEra + dayOfEra - Self.epochDay
    }
}
