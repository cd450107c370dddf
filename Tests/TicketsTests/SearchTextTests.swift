// What a search takes for words, and which questions find them.

import Testing
import Tickets

@Suite struct SearchTextTests {
    private static let foldings: [(text: String, words: String)] = [
        ("", ""), (" \t\n", ""), ("%_'\"*(){}[]^:$\\", ""), ("🌻 👩‍👩‍👧", ""),
        ("Printer on FIRE!", "printer on fire"),
        ("Écran bleu à l’étage", "ecran bleu a l etage"),
        ("l'imprimante n°3", "l imprimante n 3"),
        ("cœur Œuvre ÆGIS straße", "coeur oeuvre aegis strasse"),
        ("e\u{301}cole \u{C9}COLE", "ecole ecole"),
        ("Ångström, Łódź, Dvořák, Ệ", "angstrom lodz dvorak e"),
        ("ﬁchier ＡＢ１２", "fichier ab12"), ("İstanbul ǅ Ǆ \u{212A}\u{212B}", "istanbul ǆ ǆ ka"),
        ("don't stop\u{AD}ping", "don t stopping"),
        ("Ошибка ΣΦΆΛΜΑ भाषा", "ошибка σφάλμα भाषा"),
        ("印刷機 error", "印 刷 機 error"),
        ("a_b-c.d/e@f", "a b c d e f"),
        ("3.14 2026-01-02", "3 14 2026 01 02"),
    ]

    @Test func `text becomes words without case and accents`() {
        for (text, words) in Self.foldings { #expect(SearchText.folded(text) == words, "\(text)") }
    }

    @Test func `folding what is folded changes nothing`() {
        for (_, words) in Self.foldings { #expect(SearchText.folded(words) == words) }
    }

    @Test func `every letter of French loses its accent`() {
        let accented = "àâäçéèêëîïôöùûüÿ"
        #expect(SearchText.folded(accented) == "aaaceeeeiioouuuy")
        #expect(SearchText.folded(accented.uppercased()) == "aaaceeeeiioouuuy")
    }

    @Test(arguments: ["T-1042", "t-1042", "(T-1042)", "x T-1042.", "T-1042-b"])
    func `a ref is one word, and its number another`(text: String) {
        let words = SearchText.folded(text).split(separator: " ")
        #expect(words.contains("t1042") && words.contains("1042"))
        #expect(!words.contains("t"))
        let question = SearchWords(text)
        #expect((question.whole + [question.beginning ?? ""]).contains("t1042"))
        #expect(!(question.whole + [question.beginning ?? ""]).contains("1042"))
    }

    @Test func `a mark without a letter is a word, and the word before it is one too`() {
        let text = "shelf 2 (\u{5B6} wobbles"
        #expect(SearchText.words(SearchText.folded(text)) == ["shelf", "2", "\u{5B6}", "wobbles"])
        #expect(SearchWords(text).isFound(in: [SearchText.folded(text)]))
        #expect(SearchWords("shelf 2").isFound(in: [SearchText.folded(text)]))
    }

    @Test func `what only looks like a ref is words`() {
        #expect(SearchText.folded("t-shirt") == "t shirt")
        #expect(SearchText.folded("T-12b") == "t12 12 b")
        #expect(SearchText.folded("at-12 t- t-") == "at 12 t t")
        #expect(SearchText.folded("T--1 T-é T-印") == "t 1 t e t 印")
    }

    @Test func `a long word counts with its beginning only`() {
        let long = String(repeating: "é", count: 500)
        #expect(SearchText.folded(long) == String(repeating: "e", count: 64))
        let cyrillic = SearchText.folded(String(repeating: "ж", count: 500))
        #expect(cyrillic == String(repeating: "ж", count: 32))
        #expect(SearchWords(long).isFound(in: [SearchText.folded(long + "x")]))
    }

    @Test func `a folded text has letters, digits and spaces only`() {
        var values: [UInt32] = []
        values += 0...0x24FF
        values += 0xFB00...0xFFFD
        values += 0x1F300...0x1F6FF
        for value in values {
            guard let scalar = UnicodeScalar(value) else { continue }
            let words = SearchText.folded("a\(Character(scalar))b")
            #expect(!words.contains { "\"'*^(){}:+-$\\%_\0".contains($0) }, "U+\(value)")
            #expect(SearchText.folded(words) == words, "U+\(value)")
            #expect(!words.hasPrefix(" ") && !words.hasSuffix(" ") && !words.contains("  "))
        }
    }

    // MARK: Questions

    private func finds(_ question: String, _ texts: String...) -> Bool {
        SearchWords(question).isFound(in: texts.map(SearchText.folded))
    }

    @Test func `all words must be there, in whatever order and text`() {
        #expect(finds("fire printer", "The printer", "is on fire"))
        #expect(!finds("fire printer", "The plotter", "is on fire"))
    }

    @Test func `the last word may go on, the others may not`() {
        #expect(finds("prin", "The printer"))
        #expect(finds("the prin", "The printer"))
        #expect(!finds("prin the", "The printer"))
        #expect(!finds("rinter", "The printer"))
        #expect(finds("the the", "The printer") && !finds("th th", "The printer"))
    }

    @Test func `a single letter is a word and no beginning`() {
        #expect(finds("plan b", "Plan B") && !finds("plan b", "The plan is bad"))
        #expect(finds("印", "印刷"))
    }

    @Test func `accents and case make no difference on either side`() {
        for question in ["ÉCRAN", "ecran", "Écra", "e\u{301}cran"] {
            #expect(finds(question, "L’écran est noir"), "\(question)")
        }
    }

    @Test(arguments: ["%", "_", "*", "\"", "''", "🌻", "\u{0}", "()"])
    func `signs without a word find nothing`(question: String) {
        #expect(SearchWords(question).isEmpty)
        #expect(!finds(question, "anything % _ * 🌻"))
    }

    @Test func `search syntax is words like any other`() {
        #expect(SearchWords("a* AND NOT b").whole == ["a", "and", "not", "b"])
        #expect(SearchWords("NEAR(\"a\" \"b\", 50)").whole == ["near", "a", "b"])
        #expect(SearchWords("title:secret").beginning == "secret")
        #expect(SearchWords("a a b").whole == ["a", "b"])
    }

    // MARK: Tickets

    @Test func `a client's question finds no internal note`() throws {
        var conversation = try Conversation(.inProgress, heldBy: .tess)
        try conversation.send(.note("canary inside"), by: .tess)
        try conversation.send(.say("It is mended"), by: .tess)
        let (head, log) = (conversation.head, conversation.events)
        for (question, staff, client) in [
            ("canary", true, false), ("mended", true, true), ("mended canary", true, false),
            ("t-1042", true, true), ("nothing", false, false),
        ] {
            let words = SearchWords(question)
            #expect(words.isFound(in: head, log, for: .staff) == staff, "\(question)")
            #expect(words.isFound(in: head, log, for: .client) == client, "\(question)")
        }
    }
}
