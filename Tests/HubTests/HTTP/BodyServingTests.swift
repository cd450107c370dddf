// Bodies: refused by their heads, counted during the upload, with a timeout that progress extends.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite(.serialized) struct BodyServingTests {
    private static func head(
        _ method: String, _ target: String, as person: Person? = nil, length: Int,
        _ headers: [(String, String)] = []
    ) -> String {
        HTTPPeer.request(method, target, as: person, headers + [("Content-Length", "\(length)")])
    }

    @Test(arguments: [
        ("POST", "/x", nil, 404), ("POST", "/healthz", nil, 405), ("GET", "/nowhere", nil, 404),
        ("POST", "/api/tickets", nil, 401), ("PATCH", "/api/nothing", nil, 401),
        ("POST", "/api/nothing", Person.tess, 404), ("PUT", "/api/tickets", .tess, 405),
        ("DELETE", "/api/me", .tess, 405), ("GET", "/api/me", .tess, 413),
        ("DELETE", "/api/canned/1", .tess, 413), ("POST", "/api/upload", nil, 401),
    ])
    func `a head that is refused is answered before its body comes`(
        _ method: String, _ target: String, _ person: Person?, _ status: Int
    ) throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        peer.socket.write(Self.head(method, target, as: person, length: 1 << 20))
        #expect(try peer.answer().status == status)
    }

    @Test func `a foreign page is refused before its body comes`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let foreign = [("Origin", "https://evil.example")]
        peer.socket.write(
            Self.head("POST", "/api/tickets", as: .tess, length: 1 << 20, foreign))
        #expect(try peer.answer().status == 403)
    }

    @Test func `what is dropped of a short body leaves the connection as it was`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        for _ in 0..<3 {
            #expect(try peer.ask("POST", "/api/tickets", body: "{}").status == 401)
            #expect(try peer.ask("POST", "/api/nothing", as: .tess, body: "{}").status == 404)
            #expect(try peer.ask("GET", "/api/me", as: .tess, body: "hello").status == 200)
        }
    }

    @Test
    func `a long body without a token is skipped to its end, and then the connection is closed`()
        throws
    {
        let hub = try RunningHub()
        let peer = try hub.http()
        let body = String(repeating: "x", count: 1 << 20)
        #expect(try peer.ask("POST", "/api/tickets", body: body).status == 401)
        #expect(peer.isAtEnd)
    }

    @Test(arguments: [
        ("POST", "/api/tickets", nil, 401), ("POST", "/api/nothing", Person.tess, 404),
        ("PUT", "/api/tickets", .tess, 405), ("POST", "/api/upload", nil, 401),
    ])
    func `a refused head gets no 100 Continue`(
        _ method: String, _ target: String, _ person: Person?, _ status: Int
    ) throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        peer.socket.write(
            Self.head(method, target, as: person, length: 100, [("Expect", "100-continue")]))
        #expect(try peer.answer().status == status, "no 100 before it")
        #expect(peer.isAtEnd)
    }

    @Test func `a compressed body is refused, and the response names what is accepted`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        for target in ["/api/tickets", "/api/upload"] {
            let packed = try peer.ask(
                "POST", target, as: .tess, [("Content-Encoding", "gzip")], body: "{}")
            #expect(packed.status == 415)
            #expect(packed.headers["accept-encoding"] == "identity")
        }
        let plain = try peer.ask(
            "POST", "/api/tickets", as: .tess, [("Content-Encoding", "identity")], body: "{}")
        #expect(plain.status == 400)
    }

    @Test func `an unknown method is 501 at an unknown path and 405 at a known one`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        #expect(try peer.ask("BREW", "/coffee").status == 501)
        for method in ["BREW", "TRACE"] {
            for target in ["/healthz", "/ws", "/api/me", "/api/tickets/T-1", "/api/canned"] {
                let answer = try peer.ask(method, target, as: .tess)
                #expect(answer.status == 405, "\(method) \(target)")
                #expect(answer.headers["allow"]?.hasPrefix("GET") == true)
            }
        }
    }

    // MARK: Time

    @Test func `a body that comes slowly and steadily is not cut`() throws {
        let hub = try RunningHub {
            $0.keepAliveSeconds = 1
            $0.headSeconds = 1
        }
        let peer = try hub.http()
        let body = #"{"surprise":""# + String(repeating: "x", count: 40_000) + #""}"#
        peer.socket.write(Self.head("POST", "/api/tickets", as: .tess, length: body.utf8.count))
        // Four seconds, of which both limits would be one.
        for start in stride(from: 0, to: body.utf8.count, by: 1000) {
            pause(milliseconds: 100)
            peer.socket.write(Array(body.utf8.dropFirst(start).prefix(1000)))
        }
        #expect(try peer.answer().status == 400)
    }

    @Test func `a body that stops is 408, however fast it came before`() throws {
        let hub = try RunningHub {
            $0.keepAliveSeconds = 1
            $0.headSeconds = 1
        }
        let peer = try hub.http()
        peer.socket.write(Self.head("POST", "/api/tickets", as: .tess, length: 200_001))
        peer.socket.write([UInt8](repeating: 0x20, count: 200_000))
        #expect(try peer.answer().status == 408)
        #expect(peer.isAtEnd)
    }

    @Test func `a connection that is idle between requests is closed without a response`() throws {
        let hub = try RunningHub { $0.keepAliveSeconds = 1 }
        let peer = try hub.http()
        #expect(try peer.ask("GET", "/healthz").status == 200)
        #expect(peer.isAtEnd)
    }

    // MARK: Memory

    @Test func `over the bound of all unfinished bodies the oldest is dropped`() throws {
        let hub = try RunningHub { $0.inboundTotalBytes = 1_000_000 }
        let peers = try (0..<4).map { _ in try hub.http() }
        for peer in peers {
            peer.socket.write(Self.head("POST", "/api/tickets", as: .tess, length: 400_000))
            peer.socket.write([UInt8](repeating: 0x20, count: 399_990))
            // The hub has read it before the next begins.
            #expect(try hub.http().ask("GET", "/healthz").status == 200)
        }
        let first = try peers[0].answer()
        #expect(first.status == 503)
        #expect(first.headers["retry-after"] == "2")
        #expect(try first.json()["retryAfter"] == .int(2))
        peers[3].socket.write([UInt8](repeating: 0x20, count: 10))
        #expect(try peers[3].answer().status == 400, "the newest was kept")
    }

    @Test func `unfinished messages count as bodies do`() throws {
        let hub = try RunningHub { $0.inboundTotalBytes = 1_000_000 }
        let peers = try (0..<4).map { _ in try hub.webSocket(.tess) }
        for peer in peers {
            var frame: [UInt8] = []
            FrameEncoder.appendMasked(
                .text, payload: [UInt8](repeating: 0x20, count: 400_000), key: 7, to: &frame)
            peer.socket.write(Array(frame.dropLast(10)))
            #expect(try hub.http().ask("GET", "/healthz").status == 200)
        }
        #expect(try peers[0].waitForClose() == .tryAgainLater)
        peers[3].socket.write([UInt8](repeating: 0x27, count: 10))
        #expect(try peers[3].next("error")["code"] == .string("bad_request"))
    }

    @Test
    func `short of memory, new connections are refused and the health check is answered`()
        throws
    {
        let hub = try RunningHub { $0.memoryBytes = 1 << 20 }
        let other = try hub.http()
        // From the first look at memory on.
        while try hub.http().ask("GET", "/readyz").status == 200 {}
        let refused = try hub.http().ask("GET", "/api/me", as: .tess)
        #expect(refused.status == 503)
        #expect(refused.headers["retry-after"] == "2")
        #expect(try hub.http().ask("POST", "/healthz", body: "x").status == 503)
        for method in ["GET", "HEAD"] {
            let peer = try hub.http()
            #expect(try peer.ask(method, "/healthz").status == 200)
            #expect(peer.isAtEnd)
        }
        let silent = try hub.http()
        #expect(try silent.answer().status == 503, "told though it asks nothing")
        #expect(try other.ask("GET", "/readyz").status == 200, "who was there before stays")
    }

    @Test func `many silent connections do not keep out the health check`()
        throws
    {
        let hub = try RunningHub { $0.connectionsPerAddress = 1 }
        let first = try hub.http()
        #expect(try first.ask("GET", "/readyz").status == 200)
        let crowd = try (0..<100).map { _ in try hub.http() }
        #expect(try hub.http().ask("GET", "/healthz").status == 200)
        #expect(try crowd[0].answer().status == 503)
    }
}
