// Converts between Unix seconds and IMF-fixdate, the one date format that HTTP senders may use (RFC
// 9110 §5.6.7).

import Algorithms

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
