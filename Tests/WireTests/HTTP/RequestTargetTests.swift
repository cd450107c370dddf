import Testing
import Text

@testable import Wire

private func path(_ target: String, method: String = "GET") throws -> String {
    try RequestTarget(target, method: method).path
}

@Suite struct RequestTargetTests {
    @Test(arguments: [
        ("/", "/"), ("/a/b", "/a/b"), ("/a%20b", "/a b"), ("/%C3%A9", "/é"), ("/a+b", "/a+b"),
        ("/%2541", "/%41"), ("/a?b", "/a"), ("/...", "/..."), ("/a..b", "/a..b"), ("//a", "//a"),
        ("http://h/x?y", "/x"), ("HTTPS://h:8/x", "/x"), ("http://h", "/"), ("http://h?q", "/"),
        // A person's id is no place.
        ("/api/people/CORP%5Calice/erase", "/api/people/CORP\\alice/erase"),
        ("/api/people/%2E%2E/erase", "/api/people/../erase"),
    ])
    func `decodes the path once`(target: String, expected: String) throws {
        #expect(try path(target) == expected)
    }

    @Test(arguments: [
        "/%", "/%4", "/%GG", "/%00", "/a%0Ab", "/%7F", "/%5Cx", "/\\x", "/%FF", "/%C0%AF",
        "/..", "/../x", "/a/..", "/a/../b", "/%2e%2e/x", "/.%2E/x", "/a%2F..%2Fb", "/a/%2e.", "a",
        "",
        "/api/people/../x", "/api/people/a\\b/erase", "/api/people/a%0Ab/erase",
        "ftp://h/", "http:///x", "http://a@b/", "http://", "h:80", "?a", "/#", "http:/x",
        "/%ED%A0%80",
    ])
    func `refuses what could mean another place`(target: String) {
        #expect(throws: HTTPError.self) { try path(target) }
    }

    @Test func `knows the asterisk for OPTIONS only`() throws {
        #expect(try path("*", method: "OPTIONS") == "*")
        #expect(throws: HTTPError.self) { try path("*") }
    }

    @Test func `decodes the query`() throws {
        let target = try RequestTarget(
            "/?a=1&b=x+y%2B&&c&d=&=e&a=%C3%A9&f=g=h&n=%0A&z=a%00b", method: "GET")
        #expect(
            target.query.map { [$0.name.string, $0.value] } == [
                ["a", "1"], ["b", "x y+"], ["c", ""], ["d", ""], ["", "e"], ["a", "é"],
                ["f", "g=h"],
                ["n", "\n"], ["z", "a\0b"],
            ])
        #expect(try RequestTarget("/?", method: "GET").query.isEmpty)
    }

    @Test(arguments: ["/?a=%", "/?%zz=1", "/?a=%FF"])
    func `refuses a malformed query`(target: String) {
        #expect(throws: HTTPError.self) { try RequestTarget(target, method: "GET") }
    }

    @Test func `lets the authority of the target override the host`() throws {
        let head = try head("GET http://real.example:8/x HTTP/1.1\r\nHost: other\r\n\r\n")
        #expect(head?.headers.all("host") == ["real.example:8"])
        #expect(head?.path == "/x")
    }
}
