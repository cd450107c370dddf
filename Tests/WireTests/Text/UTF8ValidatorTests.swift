import Testing

@testable import Wire

/// Feeds byte by byte; the number of bytes taken before the first refusal.
private func accepted(_ bytes: [UInt8]) -> Int {
    var validator = UTF8Validator()
    for (index, byte) in bytes.enumerated() where !validator.feed([byte]) { return index }
    return bytes.count
}

@Suite struct UTF8ValidatorTests {
    @Test(
        arguments: [
            ([0x80], 0), ([0xBF], 0), ([0xC0], 0), ([0xC1], 0), ([0xF5], 0), ([0xFF], 0),
            ([0xFE], 0),
            ([0xC2, 0x41], 1), ([0xE0, 0x9F], 1), ([0xED, 0xA0], 1), ([0xF0, 0x8F], 1),
            ([0xF4, 0x90], 1),
            ([0xE2, 0x82, 0x41], 2), ([0xF0, 0x9F, 0x98, 0xC0], 3), ([0x41, 0xC3, 0xA9, 0xA9], 3),
        ] as [([UInt8], Int)])
    func `fails at the first byte that cannot be right`(bytes: [UInt8], at index: Int) {
        #expect(accepted(bytes) == index)
    }

    @Test func `takes the first and last code point of every length`() {
        for text in ["\0", "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}"]
            + ["\u{FFFF}", "\u{10000}", "\u{10FFFF}"]
        {
            var validator = UTF8Validator()
            let isValid = validator.feed(Array(text.utf8))
            #expect(isValid)
            #expect(validator.isComplete)
        }
    }

    @Test func `knows a half code point from a whole one`() {
        let bytes = Array("😀".utf8)
        var validator = UTF8Validator()
        for (index, byte) in bytes.enumerated() {
            let isValid = validator.feed([byte])
            #expect(isValid)
            #expect(validator.isComplete == (index == 3))
        }
    }

    @Test func `stays failed`() {
        var validator = UTF8Validator()
        let verdicts = [validator.feed([0xFF]), validator.feed([0x41])]
        #expect(verdicts == [false, false])
        #expect(!validator.isComplete)
    }

    @Test func `finds a bad byte anywhere in a long text`() {
        for index in 0..<40 {
            var bytes = [UInt8](repeating: 0x61, count: 40)
            bytes[index] = 0xFF
            var validator = UTF8Validator()
            let isValid = validator.feed(bytes)
            #expect(!isValid)
        }
    }

    @Test func `a text may be cut anywhere, and a bad byte is found in any piece`() {
        let text = Array(String(repeating: "aé\u{301}漢😀", count: 6).utf8)
        for cut in 0...text.count {
            for bad in [nil, 0, text.count / 2, text.count - 1] as [Int?] {
                var bytes = text
                if let bad { bytes[bad] = 0xFF }
                var validator = UTF8Validator()
                let isFirstValid = validator.feed(Array(bytes[..<cut]))
                let isValid = isFirstValid && validator.feed(Array(bytes[cut...]))
                #expect((isValid && validator.isComplete) == (bad == nil))
            }
        }
    }

    @Test func `agrees with the standard library on all two-byte and many longer sequences`() {
        for first in 0x7F...0xFF {
            for second in 0...0xFF {
                for tail in [[], [0x80], [0x80, 0x80], [0xBF, 0xBF]] as [[UInt8]] {
                    let bytes = [UInt8(first), UInt8(second)] + tail
                    var validator = UTF8Validator()
                    let isValid = validator.feed(bytes) && validator.isComplete
                    #expect(isValid == (String(validating: bytes) != nil))
                }
            }
        }
    }

    @Test func `agrees with the standard library on sequences before other text`() {
        let edges: [UInt8] = [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0]
        var differing: [[UInt8]] = []
        for first in UInt8(0x7F)...0xFF {
            for second in UInt8.min...0xFF {
                for third in edges {
                    for fourth in edges {
                        let bytes = [first, second, third, fourth] + Array("and so on".utf8)
                        var validator = UTF8Validator()
                        let isValid = validator.feed(bytes) && validator.isComplete
                        let isExpected = (try? UTF8Span(validating: bytes.span)) != nil
                        if isValid != isExpected { differing.append(bytes) }
                    }
                }
            }
        }
        #expect(differing.isEmpty)
    }
}
