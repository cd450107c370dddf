// The client's side of a connection: handshake, then messages, from bytes in any pieces.

import Testing

@testable import Wire

@Suite struct WebSocketClientTests {
    private func answer(to client: WebSocketClient, _ status: String = "101") throws -> [UInt8] {
        let request = String(decoding: client.requestBytes, as: UTF8.self)
        let line = try #require(
            request.split(separator: "\r\n").first {
                $0.lowercased().hasPrefix("sec-websocket-key: ")
            })
        let key = Upgrade.acceptKey(for: String(line.dropFirst("sec-websocket-key: ".count)))
        return Array(
            """
            HTTP/1.1 \(status) x\r
            upgrade: websocket\r
            connection: upgrade\r
            sec-websocket-accept: \(key)\r
            sec-websocket-protocol: b\r
            \r

            """.utf8)
    }

    @Test func `opens and reads messages in any pieces`() throws {
        for size in [1, 7, 10_000] {
            var client = WebSocketClient(host: "h", target: "/", subprotocols: ["a", "b"])
            var bytes = try answer(to: client)
            bytes += FrameEncoder.frame(.text, payload: Array("hello".utf8))
            bytes += FrameEncoder.close(code: .goingAway, reason: "")
            var messages: [WebSocketMessage] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                let piece = Array(bytes[start..<min(start + size, bytes.count)])
                try client.append(piece.span)
                while let message = try client.next() { messages.append(message) }
            }
            #expect(client.isOpen && client.subprotocol == "b")
            #expect(
                messages == [
                    .text(Array("hello".utf8)), .close(code: .goingAway, reason: []),
                ])
        }
    }

    @Test func `gives nothing before the server has answered`() throws {
        var client = WebSocketClient(host: "h", target: "/")
        #expect(try client.next() == nil)
        try client.append(Array("HTTP/1.1 101 x\r\n".utf8).span)
        #expect(try client.next() == nil)
        #expect(!client.isOpen)
    }

    @Test func `a refused handshake carries the status`() throws {
        var client = WebSocketClient(host: "h", target: "/", subprotocols: ["b"])
        let bytes = try answer(to: client, "401")
        let error = #expect(throws: UpgradeError.self) { try client.append(bytes.span) }
        #expect(error?.status == 401)
        #expect(!client.isOpen)
    }
}
