import Testing
import Text

@Suite struct NameFaultTests {
    @Test(
        arguments: [
            ("\u{212A}evin", NameFault.notNormal), ("jose\u{301}", .notNormal),
            (" alice", .surroundingSpace),
            ("alice\u{200B}", .unprintable), ("a\u{0}", .unprintable), ("a\nb", .unprintable),
            ("a\u{202E}b", .unprintable), ("me", .reserved), ("none", .reserved),
            ("system", .reserved),
            ("", .empty), ("a\u{37E}b", .notNormal), ("\u{E000}", .unprintable),
            ("a\u{F0000}", .unprintable), ("a\u{378}", .unprintable), ("a\u{2800}", .unprintable),
            ("\u{3164}", .unprintable), ("a\u{FFFF}", .unprintable),
            ("erased-", .erased), ("erased-0123", .erased), ("erased-\u{200B}", .unprintable),
            (ExactText(String(repeating: "é", count: 65)), .tooLong),
        ] as [(ExactText, NameFault)])
    func `an ambiguous id is refused`(_ name: ExactText, _ fault: NameFault) {
        #expect(name.faultAsPerson == fault)
    }

    @Test(
        arguments: [
            "Kevin", "josé", "me2", "cn=Dupont, Martin,ou=x", "李", "ذكرى", "a b", "a#b", "T-1",
            "erased",
        ] as [ExactText])
    func `any other name is one`(_ name: ExactText) {
        #expect(name.faultAsPerson == nil)
        #expect(name.faultAsName == nil)
    }

    @Test func `logs may name erased people, and ids of the time before NFC`() {
        for id in ["erased-0123", "jose\u{301}"] as [ExactText] {
            #expect(id.faultAsLoggedPerson == nil)
        }
        for id in ["", "me", " a", "a\n"] as [ExactText] { #expect(id.faultAsLoggedPerson != nil) }
    }
}
