// Validates UTF-8 (RFC 3629 §4) that arrives in pieces, and fails at the first wrong byte.

package struct UTF8Validator: Sendable {
    /// Continuation bytes that the current code point still needs.
    private var missing: UInt8 = 0
    /// Range of the next one: narrower than 80–BF directly after E0, ED, F0 and F4, which catches
    /// overlong forms, surrogates and anything above U+10FFFF on their second byte.
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF
    private var hasFailed = false

    package init() {}

    /// True between code points.
    package var isComplete: Bool { missing == 0 && !hasFailed }

    /// Takes the next piece; false at the first invalid byte, and always afterwards.
    package mutating func feed(_ bytes: Span<UInt8>) -> Bool {
        guard !hasFailed else { return false }
        var index = 0
        while missing > 0, index < bytes.count {
            guard continueWith(bytes[index]) else { return fail() }
            index += 1
        }
        index = Self.asciiEnd(in: bytes, from: index)
        guard index < bytes.count else { return true }
        for place in Self.wholeEnd(in: bytes, from: index)..<bytes.count {
            guard missing == 0 ? begin(bytes[place]) : continueWith(bytes[place]) else {
                return fail()
            }
        }
        return true
    }

    package mutating func feed(_ bytes: [UInt8]) -> Bool { feed(bytes.span) }

    private mutating func fail() -> Bool {
        hasFailed = true
        return false
    }

    private static func asciiEnd(in bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index + 32 <= bytes.count {
            let first = bytes.word(at: index) | bytes.word(at: index + 8)
            let second = bytes.word(at: index + 16) | bytes.word(at: index + 24)
            guard (first | second) & ByteLanes.highBits == 0 else { break }
            index += 32
        }
        while index + 8 <= bytes.count, bytes.word(at: index) & ByteLanes.highBits == 0 {
            index += 8
        }
        while index < bytes.count, bytes[index] < 0x80 { index += 1 }
        return index
    }

    /// After the last of the whole code points from `start` on: where one is wrong, or fewer than
    /// eight bytes before the end. Reads a word a code point: the standard library takes four times
    /// as long where most code points have three or four bytes.
    private static func wholeEnd(in bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.count {
            let length = wholeLength(bytes.word(at: index).littleEndian)
            guard length > 0 else { break }
            index += length
        }
        return index
    }

    /// The length of the code point at the start of a word, or of the ASCII there; 0 if it is wrong.
    /// The first byte is the lowest one.
    @inline(__always)
    private static func wholeLength(_ word: UInt64) -> Int {
        let marks = word & ByteLanes.highBits
        if marks & 0x80 == 0 { return marks == 0 ? 8 : marks.trailingZeroBitCount >> 3 }
        if word & 0xC0E0 == 0x80C0 { return word & 0x1E == 0 ? 0 : 2 }
        let second = word >> 8 & 0x3F
        if word & 0xC0_C0F0 == 0x80_80E0 {
            let upper = (word & 0x0F) << 6 | second
            // Overlong forms are below U+0800; U+D800 to U+DFFF are surrogates.
            return upper < 0x0800 >> 6 || upper & ~0x1F == 0xD800 >> 6 ? 0 : 3
        }
        guard word & 0xC0C0_C0F8 == 0x8080_80F0 else { return 0 }
        let upper = (word & 0x07) << 6 | second
        return (0x1_0000 >> 12...0x10_FFFF >> 12).contains(upper) ? 4 : 0
    }

    /// Takes the first byte of a code point.
    private mutating func begin(_ lead: UInt8) -> Bool {
        low = 0x80
        high = 0xBF
        switch lead {
        case 0..<0x80: missing = 0
        case 0xC2...0xDF: missing = 1
        case 0xE0...0xEF:
            missing = 2
            if lead == 0xE0 { low = 0xA0 }
            if lead == 0xED { high = 0x9F }
        case 0xF0...0xF4:
            missing = 3
            if lead == 0xF0 { low = 0x90 }
            if lead == 0xF4 { high = 0x8F }
        default: return false
        }
        return true
    }

    private mutating func continueWith(_ byte: UInt8) -> Bool {
        guard byte >= low, byte <= high else { return false }
        low = 0x80
        high = 0xBF
        missing -= 1
        return true
    }
}
