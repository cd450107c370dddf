// Classes of ASCII bytes in the grammars we read.

enum ASCII {
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    /// A space or a tab.
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// A character of a `token` (RFC 9110 §5.6.2), which methods, field names and subprotocols are
    /// made of: letters, digits and ``!#$%&'*+-.^_`|~``. Bit n of the first word stands for byte n,
    /// of the second for byte 64 + n.
    static func isToken(_ byte: UInt8) -> Bool {
        let words: (UInt64, UInt64) = (0x03FF_6CFA_0000_0000, 0x57FF_FFFF_C7FF_FFFE)
        let word = byte < 64 ? words.0 : words.1
        return byte < 0x80 && word >> UInt64(byte & 63) & 1 == 1
    }

    static func isToken(_ text: String) -> Bool {
        let bytes = text.utf8.span
        for index in bytes.indices where !isToken(bytes[index]) { return false }
        return !bytes.isEmpty
    }

    /// Compares case-insensitively with text that is already lower-case.
    static func equals(_ bytes: Span<UInt8>, lowercase other: Span<UInt8>) -> Bool {
        guard bytes.count == other.count else { return false }
        for index in bytes.indices where lowercased(bytes[index]) != other[index] { return false }
        return true
    }

    /// Compares like protocols: letters case-insensitively, everything else by byte.
    static func equalsIgnoringCase(_ text: some StringProtocol, _ other: some StringProtocol)
        -> Bool
    {
        text.utf8.lazy.map(lowercased).elementsEqual(other.utf8.lazy.map(lowercased))
    }
}
