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
        // The standard library checks whole code points, five times as fast as byte by byte.
        let end = Self.wholeEnd(of: bytes, from: index)
        guard (try? UTF8Span(validating: bytes.extracting(index..<end))) != nil else {
            return fail()
        }
        for place in end..<bytes.count {
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

    /// Start of the last code point if it may be incomplete, or the end.
    private static func wholeEnd(of bytes: Span<UInt8>, from start: Int) -> Int {
        for length in 1..<4 where bytes.count - length >= start {
            let byte = bytes[bytes.count - length]
            guard byte & 0xC0 == 0x80 else {
                let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
                return needed > length ? bytes.count - length : bytes.count
            }
        }
        return bytes.count
    }

    /// Takes the first byte of a longer code point.
    private mutating func begin(_ lead: UInt8) -> Bool {
        low = 0x80
        high = 0xBF
        switch lead {
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
