// Parses times in requests (RFC 3339).

extension Timestamp {
    /// From RFC 3339: `2026-11-22T08:30:00Z`, with a fraction or another offset than Z, also
    /// without seconds. nil: not a time of the years 1970 to 9999. Fractions of milliseconds are
    /// cut off.
    package init?(rfc3339 text: String) {
        guard text.utf8.count <= 40, let day = CivilDay(text.prefix(10)), day.isSinceEpoch else {
            return nil
        }
        var rest = Array(text.utf8.dropFirst(10))[...]
        guard rest.popFirst() == UInt8(ascii: "T"), let hour = rest.number(below: 24),
            rest.popFirst() == UInt8(ascii: ":"), let minute = rest.number(below: 60)
        else { return nil }
        var milliseconds = Int64(hour * 60 + minute) * 60_000
        if rest.first == UInt8(ascii: ":") {
            rest.removeFirst()
            guard let second = rest.number(below: 60) else { return nil }
            milliseconds += Int64(second) * 1000
            guard let fraction = rest.fraction() else { return nil }
            milliseconds += fraction
        }
        guard let offset = rest.offset(), rest.isEmpty else { return nil }
        let moment = day.start.advanced(byMilliseconds: milliseconds - offset)
        guard moment.milliseconds >= 0 else { return nil }
        self = moment
    }
}

extension ArraySlice<UInt8> {
    /// Reads two digits.
    fileprivate mutating func number(below bound: Int) -> Int? {
        guard count >= 2, let tens = Self.digit(self[startIndex]),
            let ones = Self.digit(self[startIndex + 1])
        else { return nil }
        removeFirst(2)
        let number = tens * 10 + ones
        return number < bound ? number : nil
    }

    /// Milliseconds of `.123`; 0: no fraction; nil: a point without digits.
    fileprivate mutating func fraction() -> Int64? {
        guard first == UInt8(ascii: ".") else { return 0 }
        removeFirst()
        let digits = prefix { Self.digit($0) != nil }
        guard !digits.isEmpty else { return nil }
        removeFirst(digits.count)
        return (Array(digits) + [0x30, 0x30]).prefix(3).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Milliseconds of `Z` or `+01:00`.
    fileprivate mutating func offset() -> Int64? {
        guard let sign = popFirst() else { return nil }
        if sign == UInt8(ascii: "Z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let hours = number(below: 24), popFirst() == UInt8(ascii: ":"),
            let minutes = number(below: 60)
        else { return nil }
        let offset = Int64(hours * 60 + minutes) * 60_000
        return sign == UInt8(ascii: "+") ? offset : -offset
    }

    private static func digit(_ byte: UInt8) -> Int? {
        (0x30...0x39).contains(byte) ? Int(byte) - 0x30 : nil
    }
}
