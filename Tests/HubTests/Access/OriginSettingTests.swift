import Testing

@testable import Hub

struct OriginSettingTests {
    @Test(arguments: [
        ("https://app.example", "https://app.example"),
        ("HTTPS://App.EXAMPLE", "https://app.example"),
        ("https://app.example/", "https://app.example"),
        ("https://app.example:443", "https://app.example"),
        ("http://app.example:80/", "http://app.example"),
        ("http://app.example:0080", "http://app.example"),
        ("https://app.example:80", "https://app.example:80"),
        ("https://app.example:", "https://app.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://Bücher.example", "https://xn--bcher-kva.example"),
        ("https://bu\u{308}cher.example", "https://xn--bcher-kva.example"),
        ("https://ｂücher.example", "https://xn--bcher-kva.example"),
        ("https://BÜCHER.example:8443", "https://xn--bcher-kva.example:8443"),
        ("https://пример.испытание", "https://xn--e1afmkfd.xn--80akhbyknj4f"),
        ("https://例え.jp", "https://xn--r8jz45g.jp"),
        ("https://XN--Bcher-KVA.example", "https://xn--bcher-kva.example"),
        ("http://192.0.2.1:8080", "http://192.0.2.1:8080"),
        ("http://[2001:DB8:0:0::1]", "http://[2001:db8::1]"),
        ("https://[::1]:443", "https://[::1]"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("chrome-extension://abcdef", "chrome-extension://abcdef"),
        ("http://a_b.example", "http://a_b.example"),
    ])
    func `is written as browsers send it`(given: String, sent: String) throws {
        #expect(try Origin.normalised(given) == sent)
    }

    @Test(arguments: [
        "*", "null", "NULL", "https://*", "https://*.example.org", "app.example", "//app.example",
        "https:app.example", "https:/app.example", "https://", "https:///", "://app.example",
        "https://app.example/path", "https://app.example//", "https://app.example?x",
        "https://app.example#x", "https://app.example\\x", "https://me@app.example",
        "https://me:secret@app.example", "https://a.example https://b.example",
        "https://a.example\thttps://b.example", "https://app.example:0",
        "https://app.example:65536",
        "https://app.example:x", "https://app.example:-1", "https://app.example:4 43",
        "https://app..example", "https://.example", "https://app.example.", "ftp://app.example",
        "wss://app.example", "htps://app.example", "file://", "data:text/html,x", "https://1.2.3",
        "https://0x7f.1", "https://01.2.3.4", "https://1.2.3.4.5", "https://256.1.1.1",
        "https://[::1", "https://[::g]", "https://[1.2.3.4]", "https://a%2eb", "https://a;b",
        "https://a。example", "https://a\u{200D}b.example", "https://a\u{202E}b.example", "",
        "https://\u{1F600}.example",
    ])
    func `other malformed origins are refused`(given: String) {
        #expect(throws: OriginError.self) { try Origin.normalised(given) }
    }

    @Test func `a refusal says what would do`() {
        #expect(throws: OriginError(description: "an origin has no path; use https://a.example")) {
            try Origin.normalised("https://a.example/x")
        }
        #expect(throws: OriginError(description: "it needs a scheme, as in https://a.example")) {
            try Origin.normalised("a.example")
        }
    }
}
