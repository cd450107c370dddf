import Testing
import Text

@testable import Wire

private func headers(_ fields: [(String, String)]) -> Headers {
    Headers(fields: fields.map { Headers.Field(name: ExactText($0.0), value: $0.1) })
}

@Suite struct HeadersTests {
    @Test func `splits lists over all fields of a name`() {
        let headers = headers([("connection", "Upgrade, ,\tKeep-Alive "), ("connection", "X")])
        #expect(headers.tokens("connection") == ["upgrade", "keep-alive", "x"])
        #expect(headers.members("connection") == ["Upgrade", "Keep-Alive", "X"])
        #expect(headers.tokens("other").isEmpty)
    }

    @Test func `lowers ASCII letters only`() {
        #expect(headers([("upgrade", "WEBSOC\u{212A}ET")]).tokens("upgrade") != ["websocket"])
    }

    @Test func `finds cookies by their exact name`() {
        let headers = headers([
            ("cookie", "a=1; token=abc.def; xtoken=no"), ("cookie", "q=\"quoted\" ;e=;b=x=y"),
        ])
        #expect(Cookies.value(named: "token", in: headers) == "abc.def")
        #expect(Cookies.value(named: "a", in: headers) == "1")
        #expect(Cookies.value(named: "q", in: headers) == "quoted")
        #expect(Cookies.value(named: "e", in: headers) == "")
        #expect(Cookies.value(named: "b", in: headers) == "x=y")
        #expect(Cookies.value(named: "Token", in: headers) == nil)
        #expect(Cookies.value(named: "", in: headers) == nil)
    }
}
