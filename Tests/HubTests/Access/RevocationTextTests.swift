import TestSupport
import Testing
import Text
import Tickets

@testable import Hub

func identity(_ id: String, issuedAt: Int? = nil) -> Identity {
    Identity(
        caller: Person(id: ExactText(id), name: id, role: .client).caller, expiresAt: 2000,
        issuedAt: issuedAt, email: nil, locale: nil)
}

struct RevocationTextTests {
    private func reading(_ text: String) -> RevocationText { RevocationText(Array(text.utf8)) }

    @Test(arguments: [
        "ann", "John Smith", "a#b", "bob 5", "a\tb", "0", "é", "a,b", "\"ann\"", "[x]", "ann 1 2",
        "a 17644", "ann -1", "ann x", "x1700000000",
    ])
    func `a line is an id as it stands`(id: String) {
        for text in [id, "\(id)\n", "  \(id)\t\r\n", "\u{FEFF}\(id)\r\n", "x\n\(id)\ny\n"] {
            let list = reading(text).list
            #expect(list.covers(identity(id)), "\(text)")
            #expect(list.covers(identity(id, issuedAt: 1)))
        }
    }

    @Test func `a line of a person names no other person`() {
        let list = reading("a#b\nJohn Smith\nbob 5\n#ops\nanna\ne\u{301}\n").list
        for id in ["a", "John", "Smith", "bob", "ops", "#ops", "ann", "é", ""] {
            #expect(!list.covers(identity(id)), "\(id)")
        }
        #expect(list.count == 5)
    }

    @Test func `JSON names the ids that no line can`() {
        let text = reading(
            ##"{"person": "#ops"}"## + "\n" + #" {"person":" two\tblanks\n"} "# + "\r\n"
                + #"{"person": "ann", "before": 100, "why": "lost"}"# + "\n"
                + #"{"person":"{x}"}"#)
        #expect(text.badLines.isEmpty)
        for id in ["#ops", " two\tblanks\n", "{x}"] { #expect(text.list.covers(identity(id))) }
        #expect(text.list.covers(identity("ann", issuedAt: 99)))
        #expect(text.list.covers(identity("ann")))
        #expect(!text.list.covers(identity("ann", issuedAt: 100)))
    }

    @Test func `a Unix time after one word still dates the line, and the long id is revoked too`() {
        for line in ["ann 1700000000", "ann\t1700000000 # a lost telephone"] {
            let list = reading(line).list
            #expect(list.covers(identity("ann", issuedAt: 1_699_999_999)))
            #expect(!list.covers(identity("ann", issuedAt: 1_700_000_000)))
            #expect(list.covers(identity(line, issuedAt: 1_700_000_000)))
            #expect(list.count == 1)
        }
    }

    @Test func `of two lines about one person the stricter holds`() {
        let list = reading("ann 1700000100\nann 1700000050").list
        #expect(list.covers(identity("ann", issuedAt: 1_700_000_099)))
    }

    @Test(arguments: [
        #"{"person":"#, "{}", #"{"person":7}"#, #"{"person":""}"#, #"{"person":"a","before":"x"}"#,
        #"{"person":"a","before":-1}"#, String(repeating: "x", count: 129),
    ])
    func `an unreadable line is reported, and the valid lines apply`(line: String) {
        let text = reading("ben\n# all\n\(line)\r\neve\n")
        #expect(text.badLines.map(\.number) == [3])
        #expect(text.list.count == 2)
        #expect(text.list.covers(identity("eve")))
    }

    @Test func `bytes that are not UTF-8 invalidate their own line only`() {
        let text = RevocationText(Array("ben\n".utf8) + [0xFF, 0x61, 0x0A] + Array("eve".utf8))
        #expect(text.badLines.map(\.number) == [2])
        #expect(text.list.count == 2)
    }

    @Test func `a line of zeros is one that cannot be read`() {
        for line in ["\0\0\0\0", "a\0n\0n\0"] {
            let text = reading("ben\n\(line)\n")
            #expect(text.badLines.map(\.number) == [2])
            #expect(text.oddLines.isEmpty && text.list.count == 1)
        }
    }

    @Test func `a comment behind an id is noted, as it is part of the id`() {
        let text = reading("ann # left\n")
        #expect(text.oddLines.map(\.number) == [1])
        #expect(text.list.covers(identity("ann # left")))
        #expect(!text.list.covers(identity("ann")))
    }

    @Test func `white space of any script around an id is not part of it`() {
        for line in [
            "\u{A0}ann\u{A0}", "\u{3000}ann\u{2003}", "\u{B}ann\u{C}", "ann\u{85}", "\tann\u{2028}",
        ] {
            #expect(reading("\(line)\n").list.covers(identity("ann")), "\(line.debugDescription)")
        }
        #expect(reading("\u{A0}# ann\n").list.isEmpty)
        #expect(reading(#"\#u{A0}{"person":"ann"}"#).list.covers(identity("ann")))
    }

    @Test(arguments: [
        "jose\u{301}", "ann\u{200B}", "ann\rben\reve", #"{"person":"\u212aate"}"#,
        #"{"person":" ann "}"#,
        "me", "a\tb",
    ])
    func `an id that a token cannot have is reported with its line`(line: String) {
        let text = reading("ben\n\(line)\neve\n")
        #expect(text.oddLines.map(\.number) == [2])
        #expect(text.badLines.isEmpty && text.list.covers(identity("eve")))
    }
}
