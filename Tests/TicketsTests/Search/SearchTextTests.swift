// How a search splits text into words, and which queries match them.

import TestSupport
import Testing
import Text
import Tickets

@Suite struct SearchTextTests {
    private static let foldings: [(text: String, words: String)] = [
        ("", ""), (" \t\n", ""), ("%_'\"*(){}[]^:$\\", ""), ("🌻 👩‍👩‍👧", ""),
        ("Printer on FIRE!", "printer on fire"),
        ("Écran bleu à l’étage", "ecran bleu a l etage"),
        ("l'imprimante n°3", "l imprimante n 3"),
        ("cœur Œuvre ÆGIS straße STRASSE ẞ", "coeur oeuvre aegis strasse strasse ss"),
        ("e\u{301}cole \u{C9}COLE", "ecole ecole"),
        ("Ångström, Łódź, Dvořák, Ệ đ", "angstrom lodz dvorak e d"),
        ("ﬁchier ＡＢ１２ Ⅳ ½ m²", "fichier ab12 iv 1 2 m2"),
        ("İstanbul ışık ǅ Ǆ \u{212A}\u{212B}", "istanbul isik dz dz ka"),
        ("don't stop\u{AD}ping Guichet™ 11", "don t stopping guichet 11"),
        ("Ошибка ёлка ЁЛКА и\u{306} пʼять", "ошибка елка елка и п ять"),
        ("ΣΦΆΛΜΑ οδός ΟΔΟΣ ΐ ᾳ", "σφαλμα οδοσ οδοσ ι α"),
        ("מְבוּלְבָּל שָׁלוֹם בית־ספר", "מבולבל שלום בית ספר ביתספר"),
        ("مُحَمَّد كـــتاب أإآ ﻻ کی ٨٠٩", "محمد كتاب ااا لا كي 809"),
        ("भाषा क़लम क\u{93C}लम", "भाषा कलम कलम"),
        ("a_b-c.d/e@f", "a b c bc d e f"),
        ("3.14 2026-01-02", "3 14 314 2026 01 02 202601 0102 20260102"),
        ("v2.1.3, 10.0.19045.", "v2 1 3 2 21 13 10 0 19045 100 019045"),
        ("1.2beta 2.x x.2 1..2 1.", "1 2beta 12beta 2 x x 2 x2 1 2 1"),
        ("06 12 34 56 78", "06 12 34 56 78 0612345678 612345678"),
        ("0612345678", "0612345678 612345678"),
        ("+33 6 12 34 56 78", "33 6 12 34 56 78 33612345678 612345678 0612345678"),
        (
            "E-Mail-Adresse Wi‑Fi U.S.A. p.x",
            "e mail adresse email mailadresse emailadresse"
                + " wi fi wifi u s a usa p x px"
        ),
    ]

    @Test func `text becomes words without case and accents, in every script`() {
        for (text, words) in Self.foldings { #expect(SearchText.folded(text) == words, "\(text)") }
    }

    @Test func `each word of a folded text folds to itself`() {
        for (text, _) in Self.foldings + Self.runs {
            for word in SearchText.words(SearchText.folded(text)) {
                let again = SearchText.words(SearchText.folded(word.string))
                #expect(again.contains(word), "\(word) of \(text)")
            }
        }
    }

    private static let runs: [(text: String, words: String)] = [
        ("印刷機 error", "印 印刷 刷 刷機 機 error"), ("エラー809", "エ エラ ラ ラー ー 809"),
        ("ｴﾗｰ ﾊﾞ ハ\u{309A} ガ", "エ エラ ラ ラー ー バ パ ガ"),
        ("한국 \u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}", "한 한국 국 한 한국 국"),
        ("บ้าน", "บ บา า าน น"), ("社 Aあ", "社 a あ"),
    ]

    @Test func `scripts without blanks become characters and pairs`() {
        for (text, words) in Self.runs { #expect(SearchText.folded(text) == words, "\(text)") }
    }

    @Test func `every letter of French loses its accent`() {
        let accented = "àâäçéèêëîïôöùûüÿ"
        #expect(SearchText.folded(accented) == "aaaceeeeiioouuuy")
        #expect(SearchText.folded(accented.uppercased()) == "aaaceeeeiioouuuy")
    }

    @Test(arguments: ["T-1042", "t-1042", "(T-1042)", "x T-1042.", "T-1042-b", "T–1042", "Ｔ－１０４２"])
    func `a ref is one word, and its number another`(text: String) {
        let words = SearchText.folded(text).split(separator: " ")
        #expect(words.contains("t1042") && words.contains("1042"))
        #expect(!words.contains("t"))
        let asked = SearchWords(text).terms.flatMap(\.ways).joined().map(\.text)
        #expect(asked.contains("t1042") && !asked.contains("1042"))
    }

    @Test func `a mark without a letter is a word, and the word before it is one too`() {
        let text = "shelf 2 (\u{93F} wobbles"
        #expect(SearchText.words(SearchText.folded(text)) == ["shelf", "2", "\u{93F}", "wobbles"])
        #expect(SearchWords(text).isFound(in: [SearchText.folded(text)]))
        #expect(SearchWords("shelf 2").isFound(in: [SearchText.folded(text)]))
    }

    @Test func `what only looks like a ref is words`() {
        #expect(SearchText.folded("t-shirt") == "t shirt tshirt")
        #expect(SearchText.folded("T-12b") == "t 12b t12b")
        #expect(SearchText.folded("at-12 t- t-") == "at 12 at12 t t")
        #expect(SearchText.folded("T--1 T-é T-印") == "t 1 t e te t 印")
    }

    @Test func `a long word counts with its beginning only`() {
        let long = String(repeating: "é", count: 500)
        #expect(SearchText.folded(long) == String(repeating: "e", count: 64))
        let cyrillic = SearchText.folded(String(repeating: "ж", count: 500))
        #expect(cyrillic == String(repeating: "ж", count: 32))
        #expect(SearchWords(long).isFound(in: [SearchText.folded(long + "x")]))
        let chain = Array(repeating: "abcdefgh", count: 40).joined(separator: "-")
        #expect(SearchText.words(SearchText.folded(chain)).allSatisfy { $0.utf8.count <= 64 })
    }

    @Test func `endless combining marks are not words, in any order`() {
        let marks = String(repeating: "\u{301}\u{323}\u{5B6}\u{64E}", count: 4000)
        #expect(SearchText.folded("a\(marks)b") == "ab")
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
            #expect(!words.hasPrefix(" ") && !words.hasSuffix(" ") && !words.contains("  "))
        }
    }

    @Test func `what no letter is assigned to stands between words`() {
        for value in [0x0E83, 0x0EBF, 0x0EC7, 0xD7C7, 0xAACB] as [UInt32] {
            guard let scalar = UnicodeScalar(value) else { continue }
            #expect(SearchText.folded("a\(Character(scalar))b") == "a b", "U+\(value)")
        }
    }

    // MARK: Queries

    private func finds(_ query: String, _ texts: String...) -> Bool {
        SearchWords(query).isFound(in: texts.map(SearchText.folded))
    }

    @Test func `all words must be found, in any order and text`() {
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

    private static let found: [(query: String, text: String)] = [
        ("ÉCRAN", "L’écran est noir"), ("Écra", "L’écran est noir"), ("e\u{301}cran", "écran"),
        ("プリンター", "新しいプリンターが壊れた"), ("リセット", "パスワードをリセット"), ("809", "エラー809"),
        ("エラー", "エラー809"), ("パスワード", "ﾊﾟｽﾜｰﾄﾞをﾘｾｯﾄ"), ("ﾘｾｯﾄ", "パスワードをリセット"),
        ("社", "社会"), ("프린터", "새프린터고장"), ("한국어", "\u{1112}\u{1161}\u{11AB}국어"),
        ("พิมพ์", "เครื่องพิมพ์เสีย"), ("ພິມ", "ເຄື່ອງພິມ"), ("ပုံနှိပ်", "စာပုံနှိပ်စက်"), ("ព្រីន", "ម៉ាស៊ីនព្រីន"),
        ("ΟΔΟΣ", "οδος"), ("οδος", "ΟΔΌΣ"), ("елка", "Ёлка"), ("ЁЛКА", "елка"), ("محمد", "مُحَمَّد"),
        ("الحمد", "ٱلْحَمْدُ"), ("مُحَمَّد", "محمد"), ("كتاب", "كـــتاب"), ("שלום", "שָׁלוֹם"),
        ("istanbul", "İSTANBUL"),
        ("STRASSE", "straße"), ("tieng viet", "Tiếng Việt"), ("ｐｒｉｎｔｅｒ", "printer"),
        ("email", "e-mail"), ("e-mail", "email"), ("E-MAIL", "your email address"),
        ("wifi", "Wi-Fi"), ("wi-fi", "WiFi"), ("wi fi", "Wi-Fi"), ("wi-fi", "Wi Fi"),
        ("email adresse", "E-Mail-Adresse"), ("usa", "in the U.S.A."), ("U.S.A.", "the USA"),
        ("2026-01", "2026-01-02"), ("2026-01 x", "2026-01-02 x"), ("प्रिंटर", "नया प्रिंटर"),
    ]

    @Test func `a query finds however it is spelled`() {
        for (query, text) in Self.found {
            #expect(finds(query, text), "\(query) in \(text)")
        }
    }

    private static let versions = ["v2.1.3", "2.1.3", "V2.1.3", "v2.1.3.", "(v2.1.3)", "rev2.1.3"]

    @Test func `versions are found with their letter and without, in their order`() {
        for query in Self.versions {
            for text in Self.versions { #expect(finds(query, text), "\(query) in \(text)") }
        }
        #expect(finds("10.0.19045", "Windows 10.0.19045.3803") && finds("0.19045", "10.0.19045"))
        #expect(finds("2.1", "v2.1.3") && finds("v2.0.1", "2.0.1") && finds("2.0.1", "v2.0.1"))
        #expect(finds("python 3.11", "python 3.11.2") && finds("3.11", "Python3.11"))
        #expect(finds("3.14", "3,14 €") && finds("24.12.2026", "24/12/2026"))
        #expect(finds("192.168.1.10", "ping 192.168.1.10 fails"))
        for (query, text) in [
            ("2.1.3", "v3.1.2"), ("2.1.3", "2 of 13, 1"), ("v2.1.3", "v2.3.1"),
            ("10.0.19045", "10.0.19044"), ("192.168.1.10", "10.1.168.192"),
        ] { #expect(!finds(query, text), "\(query) in \(text)") }
    }

    private static let telephone = [
        "0612345678", "06 12 34 56 78", "06.12.34.56.78", "06-12-34-56-78", "06 12 34 56 78.",
        "+33 6 12 34 56 78", "+33612345678", "+33 (0)6 12 34 56 78", "0033 6 12 34 56 78",
        "(06) 12 34 56 78", "06\u{A0}12\u{A0}34\u{A0}56\u{A0}78", "+33\u{202F}6 12345678",
        "٠٦ ١٢ ٣٤ ٥٦ ٧٨",
    ]

    @Test func `telephone numbers are found however they are grouped`() {
        for query in Self.telephone {
            for text in Self.telephone {
                #expect(finds(query, "Tel: \(text), thank you"), "\(query) in \(text)")
            }
        }
        for (query, text) in [
            ("(415) 555-2671", "call +1 415 555 2671"), ("4155552671", "415-555-2671"),
            ("+1-415-555-2671", "415.555.2671"), ("12 34 56 78", "+45 12345678"),
            ("020 7946 0958", "+44 20 7946 0958"), ("+39 06 1234567", "06 1234567"),
            ("612345678", "06 12 34 56 78"), ("0612345678 printer", "Printer: 06 12 34 56 78"),
            ("06123456", "06 12 34 56 78"), ("06 12 34 56 78", "3 x 06 12 34 56 78 75001 Paris"),
            ("06 12", "06 12 34 56 78"), ("34 56", "06 12 34 56 78"),
            ("03012345678", "030 / 123 45 678"), ("+493012345678", "+49 (0)30 / 123 456 78"),
            ("030 12345678", "030 - 123 456 78"),
        ] { #expect(finds(query, text), "\(query) in \(text)") }
        for (query, text) in [
            ("0612345678", "06 12 34 56 79"), ("06 12 34 56 78", "0612345679"),
            ("0612345678", "a0612345678b"), ("06 12 34 56 78", "x"), ("1234567", "12 34567"),
        ] { #expect(!finds(query, text), "\(query) in \(text)") }
    }

    @Test func `rows of digits without end cost words of their own alone`() {
        let long = String(repeating: "12 34 ", count: 20_000)
        #expect(SearchText.words(SearchText.folded(long)).count <= 42_000)
        #expect(SearchText.folded(String(repeating: "7", count: 100_000)).utf8.count == 64)
        let points = String(repeating: "1.", count: 20_000)
        #expect(SearchText.words(SearchText.folded(points)).count <= 60_000)
    }

    @Test func `other words are not found`() {
        for (query, text) in [
            ("日本", "本日"), ("会社", "社会"), ("工作", "作工"), ("カラス", "ガラス"), ("ハス", "バス"),
            ("국한", "한국"), ("mail", "email"), ("emailadresse", "e mail adresse"), ("कल", "कुल"),
            ("プリント", "プリンター"),
        ] { #expect(!finds(query, text), "\(query) in \(text)") }
    }

    @Test func `a pasted subject names its ticket`() {
        for (query, numbers) in [
            ("Ticket T-1", [1]), ("Re: [T-1] Printer on fire", [1]), ("T–1", [1]), ("T‑1", [1]),
            ("T—1", [1]), ("T 1", [1]), ("#1", [1]), ("t-1", [1]), ("T1", [1]),
            ("Ticket #42: T-7", [42, 7]), ("can't 1", []), ("T. 1", []), ("printer 1", []),
            ("T-99999999999999999999", []), ("[T-1001] Réponse : l’écran", [1001]),
        ] { #expect(SearchWords(query).numbers == numbers, "\(query)") }
    }

    @Test(arguments: ["%", "_", "*", "\"", "''", "🌻", "\u{0}", "()"])
    func `punctuation alone finds nothing`(query: String) {
        #expect(SearchWords(query).isEmpty)
        #expect(!finds(query, "anything % _ * 🌻"))
    }

    @Test func `search syntax is words like any other`() {
        func words(_ text: String) -> [ExactText] {
            SearchWords(text).terms.flatMap(\.ways).joined().map(\.text)
        }
        #expect(words("a* AND NOT b") == ["a", "and", "not", "b"])
        #expect(words("NEAR(\"a\" \"b\", 50)") == ["near", "a", "b", "50"])
        #expect(SearchWords("title:secret").terms.last?.ways == [[.beginning("secret")]])
        #expect(words("a a b") == ["a", "b"])
        #expect(SearchWords((0..<300).map { "w\($0)" }.joined(separator: " ")).terms.count == 64)
    }

    // MARK: Tickets

    @Test func `a client's query finds no internal note`() throws {
        var conversation = try Conversation(.inProgress, heldBy: .tess)
        try conversation.send(.note("canary inside"), by: .tess)
        try conversation.send(.say("It is mended"), by: .tess)
        let (snapshot, log) = (conversation.snapshot, conversation.events)
        for (query, staff, client) in [
            ("canary", true, false), ("mended", true, true), ("mended canary", true, false),
            ("t-1042", true, true), ("re: [T-1042] nothing", true, true), ("nothing", false, false),
            ("tess", true, true),
        ] {
            let words = SearchWords(query)
            #expect(words.isFound(in: snapshot, log, for: .staff) == staff, "\(query)")
            #expect(words.isFound(in: snapshot, log, for: .client) == client, "\(query)")
        }
    }

    @Test func `tags are found by staff alone, other names by all`() throws {
        var conversation = try Conversation(.inProgress, heldBy: .tess)
        try conversation.send(.say("Here"), by: .tess)
        var snapshot = conversation.snapshot
        snapshot.tags = ["zanzibar"]
        #expect(SearchWords("zanzibar").isFound(in: snapshot, for: .staff))
        #expect(!SearchWords("zanzibar").isFound(in: snapshot, for: .client))
        #expect(SearchWords(snapshot.project.string).isFound(in: snapshot, for: .client))
        #expect(!SearchWords("durand").isFound(in: snapshot, for: .client))
        #expect(SearchWords("durand").isFound(in: snapshot, for: .client, names: ["Alice Durand"]))
    }
}
