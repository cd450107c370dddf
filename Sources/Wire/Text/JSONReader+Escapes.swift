// Decodes the escapes of a JSON string. A text may consist of nothing else, and then this is all that
// its reading costs: one loop over a piece of the text, with one check for room a step.

extension JSONReader {
    /// The content of a string whose first escape or control character is at `offset`. Reads to
    /// after the closing quote.
    mutating func unescaped(
        _ bytes: Span<UInt8>, after plain: Range<Int>
    ) throws(JSONError) -> String {
        var content = Unescaped(bytes.extracting(plain))
        repeat {
            // Nothing becomes longer by decoding.
            content.grow(upTo: bytes.count - offset)
        } while try !unescape(bytes, into: &content)
        return text(content.bytes.span.extracting(first: content.count))
    }

    /// Decodes until the closing quote, or until there is no room for another character. True after
    /// the quote.
    private mutating func unescape(
        _ bytes: Span<UInt8>, into content: inout Unescaped
    ) throws(JSONError) -> Bool {
        var end = content.count
        var room = content.bytes.mutableSpan
        while end + Unescaped.stepMax <= room.count {
            guard offset < bytes.count else { throw unterminated(bytes) }
            switch bytes[offset] {
            case UInt8(ascii: "\\"):
                try escapes(bytes, into: &room, at: &end)
            case UInt8(ascii: "\""):
                offset += 1
                content.count = end
                return true
            case 0..<0x20:
                throw error("a control character in a string must be escaped")
            default:
                let next = min(PlainRun.end(in: bytes, from: offset), offset + room.count - end)
                room.put(bytes.extracting(offset..<next), at: end)
                end += next - offset
                offset = next
            }
        }
        content.count = end
        return false
    }

    /// Decodes the escapes that follow each other here, as far as there is room. Counts without
    /// checks of overflow, in variables that stay in registers.
    private mutating func escapes(
        _ bytes: Span<UInt8>, into room: inout MutableSpan<UInt8>, at end: inout Int
    ) throws(JSONError) {
        var start = offset
        var place = end
        let placeMax = room.count - Unescaped.stepMax
        repeat {
            let word = bytes.paddedWord(at: start)
            let plain = ShortEscape.character(word >> 8)
            if plain != 0 {
                if let four = ShortEscape.four(word) {
                    room.put(four, at: place)
                    place &+= 4
                    start &+= 8
                } else {
                    room[place] = UInt8(truncatingIfNeeded: plain)
                    place &+= 1
                    start &+= 2
                }
            } else if let unit = Self.codeUnit(word), unit & 0xF800 != 0xD800 {
                place &+= room.put(scalar: unit, at: place)
                start &+= 6
            } else if let scalar = Self.pair(word, bytes.paddedWord(at: start &+ 6)) {
                place &+= room.put(scalar: scalar, at: place)
                start &+= 12
            } else {
                offset = start
                throw wrongEscape(bytes)
            }
        } while place <= placeMax && start < bytes.count && bytes[start] == UInt8(ascii: "\\")
        offset = start
        end = place
    }

    /// The character of `\uXXXX\uXXXX`, the two halves in a word each.
    @inline(__always)
    private static func pair(_ first: UInt64, _ second: UInt64) -> UInt32? {
        guard let high = codeUnit(first), let low = codeUnit(second), high & 0xFC00 == 0xD800,
            low & 0xFC00 == 0xDC00
        else { return nil }
        return 0x10000 + (high & 0x3FF) << 10 + low & 0x3FF
    }

    /// What is wrong with the escape at `offset`.
    private func wrongEscape(_ bytes: Span<UInt8>) -> JSONError {
        guard offset + 1 < bytes.count else {
            return JSONError(offset: bytes.count, reason: Self.unterminated)
        }
        guard bytes[offset + 1] == UInt8(ascii: "u") else {
            return error("unknown escape in a string")
        }
        guard Self.codeUnit(bytes.paddedWord(at: offset)) != nil else {
            return error("four hexadecimal digits were expected after \\u")
        }
        // RFC 8259 §8.2: unpaired surrogates are not valid text.
        return error("unpaired surrogate")
    }

    /// The code unit of a word that begins with `\uXXXX`.
    @inline(__always)
    private static func codeUnit(_ word: UInt64) -> UInt32? {
        guard UInt16(truncatingIfNeeded: word) == 0x755C else { return nil }  // \u
        return HexDigits.value(of: UInt32(truncatingIfNeeded: word >> 16))
    }
}

/// Escapes of two bytes, without a branch for each kind.
private enum ShortEscape {
    /// What `b`, `f`, `n`, `r` and `t` stand for: four bits each, in the order of the even letters.
    private static let letters: UInt64 = 0x9D0_A000_C080

    /// The character of a backslash and the sign in the lowest byte; 0 if there is none.
    @inline(__always)
    static func character(_ signs: UInt64) -> UInt32 {
        let sign = UInt32(truncatingIfNeeded: signs) & 0xFF
        let isItself =
            sign == UInt8(ascii: "\"") || sign == UInt8(ascii: "\\") || sign == UInt8(ascii: "/")
        let letter = UInt32(truncatingIfNeeded: letters >> (UInt64(sign & 0x1E) << 1)) & 0x0F
        return isItself ? sign : sign & 0xE1 == 0x60 ? letter : 0
    }

    /// The characters of a word of four such escapes.
    @inline(__always)
    static func four(_ word: UInt64) -> UInt32? {
        guard word & 0x00FF_00FF_00FF_00FF == 0x005C_005C_005C_005C else { return nil }
        let (first, second) = (character(word >> 8), character(word >> 24))
        let (third, fourth) = (character(word >> 40), character(word >> 56))
        guard first != 0 && second != 0 && third != 0 && fourth != 0 else { return nil }
        return first | second << 8 | third << 16 | fourth << 24
    }
}

/// Reads four hexadecimal digits at once and without a branch, as no branch is foreseen in text of
/// all kinds.
private enum HexDigits {
    @inline(__always)
    static func value(of text: UInt32) -> UInt32? {
        let lower = text | repeating(0x20)
        let digits = notBelow(0x30, in: text) & ~notBelow(0x3A, in: text)
        let letters = notBelow(0x61, in: lower) & ~notBelow(0x67, in: lower)
        guard (digits | letters) & ~text & highBits == highBits else { return nil }
        // A letter's low half counts from 1.
        let halves = ((text & repeating(0x0F)) &+ ((letters & highBits) >> 7) &* 9).byteSwapped
        let pairs = (halves | halves >> 4) & 0x00FF_00FF
        return (pairs | pairs >> 8) & 0xFFFF
    }

    private static let highBits: UInt32 = 0x8080_8080

    private static func repeating(_ byte: UInt8) -> UInt32 { UInt32(byte) &* 0x0101_0101 }

    /// Marks with its high bit each byte of ASCII that is `limit` or more.
    @inline(__always)
    private static func notBelow(_ limit: UInt8, in text: UInt32) -> UInt32 {
        (text & ~highBits) &+ repeating(0x80 &- limit)
    }
}

/// Decoded bytes, and room for more of them: an array that grew byte by byte took most of the time.
private struct Unescaped {
    /// Bytes of the longest character.
    static let stepMax = 4
    private static let roomMin = 512

    var bytes: [UInt8]
    /// How many of `bytes` are decoded.
    var count: Int

    init(_ plain: Span<UInt8>) {
        bytes = plain.array()
        count = plain.count
    }

    /// Doubles the room, but not to more than `needed` bytes can fill.
    mutating func grow(upTo needed: Int) {
        let room = min(max(bytes.count, Self.roomMin), needed)
        bytes.append(contentsOf: repeatElement(0, count: max(room, Self.stepMax)))
    }
}

extension MutableSpan<UInt8> {
    /// Writes a character in UTF-8 and returns its length; four bytes are overwritten. Encoded here,
    /// as `UTF8.encode` takes five times as long.
    @inline(__always)
    fileprivate mutating func put(scalar value: UInt32, at start: Int) -> Int {
        if value < 0x80 {
            self[start] = UInt8(truncatingIfNeeded: value)
            return 1
        }
        let last = 0x80 | value & 0x3F
        if value < 0x800 {
            put(0xC0 | value >> 6 | last << 8, at: start)
            return 2
        }
        let middle = 0x80 | value >> 6 & 0x3F
        if value < 0x10000 {
            put(0xE0 | value >> 12 | middle << 8 | last << 16, at: start)
            return 3
        }
        let second = 0x80 | value >> 12 & 0x3F
        put(0xF0 | value >> 18 | second << 8 | middle << 16 | last << 24, at: start)
        return 4
    }
}
