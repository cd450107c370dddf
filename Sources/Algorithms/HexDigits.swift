// Writes and reads the twelve bytes of an id as hex digits. Every command and every stored row has
// ids, so eight digits are computed at once.

package enum HexDigits {
    /// Appends 24 lower-case hex digits: 16 of `high`, 8 of `low`.
    package static func append(_ high: UInt64, _ low: UInt32, to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: 24) { text in
            append(UInt32(truncatingIfNeeded: high &>> 32), to: &text)
            append(UInt32(truncatingIfNeeded: high), to: &text)
            append(low, to: &text)
        }
    }

    /// The values of 24 hex digits in either case: 16 of `high`, 8 of `low`; anything else is nil.
    package static func read(_ digits: Span<UInt8>) -> (high: UInt64, low: UInt32)? {
        guard digits.count == 24, let first = value(of: word(digits, at: 0)),
            let second = value(of: word(digits, at: 8)), let third = value(of: word(digits, at: 16))
        else { return nil }
        return (UInt64(first) &<< 32 | UInt64(second), third)
    }

    /// Eight bytes, the first one lowest.
    private static func word(_ bytes: Span<UInt8>, at start: Int) -> UInt64 {
        var word: UInt64 = 0
        for place in 0..<8 { word |= UInt64(bytes[start + place]) &<< UInt64(8 * place) }
        return word
    }

    /// The value of eight hex digits, the first one in the lowest byte.
    private static func value(of digits: UInt64) -> UInt32? {
        let lower = digits | repeating(0x20)
        let decimal = notBelow(0x30, in: digits) & ~notBelow(0x3A, in: digits)
        let letters = notBelow(0x61, in: lower) & ~notBelow(0x67, in: lower)
        guard (decimal | letters) & ~digits & repeating(0x80) == repeating(0x80) else { return nil }
        // A letter's low half counts from 1.
        let isLetter = (letters & repeating(0x80)) &>> 7
        var nibbles = ((digits & repeating(0x0F)) &+ isLetter &* 9).byteSwapped
        nibbles = (nibbles | nibbles &>> 4) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles | nibbles &>> 8) & 0x0000_FFFF_0000_FFFF
        return UInt32(truncatingIfNeeded: nibbles | nibbles &>> 16)
    }

    private static func repeating(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }

    /// Marks with its high bit each byte of ASCII that is `limit` or more.
    private static func notBelow(_ limit: UInt64, in text: UInt64) -> UInt64 {
        (text & ~repeating(0x80)) &+ repeating(0x80 &- limit)
    }

    /// Appends eight hex digits.
    private static func append(_ part: UInt32, to text: inout OutputSpan<UInt8>) {
        var nibbles = UInt64(part)
        nibbles = (nibbles | nibbles &<< 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles &<< 8) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles | nibbles &<< 4) & 0x0F0F_0F0F_0F0F_0F0F
        // 1 in each byte whose nibble is a letter: letters lie 0x27 further on than digits.
        let letters = ((nibbles &+ 0x0606_0606_0606_0606) &>> 4) & 0x0101_0101_0101_0101
        let digits = nibbles &+ 0x3030_3030_3030_3030 &+ (letters &* 0x27)
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            text.append(UInt8(truncatingIfNeeded: digits &>> shift))
        }
    }
}
