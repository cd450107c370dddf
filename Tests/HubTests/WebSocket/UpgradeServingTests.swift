// Refused handshakes, each with its own status, before any 101.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite(.serialized) struct UpgradeServingTests {
    /// A valid handshake by Tess, with headers replaced (nil: left out).
    private func handshake(_ changes: [(String, String?)], target: String = "/ws") -> String {
        var headers: [(String, String)] = [
            ("Host", "hub.example"), ("Upgrade", "websocket"),
            ("Connection", "keep-alive, Upgrade"),
            ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
            ("Authorization", "Bearer \(Tokens.token(.tess))"),
        ]
        for (name, value) in changes {
            headers.removeAll { $0.0 == name }
            if let value { headers.append((name, value)) }
        }
        return "GET \(target) HTTP/1.1\r\n"
            + headers.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n"
    }

    @Test func `a right handshake is 101, whichever way the token comes`() throws {
        let hub = try RunningHub()
        let token = Tokens.token(.tess)
        let ways: [([(String, String?)], String)] = [
            ([], "/ws"),
            (
                [
                    ("Authorization", nil), ("Cookie", "token=old; token=\(token)"),
                    ("Origin", "http://hub.example"),
                ], "/ws"
            ),
            ([("Authorization", nil)], "/ws?access_token=\(token)"),
            ([("Origin", "http://hub.example")], "/ws"),
        ]
        for (changes, target) in ways {
            let peer = try hub.http()
            peer.socket.write(handshake(changes, target: target))
            let answer = try peer.answer()
            #expect(answer.status == 101)
            #expect(answer.headers["sec-websocket-accept"] == "ICX+Yqv66kxgM0FcWaLWlFLwTAI=")
            #expect(answer.headers["sec-websocket-protocol"] == nil, "none was offered")
        }
    }

    @Test func `everything else has its own status`() throws {
        let hub = try RunningHub()
        let foreign = Tokens.token(
            TokenClaims(id: "x", role: "admin", expiresAt: Tokens.now + 60),
            secret: [UInt8](repeating: 1, count: 32))
        let cases: [([(String, String?)], Int)] = [
            ([("Authorization", nil)], 401),
            ([("Authorization", nil), ("Cookie", "token=\(Tokens.token(.tess))")], 403),
            ([("Authorization", "Bearer x.y.z")], 401),
            ([("Authorization", "Bearer \(foreign)")], 401),
            ([("Authorization", "Bearer \(Tokens.token(.tess, forSeconds: -1))")], 401),
            ([("Origin", "https://evil.example")], 403), ([("Origin", "null")], 403),
            ([("Sec-WebSocket-Version", "8")], 426), ([("Sec-WebSocket-Version", nil)], 426),
            ([("Sec-WebSocket-Key", nil)], 400), ([("Sec-WebSocket-Key", "AAAA")], 400),
            ([("Upgrade", nil)], 400), ([("Upgrade", "h2c")], 400), ([("Connection", nil)], 400),
            ([("Host", nil)], 400),
        ]
        for (changes, status) in cases {
            let peer = try hub.http()
            peer.socket.write(handshake(changes))
            let answer = try peer.answer()
            #expect(answer.status == status, "\(changes)")
            #expect(peer.isAtEnd, "nothing after a refused handshake is read")
            if status == 426 { #expect(answer.headers["sec-websocket-version"] == "13") }
        }
    }

    @Test func `frames that come with the handshake are not lost`() throws {
        let hub = try RunningHub()
        let socket = try RawPeer(port: hub.port)
        var bytes = Array(handshake([]).utf8)
        FrameEncoder.appendMasked(
            .text, payload: Array(#"{"type":"ping","id":"early"}"#.utf8), key: 7, to: &bytes)
        socket.write(bytes)
        var heard = ""
        while !heard.contains("pong") {
            let bytes = socket.read()
            try #require(!bytes.isEmpty)
            heard += text(bytes)
        }
        #expect(heard.contains("hello"))
        #expect(heard.contains(#""re":"early""#))
    }
}
