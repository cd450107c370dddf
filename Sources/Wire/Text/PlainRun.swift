// Finds how far a JSON string goes on without anything special: the inner loop of reader and
// writer, eight bytes a step.

enum PlainRun {
    /// The first quote, backslash or control character from `start` on, or the end.
    static func end(in bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.count {
            if special(in: bytes.word(at: index)) != 0 { break }
            index += 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            index += 1
        }
        return index
    }

    /// The same, but stops at 0xE2 too, the first byte of U+2028 and U+2029.
    static func endBeforeSeparators(in bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.count {
            let word = bytes.word(at: index)
            let separators = ByteLanes.zeros(in: word ^ ByteLanes.repeating(0xE2))
            if special(in: word) | separators != 0 { break }
            index += 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
                || byte == 0xE2
            {
                break
            }
            index += 1
        }
        return index
    }

    private static func special(in word: UInt64) -> UInt64 {
        ByteLanes.below(0x20, in: word)
            | ByteLanes.zeros(in: word ^ ByteLanes.repeating(UInt8(ascii: "\"")))
            | ByteLanes.zeros(in: word ^ ByteLanes.repeating(UInt8(ascii: "\\")))
    }
}
