import Testing
import Text

@Suite struct ExactTextTests {
    @Test func `equals only the same bytes`() {
        #expect("é" as String == "e\u{301}")
        #expect("é" as ExactText != "e\u{301}")
        #expect("K" as ExactText != "\u{212A}")
        #expect("é" as ExactText == "é")
        #expect(ExactText("") == "")
        #expect("ab" as ExactText != "a")
    }

    @Test func `canonically equivalent texts are two keys of a dictionary`() {
        let names: Set<ExactText> = ["é", "e\u{301}", "é"]
        #expect(names.count == 2)
    }

    @Test func `sorts by bytes`() {
        let sorted = (["é", "z", "e\u{301}", "Z"] as [ExactText]).sorted()
        #expect(sorted == ["Z", "e\u{301}", "z", "é"])
    }

    @Test func `a fingerprint follows from the bytes`() {
        let texts: [ExactText] = ["", "a", "b", "ab", "ba", "é", "e\u{301}"]
        #expect(Set(texts.map(\.fingerprint)).count == texts.count)
        for text in texts {
            let built = ExactText(String(decoding: Array(text.utf8), as: UTF8.self))
            #expect(built.fingerprint == text.fingerprint)
        }
    }

    @Test func `comparing unsorted combining marks is linear`() {
        let marks = String(repeating: "\u{301}\u{323}", count: 250_000)
        // By canonical equivalence this takes minutes.
        #expect(ExactText(marks + "a") != ExactText(marks + "b"))
        #expect(Set([ExactText(marks), ExactText(marks + "a")]).count == 2)
    }
}
