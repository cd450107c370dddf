// Writes the twelve bytes of an id as hex digits.

package enum HexDigits {
    /// Appends 24 lower-case hex digits: 16 of `high`, 8 of `low`.
    package static func append(_ high: UInt64, _ low: UInt32, to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: 24) { text in
            append(UInt32(truncatingIfNeeded: high &>> 32), to: &text)
            append(UInt32(truncatingIfNeeded: high), to: &text)
            append(low, to: &text)
        }
    }

    /// Appends eight hex digits. All are computed at once: every command and every stored row
    /// writes ids.
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
