import Testing

@testable import Wire

private let good = [
    "Host: h", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
]

/// A handshake with one header line replaced (nil removes it) and others added.
private func handshake(
    replacing line: Int? = nil, with text: String? = nil, adding more: [String] = [],
    start: String = "GET /ws HTTP/1.1"
) throws -> RequestHead? {
    var lines = good
    if let line { lines.replaceSubrange(line...line, with: text.map { [$0] } ?? []) }
    return try head(([start] + lines + more).joined(separator: "\r\n") + "\r\n\r\n")
}

private func status(_ head: RequestHead?) throws -> Int? {
    let head = try #require(head)
    do throws(UpgradeError) {
        _ = try UpgradeRequest.validate(head)
        return nil
    } catch {
        return error.status
    }
}

@Suite struct UpgradeTests {
    /// RFC 6455 §1.3.
    @Test func `answers the key of the RFC`() {
        #expect(
            Upgrade.acceptKey(for: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test func `accepts a proper handshake`() throws {
        let head = try #require(
            try handshake(adding: [
                "Sec-WebSocket-Protocol: guichet.v1, bearer.a.B-_c",
                "Sec-WebSocket-Extensions: permessage-deflate", "Content-Length: 0",
            ]))
        let request = try UpgradeRequest.validate(head)
        #expect(request.key == "dGhlIHNhbXBsZSBub25jZQ==")
        #expect(request.subprotocols == ["guichet.v1", "bearer.a.B-_c"])
        #expect(request.deflate != nil)
        #expect(Upgrade.isUpgrade(head))
    }

    @Test(arguments: [
        (1, "Upgrade: h2c, WebSocket"), (2, "Connection: keep-alive, UPGRADE"),
    ])
    func `reads tokens in any case and any list`(line: Int, text: String) throws {
        #expect(try status(handshake(replacing: line, with: text)) == nil)
    }

    @Test(
        arguments: [
            (1, nil, 400), (1, "Upgrade: h2c", 400), (1, "Upgrade: web socket", 400), (2, nil, 400),
            (2, "Connection: close", 400), (3, nil, 426), (3, "Sec-WebSocket-Version: 12", 426),
            (3, "Sec-WebSocket-Version: 8, 13", 426), (3, "Sec-WebSocket-Version: 013", 426),
            (4, nil, 400), (4, "Sec-WebSocket-Key:", 400), (4, "Sec-WebSocket-Key: abc", 400),
            (4, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j", 400),
            (4, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ", 400),
            (4, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==", 400),
        ] as [(Int, String?, Int)])
    func `refuses a handshake with a line wrong or missing`(
        line: Int, text: String?, expected: Int
    ) throws {
        #expect(try status(handshake(replacing: line, with: text)) == expected)
    }

    @Test(arguments: [
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: a b",
        "Sec-WebSocket-Protocol: é", "Sec-WebSocket-Protocol: a;b", "Content-Length: 3",
        "Transfer-Encoding: chunked",
    ])
    func `refuses a handshake with one line too many`(line: String) throws {
        #expect(try status(handshake(adding: [line])) == 400)
    }

    @Test func `refuses other methods and versions`() throws {
        #expect(try status(handshake(start: "POST /ws HTTP/1.1")) == 400)
        #expect(try status(handshake(start: "GET /ws HTTP/1.0")) == 400)
    }

    @Test func `tells a plain request from a handshake`() throws {
        let head = try #require(try head("GET /ws HTTP/1.1\r\nHost: h\r\n\r\n"))
        #expect(!Upgrade.isUpgrade(head))
    }

    @Test func `writes the answer`() throws {
        let request = try UpgradeRequest.validate(#require(try handshake()))
        let bytes = Upgrade.response(accepting: request, subprotocol: "guichet.v1")
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                + "Sec-WebSocket-Protocol: guichet.v1\r\n\r\n")
    }
}
