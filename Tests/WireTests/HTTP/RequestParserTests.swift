import Testing
import Text

@testable import Wire

private let pipelined =
    "GET /a?x=1 HTTP/1.1\r\nHost: h\r\n\r\n"
    + "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
    + "\r\nPOST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    + "3\r\nabc\r\nA;n=v;q=\"a\\\"b\"\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n"
    + "GET /d HTTP/1.0\r\n\r\n"

@Suite struct RequestParserTests {
    @Test func `reads pipelined requests of every framing`() {
        #expect(
            requestTranscript(pipelined) == [
                "GET /a none", "body ", "POST /b length(5)", "body hello", "POST /c chunked",
                "body abc0123456789", "GET /d none", "body ",
            ])
    }

    @Test func `gives the same result for every split`() {
        let bytes = Array(pipelined.utf8)
        let expected = requestTranscript([bytes])
        for pieces in splits(bytes) { #expect(requestTranscript(pieces) == expected) }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\nA: b\r\n\r\n",
        "GET  / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\rX",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nA: 0123456789012345678901234567890123456789\r\n\r\n",
        "GET /01234567890123456789012345678901234567890123456789 HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\nF: 1\r\n\r\n",
    ])
    func `gives the same error for every split`(text: String) {
        let limits = HTTPLimits(headBytes: 70, headerCount: 4, lineBytes: 40, targetBytes: 30)
        let bytes = Array(text.utf8)
        let expected = requestTranscript([bytes], limits: limits)
        #expect(expected.last?.hasPrefix("error") == true)
        for pieces in splits(bytes) {
            #expect(requestTranscript(pieces, limits: limits) == expected)
        }
    }

    @Test func `needs every byte of a head`() throws {
        let bytes = Array("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
        for count in 0..<bytes.count {
            var parser = RequestParser()
            parser.append(bytes.span.extracting(0..<count))
            #expect(try parser.next() == nil)
            #expect(parser.isIdle == (count == 0))
        }
    }

    @Test func `is idle and empty between requests`() throws {
        var parser = RequestParser()
        #expect(parser.isIdle)
        parser.append(Array("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8))
        #expect(!parser.isIdle)
        #expect(try parser.next() != nil)
        #expect(!parser.isIdle)
        #expect(try parser.next() != nil)
        #expect(parser.isIdle)
        #expect(parser.bufferedBytes == 0)
        #expect(try parser.next() == nil)
    }

    @Test func `hands over what follows an upgrade`() throws {
        var parser = RequestParser()
        parser.append(Array("GET / HTTP/1.1\r\nHost: h\r\n\r\nframes".utf8))
        _ = try parser.next()
        let rest = parser.takeUnparsed()
        #expect(rest == Array("frames".utf8))
        #expect(parser.isIdle)
        #expect(parser.bufferedBytes == 0)
    }

    @Test func `throws the same error for ever`() {
        var parser = RequestParser()
        parser.append(Array("BAD\r\n".utf8))
        #expect(throws: HTTPError.self) { try parser.next() }
        parser.append(Array("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8))
        #expect(throws: HTTPError.self) { try parser.next() }
    }

    @Test func `skips a few empty lines before a request and no more`() {
        let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
        #expect(refusal(String(repeating: "\r\n", count: 4) + request) == nil)
        #expect(refusal(String(repeating: "\r\n", count: 5) + request) == 400)
    }

    @Test func `reads the head's fields`() throws {
        let head = try #require(
            try head("GET /a%20b?q=x+y HTTP/1.1\r\nHoSt:h\r\nX: \t a  b \t\r\nE:\r\nX: é\r\n\r\n"))
        #expect(head.target == "/a%20b?q=x+y")
        #expect(head.headers["host"] == "h")
        #expect(head.headers.all("x") == ["a  b", "é"])
        #expect(head.headers["e"] == "")
        #expect(head.queryValue("q") == "x y")
        #expect(head.minorVersion == 1)
    }

    @Test(arguments: [
        ("HTTP/1.1\r\nHost: h", true), ("HTTP/1.1\r\nHost: h\r\nConnection: a, Close", false),
        ("HTTP/1.0", false), ("HTTP/1.0\r\nConnection: Keep-Alive", true),
        ("HTTP/1.0\r\nConnection: keep-alive, close", false),
    ])
    func `knows whether the connection stays`(rest: String, expected: Bool) throws {
        #expect(try head("GET / \(rest)\r\n\r\n")?.keepAlive == expected)
    }

    @Test(arguments: [
        ("HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 3", true),
        ("HTTP/1.1\r\nHost: h\r\nExpect: 100-continue", false),
        ("HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3", false),
        ("HTTP/1.1\r\nHost: h\r\nContent-Length: 3", false),
    ])
    func `recognises requests that wait for 100 Continue`(rest: String, expected: Bool) throws {
        #expect(try head("POST / \(rest)\r\n\r\n")?.expectsContinue == expected)
    }
}
