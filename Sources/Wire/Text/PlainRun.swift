// Finds the next special byte of a JSON string: the inner loop of reader and writer, eight bytes a
// step.

enum PlainRun {
    /// The first quote, backslash or control character from `start` on, or the end.
    static func end(in bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.count {
            let found = special(in: bytes.word(at: index))
            if found != 0 { return index + ByteLanes.first(of: found) }
            index += 8
        }
        if endsPlain(bytes, after: index, { special(in: $0) }) { return bytes.count }
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
            let found = specialOrSeparator(in: bytes.word(at: index))
            if found != 0 { return index + ByteLanes.first(of: found) }
            index += 8
        }
        if endsPlain(bytes, after: index, { specialOrSeparator(in: $0) }) { return bytes.count }
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

    /// The last bytes, fewer than a word, are read in a word with some bytes before them.
    private static func endsPlain(
        _ bytes: Span<UInt8>, after index: Int, _ special: (UInt64) -> UInt64
    ) -> Bool {
        bytes.count >= 8 && bytes.count - index < 8
            && special(bytes.word(at: bytes.count - 8)) == 0
    }

    private static func specialOrSeparator(in word: UInt64) -> UInt64 {
        special(in: word) | ByteLanes.zeros(in: word ^ ByteLanes.repeating(0xE2))
    }

    private static func special(in word: UInt64) -> UInt64 {
        ByteLanes.below(0x20, in: word)
            | ByteLanes.zeros(in: word ^ ByteLanes.repeating(UInt8(ascii: "\"")))
            | ByteLanes.zeros(in: word ^ ByteLanes.repeating(UInt8(ascii: "\\")))
    }
}
