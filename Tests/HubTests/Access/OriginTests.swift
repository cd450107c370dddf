// Allowed origins: thirty spellings of an Origin header.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite struct OriginTests {
    private func verdict(
        of origin: String, host: String? = "hub.example:8080", alsoOrigin second: String? = nil
    ) throws -> String {
        var settings = HubSettings()
        settings.allowedOrigins = [
            "https://App.example", "http://localhost:3000", "https://xn--bcher-kva.example",
            "https://[2001:db8::1]:8443",
        ]
        var headers = [("Origin", origin)]
        if let second { headers.append(("Origin", second)) }
        let head = try requestHead("/ws", headers, host: host)
        switch try Tokens.authenticator(settings).judgeOrigin(of: head) {
        case .none: return "none"
        case .sameOrigin: return "same"
        case .allowed(let name): return "allowed \(name)"
        case .refused: return "refused"
        }
    }

    @Test func `a request without an Origin is not a page's`() throws {
        let head = try requestHead("/ws")
        guard case .none = try Tokens.authenticator().judgeOrigin(of: head) else {
            Issue.record("there was no Origin to judge")
            return
        }
    }

    @Test(arguments: [
        "http://hub.example:8080", "https://hub.example:8080", "HTTP://HUB.EXAMPLE:8080",
        "https://Hub.Example:8080",
    ])
    func `the hub's own pages are the same origin`(_ origin: String) throws {
        #expect(try verdict(of: origin) == "same")
    }

    @Test(arguments: [
        "https://app.example", "https://APP.example", "http://localhost:3000",
    ])
    func `listed origins are allowed`(_ origin: String) throws {
        #expect(try verdict(of: origin) == "allowed \(origin.lowercased())")
    }

    @Test(arguments: [
        ("https://app.example:443", "https://app.example"),
        ("HTTPS://App.Example:443", "https://app.example"),
        ("https://app.example/", "https://app.example"),
        ("HTTP://LocalHost:3000", "http://localhost:3000"),
        ("https://b\u{FC}cher.example", "https://xn--bcher-kva.example"),
        ("https://bu\u{308}cher.example:443", "https://xn--bcher-kva.example"),
        ("https://B\u{DC}CHER.example", "https://xn--bcher-kva.example"),
        ("https://XN--BCHER-KVA.example", "https://xn--bcher-kva.example"),
        ("https://[2001:DB8:0::1]:8443", "https://[2001:db8::1]:8443"),
    ])
    func `every spelling of a listed origin is it`(_ origin: String, _ listed: String) throws {
        #expect(try verdict(of: origin) == "allowed \(listed)")
    }

    @Test func `a long Origin costs no more than a short one`() throws {
        let marks = String(repeating: "\u{301}\u{323}", count: 20_000)
        #expect(Origin.recognised("https://a\(marks).example") == nil)
    }

    @Test(arguments: [
        "null", "", "https://evil.example", "http://hub.example", "http://hub.example:80",
        "http://hub.example:8081", "http://hub.example:80800", "ftp://hub.example:8080",
        "ws://hub.example:8080", "hub.example:8080", "//hub.example:8080",
        "http://hub.example:8080/", "http://hub.example:8080.evil.example",
        "http://evil.example#hub.example:8080", "http://evil.example/hub.example:8080",
        "http://user@hub.example:8080", "http://hub.example:8080@evil.example",
        "http://sub.hub.example:8080", "http://xhub.example:8080", "http://app.example",
        "https://app.example:4430", "https://app.example:80", "https://app.example//",
        "https://app.example/a", "https://b?cher.example", "https://bucher.example",
        "https://[2001:db8::1]", "https://app.example.evil.example", "https://xapp.example",
        "https://app.example https://evil.example", "http://localhost", "http://127.0.0.1:3000",
        "https://app.example,https://evil.example", "file://", "*",
    ])
    func `everything else is refused`(_ origin: String) throws {
        #expect(try verdict(of: origin) == "refused")
    }

    @Test(arguments: [
        ("https://hub.example", "hub.example:443"), ("http://hub.example", "hub.example:80"),
        ("https://HUB.example", "Hub.Example:443"), ("https://hub.example:443", "hub.example"),
        ("https://[::1]", "[::1]:443"), ("http://192.0.2.1", "192.0.2.1:80"),
        ("https://[2001:db8::1]", "[2001:db8::1]:443"),
    ])
    func `an explicit default port is the same origin`(
        _ origin: String, _ host: String
    ) throws {
        #expect(try verdict(of: origin, host: host) == "same")
    }

    @Test(arguments: [
        ("http://hub.example", "hub.example:443"), ("https://hub.example", "hub.example:80"),
        ("https://hub.example", "hub.example:8443"), ("https://hub.example:8443", "hub.example"),
        ("https://hub.example.evil", "hub.example:443"), ("https://", ":443"),
        ("https://hub.example:443:443", "hub.example:443"),
        ("https://hub.e\u{212A}ample", "hub.ekample"),
    ])
    func `any other port is`(_ origin: String, _ host: String) throws {
        #expect(try verdict(of: origin, host: host) == "refused")
    }

    @Test(
        arguments: [
            ("https://EX\u{E4}mple.com:443/a?b", "https://xn--exmple-cua.com"),
            ("http://a.example:80#b", "http://a.example"),
            ("https://a.example", "https://a.example"),
            ("https://a.example:8443\\b", "https://a.example:8443"), ("/a", nil), ("", nil),
            ("https://a.example@b.example/", nil), ("about:blank", nil),
        ] as [(String, String?)])
    func `a page's address has the origin that browsers send`(_ page: String, _ origin: String?) {
        #expect(Origin.recognised(ofPage: page)?.string == origin)
    }

    @Test func `two Origin fields are refused`() throws {
        let own = "http://hub.example:8080"
        #expect(try verdict(of: own, alsoOrigin: own) == "refused")
        #expect(try verdict(of: "https://app.example", alsoOrigin: own) == "refused")
    }

    @Test func `without a Host only the list allows`() throws {
        #expect(try verdict(of: "http://", host: nil) == "refused")
        #expect(try verdict(of: "https://app.example", host: nil) == "allowed https://app.example")
    }
}
