// Text for a log or a terminal.

import Testing

@testable import Text

@Suite struct VisibleTextTests {
    @Test func `no character in a log line ends it, controls a terminal or changes its direction`()
    {
        var odd: [UInt32] = Array(0...0x1F) + Array(0x7F...0x9F)
        odd += [0x061C, 0x200E, 0x200F, 0xFEFF]
        odd += Array(0x2028...0x202E) + Array(0x2066...0x2069)
        for value in odd {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let shown = "a\(scalar)b".visible
            let digits = String(value, radix: 16)
            let zeros = String(repeating: "0", count: 4 - digits.count)
            #expect(ExactText(shown) == ExactText("a\\u\(zeros)\(digits)b"))
        }
    }

    @Test func `a character beyond U+FFFF is shown as JSON writes it`() {
        #expect("\u{1FFFE}".visible == "\\ud83f\\udffe")
    }

    @Test(arguments: ["", "plain ~", "Zoë", "e\u{301}", "שלום", "日本", "👩‍👩‍👧", "\u{AD}"])
    func `all else stands as it is`(_ text: String) {
        #expect(ExactText(text.visible) == ExactText(text))
    }
}
