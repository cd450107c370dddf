// Requests whose end two servers might read differently. All must be refused.

import Testing
import Text

@testable import Wire

private func post(_ headers: String, body: String = "") -> String {
    "POST / HTTP/1.1\r\nHost: h\r\n\(headers)\r\n\r\n\(body)"
}

@Suite struct RequestSmugglingTests {
    @Test(arguments: [
        "Content-Length: 5\r\nTransfer-Encoding: chunked", "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5, 5", "Content-Length: +5",
        "Content-Length: -1", "Content-Length: 0x5", "Content-Length: 5 5", "Content-Length:",
        "Content-Length: 1234567890123456789", "Content-Length: 5_0", "Content-Length: 5.0",
        "Content-Length: ٥", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked",
        " Transfer-Encoding: chunked",
        "Transfer-Encoding\0: chunked", "Transfer-Encoding: chunked\0", "X: a\r\n b", "X: a\r\n\tb",
        "X: a\rb", "X: a\nContent-Length: 5", "X: a\0b", "X: a\u{1}b", "X: a\u{7F}b", ": a", "X",
        "X Y: a", "é: a", "X[]: a", "X: \r\r\n", "Host: h", "Host: other",
    ])
    func `refuses ambiguous heads`(headers: String) {
        #expect(refusal(post(headers, body: "0\r\n\r\n")) == 400)
    }

    @Test(arguments: [
        "gzip, chunked", "chunked, gzip", "identity", "chunked, chunked", "xchunked", "chunked;a=b",
        "\"chunked\"", "",
    ])
    func `knows no transfer coding but chunked`(coding: String) {
        #expect(refusal(post("Transfer-Encoding: \(coding)")) == 400)
    }

    @Test func `takes chunked in any case`() {
        #expect(refusal(post("Transfer-Encoding: CHUNKED", body: "0\r\n\r\n")) == nil)
    }

    @Test func `refuses transfer codings in HTTP 1_0`() {
        #expect(refusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400)
    }

    @Test(arguments: [
        "0x5\r\nhello\r\n0\r\n\r\n", "+5\r\nhello\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n", "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "5\r\nhello!\r\n0\r\n\r\n", "\r\n",
        "g\r\n", "5;\r\nhello\r\n0\r\n\r\n", "5;a=\r\nhello\r\n0\r\n\r\n", "5 ;a=b\r\nhello\r\n",
        "5;a=\"b\r\nhello\r\n", "5;a=\"b\\\r\nhello\r\n", "5;a\rb\r\nhello\r\n",
        "5;a=b c\r\nhello\r\n",
        "5;a=\"\n\"\r\nhello\r\n", "1000000000000000\r\n", "FFFFFFFFFFFFFFFF\r\n",
        "0000000000000005\r\nhello\r\n0\r\n\r\n", "0\r\nContent-Length: 5\r\n\r\n",
        "0\r\nTransfer-Encoding: chunked\r\n\r\n", "0\r\nHost: h\r\n\r\n", "0\r\nX : y\r\n\r\n",
        "0\r\nX: y\n\r\n", "0\r\n X: y\r\n\r\n", "0\r\nX\r\n\r\n", "5;\u{1}\r\n",
    ])
    func `refuses malformed chunks and trailers`(body: String) {
        #expect(refusal(post("Transfer-Encoding: chunked", body: body)) == 400)
    }

    @Test func `limits what chunk lines and their extensions may cost`() {
        let long = "5;" + String(repeating: "a", count: 300) + "\r\nhello\r\n"
        #expect(refusal(post("Transfer-Encoding: chunked", body: long)) == 400)
        let chunk = "1;" + String(repeating: "a", count: 200) + "\r\nx\r\n"
        let many = String(repeating: chunk, count: 21)
        #expect(refusal(post("Transfer-Encoding: chunked", body: many)) == 400)
    }

    @Test(arguments: [
        ("GET / HTTP/1.2", 505), ("GET / HTTP/2.0", 505), ("GET / HTTP/0.9", 505),
        ("GET / HTTP/1.10", 400), ("GET / HTTP/11", 400), ("GET / http/1.1", 400),
        ("GET / HTTP/1.1 ", 400), ("GET / ", 400), ("GET /", 400), ("GET", 400),
        ("GET  /  HTTP/1.1", 400),
        (" GET / HTTP/1.1", 400), ("GET\t/ HTTP/1.1", 400), ("G@T / HTTP/1.1", 400),
        ("GET /é HTTP/1.1", 400), ("GET /a b HTTP/1.1", 400), ("GET /\u{B} HTTP/1.1", 400),
        ("GET / HTTP/1.1\r", 400), ("GÉT / HTTP/1.1", 400), ("GET a HTTP/1.1", 400),
        ("GET * HTTP/1.1", 400), ("GET /#x HTTP/1.1", 400), ("CONNECT h:1 HTTP/1.1", 501),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1", 400), ("OPTIONS ** HTTP/1.1", 400),
    ])
    func `refuses malformed request lines`(line: String, status: Int) {
        #expect(refusal("\(line)\r\nHost: h\r\n\r\n") == status)
    }

    @Test func `needs exactly one host in HTTP 1_1`() {
        #expect(refusal("GET / HTTP/1.1\r\n\r\n") == 400)
        #expect(refusal("GET / HTTP/1.0\r\n\r\n") == nil)
        #expect(refusal("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n") == 400)
        for host in ["a b", "a,b", "a/b", "a@b", "a?b", "é", "\"a\""] {
            #expect(refusal("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n") == 400)
        }
        for host in ["localhost:8080", "[::1]:80", "a.example", "192.0.2.1"] {
            #expect(refusal("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n") == nil)
        }
    }

    @Test(arguments: [
        "Authorization", "Connection", "Content-Length", "Sec-WebSocket-Key",
        "Sec-WebSocket-Protocol", "Transfer-Encoding", "Upgrade",
    ])
    func `refuses values that are not UTF-8 where it goes by them`(_ name: String) {
        let start = Array("GET / HTTP/1.1\r\nHost: h\r\n\(name): x".utf8)
        #expect(refusal(start + [0xE9] + Array("\r\n\r\n".utf8)) == 400)
    }

    @Test(arguments: [
        "Cookie", "Referer", "User-Agent", "X-Forwarded-For", "X", "Accept-Language", "Via",
        "Accept-Encoding", "Content-Encoding", "Content-Type", "Expect", "Idempotency-Key",
        "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "Last-Event-ID", "Origin",
        "Range",
    ])
    func `accepts bytes from 0x80 on in other headers`(_ name: String) throws {
        for bytes in [[0xE9], [0xC3, 0xA9], [0x80, 0xFF], [0xED, 0xA0, 0x80]] as [[UInt8]] {
            var parser = RequestParser()
            parser.append(
                Array("GET / HTTP/1.1\r\nHost: h\r\n\(name): a=".utf8) + bytes
                    + Array("; token=t\r\n\r\n".utf8))
            guard case .head(let head)? = try parser.next() else {
                Issue.record("no head")
                return
            }
            let value = try #require(head.headers[ExactText(name.lowercased())])
            #expect(value.hasPrefix("a=") && value.hasSuffix("; token=t"))
            #expect(head.headers.isText(ExactText(name.lowercased())) == (bytes == [0xC3, 0xA9]))
            if name == "Cookie" {
                #expect(Cookies.value(named: "token", in: head.headers) == "t")
            }
        }
    }

    @Test func `survives any single wrong byte`() {
        let bytes = Array(
            post("Transfer-Encoding: chunked", body: "3;a=b\r\nabc\r\n0\r\n\r\n").utf8)
        var refused = 0
        for index in bytes.indices {
            for value in UInt8.min...UInt8.max {
                var changed = bytes
                changed[index] = value
                if let status = refusal(changed) {
                    refused += 1
                    #expect([400, 413, 501, 505].contains(status))
                }
            }
        }
        #expect(refused > bytes.count * 100)
    }
}
