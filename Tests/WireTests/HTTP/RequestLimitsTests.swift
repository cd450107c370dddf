// Every limit, at its exact size and one beyond.

import Testing

@testable import Wire

private func filler(_ count: Int) -> String { String(repeating: "a", count: count) }

private func get(_ target: String = "/", _ headers: String = "") -> String {
    "GET \(target) HTTP/1.1\r\nHost: h\r\n\(headers)\r\n"
}

@Suite struct RequestLimitsTests {
    @Test func `limits the target`() {
        #expect(refusal(get("/" + filler(4095))) == nil)
        #expect(refusal(get("/" + filler(4096))) == 414)
        #expect(refusal("GET /" + filler(9000)) == 414)
    }

    @Test func `limits a line`() {
        #expect(refusal(get("/", "X: \(filler(8189))\r\n")) == nil)
        #expect(refusal(get("/", "X: \(filler(8190))\r\n")) == 431)
        #expect(refusal("GET / HTTP/1.1\r\nHost: h\r\nX: \(filler(9000))") == 431)
    }

    @Test func `limits the head`() {
        let head = get("/", "X: \(filler(50))\r\n")
        #expect(refusal(head, limits: HTTPLimits(headBytes: head.utf8.count)) == nil)
        #expect(refusal(head, limits: HTTPLimits(headBytes: head.utf8.count - 1)) == 431)
        let endless = "GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: "X: y\r\n", count: 90)
        #expect(refusal(endless, limits: HTTPLimits(headBytes: 300)) == 431)
    }

    @Test func `limits the number of headers`() {
        #expect(refusal(get("/", String(repeating: "X: y\r\n", count: 99))) == nil)
        #expect(refusal(get("/", String(repeating: "X: y\r\n", count: 100))) == 431)
    }

    @Test func `refuses an announced body before it arrives`() throws {
        var parser = RequestParser(limits: HTTPLimits(bodyBytes: 10))
        parser.append(Array("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n".utf8))
        #expect(try parser.next() != nil)
        #expect(throws: HTTPError(status: 413, reason: "the body is larger than 10 bytes")) {
            try parser.next()
        }
        let exact = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789"
        #expect(refusal(exact, limits: HTTPLimits(bodyBytes: 10)) == nil)
    }

    @Test func `limits the sum of chunks`() {
        let limits = HTTPLimits(bodyBytes: 10)
        let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
        #expect(refusal(head + "5\r\nhello\r\n0\r\n\r\n", limits: limits) == nil)
        #expect(refusal(head + "6\r\n", limits: limits) == 413)
        #expect(refusal(head + "FFFFFFFFFFFFFFF\r\n", limits: limits) == 413)
    }

    @Test func `takes another body limit for one request only`() throws {
        let request = Array("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd".utf8)
        var parser = RequestParser(limits: HTTPLimits(bodyBytes: 3))
        parser.append(request + request)
        _ = try parser.next()
        parser.setBodyLimit(4)
        guard case .body(let body)? = try parser.next() else {
            Issue.record("no body")
            return
        }
        #expect(body == Array("abcd".utf8))
        _ = try parser.next()
        _ = try parser.next()
        #expect(throws: HTTPError.self) { try parser.next() }
    }
}
