// Whole numbers as ASCII digits, without a String in between.

package enum Decimal {
    /// Appends `value` in base ten.
    package static func append(_ value: Int64, to bytes: inout [UInt8]) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        append(value.magnitude, to: &bytes)
    }

    package static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var power: UInt64 = 1
        while value / power >= 10 { power *= 10 }
        bytes.append(addingCapacity: 20) { text in
            while power > 0 {
                text.append(0x30 + UInt8(truncatingIfNeeded: value / power % 10))
                power /= 10
            }
        }
    }

    /// `1*DIGIT` and nothing else, of at most 18 digits so that it always fits; nil otherwise.
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
