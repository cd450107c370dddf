// Writes the content of a JSON string: copies plain runs and escapes the few bytes that need it.

enum JSONEscaping {
    private static let hexDigits: [UInt8] = Array("0123456789abcdef".utf8)

    static func append(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
        var start = 0
        while true {
            let end = PlainRun.endBeforeSeparators(in: text, from: start)
            bytes.append(text.extracting(start..<end))
            guard end < text.count else { return }
            start = end + appendSpecial(text, at: end, to: &bytes)
        }
    }

    /// Escapes the character at `index` and returns its length in bytes.
    private static func appendSpecial(
        _ text: Span<UInt8>, at index: Int, to bytes: inout [UInt8]
    ) -> Int {
        let byte = text[index]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): appendPair(byte, to: &bytes)
        case 0x0A: appendPair(UInt8(ascii: "n"), to: &bytes)
        case 0x0D: appendPair(UInt8(ascii: "r"), to: &bytes)
        case 0x09: appendPair(UInt8(ascii: "t"), to: &bytes)
        case 0xE2: return appendSeparator(text, at: index, to: &bytes)
        default:
            appendPair(UInt8(ascii: "u"), to: &bytes)
            bytes.append(contentsOf: [0x30, 0x30, hexDigits[Int(byte >> 4)]])
            bytes.append(hexDigits[Int(byte & 0x0F)])
        }
        return 1
    }

    private static func appendPair(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
    }

    /// U+2028 and U+2029 are legal in JSON but end a line in older JavaScript, and for
    /// Unicode-aware readers of our JSON lines.
    private static func appendSeparator(
        _ text: Span<UInt8>, at index: Int, to bytes: inout [UInt8]
    ) -> Int {
        guard index + 2 < text.count, text[index + 1] == 0x80, text[index + 2] & 0xFE == 0xA8 else {
            bytes.append(text[index])
            return 1
        }
        bytes.append("\\u202".utf8.span)
        bytes.append(UInt8(ascii: "8") + (text[index + 2] & 1))
        return 3
    }
}
