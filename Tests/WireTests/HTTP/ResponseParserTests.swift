import Testing

@testable import Wire

private func transcript(_ pieces: [[UInt8]], closes: Bool = false) -> [String] {
    var parser = ResponseParser()
    var lines: [String] = []
    var body: [UInt8] = []
    func note(_ part: HTTPIncomingResponse) {
        switch part {
        case .head(let head): lines.append("\(head.status) \(head.keepAlive)")
        case .body(let data): body += data
        case .end:
            lines.append("body \(String(decoding: body, as: UTF8.self))")
            body = []
        }
    }
    do {
        for piece in pieces {
            parser.append(piece)
            while let part = try parser.next() { note(part) }
        }
        if closes, let part = try parser.finish() { note(part) }
    } catch {
        lines.append("error")
    }
    return lines
}

private func transcript(_ text: String, closes: Bool = false) -> [String] {
    transcript([Array(text.utf8)], closes: closes)
}

@Suite struct ResponseParserTests {
    private static let several =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
        + "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        + "HTTP/1.1 204\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"

    @Test func `reads one response after the other, however split`() {
        let expected = [
            "100 true", "body ", "200 true", "body hi", "200 true", "body abc", "204 true", "body ",
            "304 true", "body ",
        ]
        for pieces in splits(Array(Self.several.utf8)) {
            #expect(transcript(pieces, closes: true) == expected)
        }
    }

    @Test func `reads a body that lasts until the peer closes`() {
        let text = "HTTP/1.1 200 OK\r\n\r\nsome"
        #expect(transcript(text) == ["200 false"])
        #expect(transcript(text, closes: true) == ["200 false", "body some"])
    }

    @Test func `takes a body cut short for an error`() {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome"
        #expect(transcript(text, closes: true) == ["200 true", "error"])
        #expect(transcript("HTTP/1.1 200 OK\r\n", closes: true) == ["error"])
    }

    @Test(arguments: [
        "HTTP/1.1 20 OK\r\n", "HTTP/1.1 099 X\r\n", "HTTP/1.1 2000 X\r\n", "HTTP/2.0 200 OK\r\n",
        "HTTP/1.1  200 OK\r\n", "nonsense\r\n", "HTTP/1.1 200 a\rb\r\n", "\r\n",
        "HTTP/1.1 200 OK\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    ])
    func `refuses what is not a response`(text: String) {
        #expect(transcript(text) == ["error"])
    }

    @Test func `expects no body after HEAD and hands over what follows a 101`() throws {
        var parser = ResponseParser()
        parser.answersHEAD = true
        parser.append(Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n".utf8))
        _ = try parser.next()
        guard case .end? = try parser.next() else {
            Issue.record("a body was expected")
            return
        }
        parser.append(Array("HTTP/1.1 101 Switching Protocols\r\n\r\nframes".utf8))
        _ = try parser.next()
        let rest = parser.takeUnparsed()
        #expect(rest == Array("frames".utf8))
        #expect(parser.isIdle)
    }
}
