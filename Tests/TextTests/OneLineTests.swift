import Testing
import Text

@Suite struct OneLineTests {
    @Test(arguments: [
        ("Printer", "Printer"), ("  Printer ", "Printer"), ("e\u{301}", "é"), ("a\r\nb", "ab"),
        ("a\u{0}\u{1B}[31mb", "a[31mb"), ("a\u{202E}b\u{2066}c", "abc"), ("\u{FEFF}a\u{A0}", "a"),
        ("\u{200B}\u{2060}", ""), ("\u{3164}", ""), ("\u{1100}\u{1161}", "가"), ("a\u{85}b", "ab"),
        ("❤\u{FE0F}", "❤\u{FE0F}"), ("👩\u{200D}💻", "👩\u{200D}💻"),
    ])
    func `texts that look the same become equal`(_ text: String, _ line: String) {
        #expect(OneLine.cleaned(ExactText(text)) == ExactText(line))
        #expect(OneLine.cleaned(OneLine.cleaned(ExactText(text))) == ExactText(line))
    }

    @Test func `marks without end are cut`() {
        let marks = String(repeating: "\u{301}\u{323}", count: 100_000)
        #expect(OneLine.cleaned("a" + marks).utf8.count < 100)
    }

    @Test(arguments: ["", " ", "\t\n", "\u{200B}", "\u{2800}", "\u{FEFF}\u{202E}", "\u{115F}"])
    func `invisible text is blank`(_ text: String) {
        #expect(text.isBlank)
        #expect(!(text + "a").isBlank)
    }
}
