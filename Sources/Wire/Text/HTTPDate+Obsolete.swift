// The two obsolete date formats that every recipient must read beside IMF-fixdate (RFC 9110 section
// 5.6.7): that of RFC 850 and that of C's asctime. Each is rewritten as a fixdate, so that the
// same checks hold for all three.

extension HTTPDate {
    /// Unix seconds of a date in any of the three formats; nil: none of them. `nowSeconds` decides
    /// the century of a year with two digits.
    package static func parse(_ text: String, nowSeconds: Int) -> Int? {
        parse(text) ?? parse(rfc850: text, nowSeconds) ?? parse(asctime: text)
    }

    private static let longDayNames = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
    private static let fiftyYears = 1_577_847_600

    /// `Sunday, 06-Nov-94 08:49:37 GMT`
    private static func parse(rfc850 text: String, _ nowSeconds: Int) -> Int? {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 4, words[0].hasSuffix(","),
            longDayNames.contains(String(words[0].dropLast()))
        else { return nil }
        let date = words[1].split(separator: "-", omittingEmptySubsequences: false)
        guard date.count == 3, date[2].utf8.count == 2, let lastDigits = Int(date[2]) else {
            return nil
        }
        // A date more than 50 years ahead is one of the past.
        let horizon = year(of: nowSeconds) + 50
        let latest = horizon - (horizon - lastDigits) % 100
        let candidates = latest == horizon ? [latest, latest - 100] : [latest]
        return candidates.lazy.compactMap { year in
            parse("\(words[0].prefix(3)), \(date[0]) \(date[1]) \(year) \(words[2]) \(words[3])")
        }.first { $0 - nowSeconds <= fiftyYears }
    }

    private static func year(of seconds: Int) -> Int {
        Int(format(unixSeconds: seconds).dropFirst(12).prefix(4)) ?? 0
    }

    /// `Sun Nov  6 08:49:37 1994`: the day of the month is filled up with a blank.
    private static func parse(asctime text: String) -> Int? {
        var words = text.split(separator: " ", omittingEmptySubsequences: false)
        let isFilledUp = words.count == 6 && words[2].isEmpty
        if isFilledUp { words.remove(at: 2) }
        guard words.count == 5, words[2].utf8.count == (isFilledUp ? 1 : 2),
            !words[2].hasPrefix("0")
        else { return nil }
        let day = isFilledUp ? "0\(words[2])" : "\(words[2])"
        return parse("\(words[0]), \(day) \(words[1]) \(words[4]) \(words[3]) GMT")
    }
}
