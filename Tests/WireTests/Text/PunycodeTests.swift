import Testing

@testable import Wire

struct PunycodeTests {
    /// RFC 3492 section 7.1, and names that are in the DNS.
    @Test(arguments: [
        ("bücher", "xn--bcher-kva"), ("münchen", "xn--mnchen-3ya"), ("пример", "xn--e1afmkfd"),
        ("例え", "xn--r8jz45g"), ("日本語", "xn--wgv71a119e"), ("παράδειγμα", "xn--hxajbheg2az3al"),
        ("실례", "xn--9n2bp8q"), ("مثال", "xn--mgbh0fb"), ("straße", "xn--strae-oqa"),
        ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"),
        ("почемужеонинеговорятпорусски", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l"),
        ("3年b組金八先生", "xn--3b-ww4c5e180e575a65lsy2b"), ("a😀", "xn--a-jv3s"),
    ])
    func `encodes`(label: String, encoded: String) {
        #expect(Punycode.label(label) == encoded)
    }

    @Test func `a name is mapped before it is encoded`() {
        for (host, mapped) in [
            ("mu\u{308}nchen.DE", "münchen.de"), ("ｅｘａｍｐｌｅ.ＣＯＭ", "example.com"),
            ("日本語。jp", "日本語。jp"), ("BÜCHER", "bücher"), ("", ""),
        ] { #expect(Punycode.mapped(host).utf8.elementsEqual(mapped.utf8), "\(host)") }
    }

    @Test func `leaves ASCII alone`() {
        #expect(Punycode.label("example-1") == "example-1")
        #expect(Punycode.label("") == "")
    }

    @Test func `refuses what does not fit into a label`() {
        #expect(Punycode.label(String(repeating: "a", count: 63)) != nil)
        #expect(Punycode.label(String(repeating: "a", count: 64)) == nil)
        #expect(Punycode.label(String(repeating: "é", count: 63)) == nil)
        #expect(Punycode.label(String(repeating: "\u{10FFFF}", count: 64)) == nil)
        #expect(Punycode.label("a" + String(repeating: "\u{10FFFF}", count: 20)) != nil)
    }
}
