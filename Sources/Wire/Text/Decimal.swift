// Whole numbers as ASCII digits, without a String in between.

package enum Decimal {
    /// Appends `value` in base ten.
    package static func append(_ value: Int64, to bytes: inout [UInt8]) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        append(value.magnitude, to: &bytes)
    }

    package static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var start = digits.count
        var rest = value
        // Two digits a step: most of our numbers are times of thirteen.
        while rest >= 10 {
            let pair = UInt32(truncatingIfNeeded: rest % 100)
            rest /= 100
            start -= 2
            // The tens of a number below 100, without a division.
            let tens = (pair &* 103) &>> 10
            digits[start] = 0x30 &+ UInt8(truncatingIfNeeded: tens)
            digits[start + 1] = 0x30 &+ UInt8(truncatingIfNeeded: pair &- (tens &* 10))
        }
        if rest != 0 || start == digits.count {
            start -= 1
            digits[start] = 0x30 &+ UInt8(truncatingIfNeeded: rest)
        }
        bytes.append(last: digits.count - start, of: digits)
    }

    /// Reads `1*DIGIT`, at most 18 digits so that it always fits; nil otherwise.
    package static func parse(_ bytes: Span<UInt8>) -> Int? {
        guard (1...18).contains(bytes.count) else { return nil }
        var value = 0
        for index in bytes.indices {
            guard ASCII.isDigit(bytes[index]) else { return nil }
            value = value * 10 + Int(bytes[index] - 0x30)
        }
        return value
    }

    package static func parse(_ text: String) -> Int? { parse(text.utf8.span) }
}
