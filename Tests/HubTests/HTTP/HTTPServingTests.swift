// HTTP on real sockets: pipelining, slow arrival, limits, and the calls to the one journal.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite(.serialized) struct HTTPServingTests {
    private static let newTicket = """
        {"title":"t","description":"d","category":"incident","priority":"high","project":"atlas"}
        """

    @Test func `pipelined requests are answered in order`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        var bytes = HTTPPeer.request("POST", "/api/tickets", as: .clara, body: Self.newTicket)
        bytes += HTTPPeer.request("GET", "/healthz")
        bytes += HTTPPeer.request("GET", "/api/me", as: .tess)
        bytes += HTTPPeer.request("GET", "/api/nothing", as: .tess)
        bytes += HTTPPeer.request("GET", "/readyz")
        peer.socket.write(bytes)
        let answers = try (0..<5).map { _ in try peer.answer() }
        #expect(answers.map(\.status) == [201, 200, 200, 404, 200])
        #expect(try answers[0].json()["ref"]?.stringValue?.hasPrefix("T-") == true)
        #expect(text(answers[1].body) == "ok\n")
        #expect(text(answers[2].body).contains("Tess"))
        #expect(text(answers[4].body) == "ready\n")
    }

    @Test func `a request that arrives byte by byte is one request`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let request = HTTPPeer.request("POST", "/api/tickets", as: .clara, body: Self.newTicket)
        for byte in request.utf8 { peer.socket.write([byte]) }
        #expect(try peer.answer().status == 201)
        #expect(try peer.ask("GET", "/healthz").status == 200, "the connection is kept")
    }

    @Test func `100 Continue comes before the body is sent`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let request = HTTPPeer.request(
            "POST", "/api/tickets", as: .clara, [("Expect", "100-continue")], body: Self.newTicket)
        let head = request.dropLast(Self.newTicket.count)
        peer.socket.write(String(head))
        #expect(try peer.answer().status == 100)
        peer.socket.write(Self.newTicket)
        #expect(try peer.answer().status == 201)
    }

    @Test func `a chunked body is a body`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let size = String(Self.newTicket.utf8.count, radix: 16)
        peer.socket.write(
            HTTPPeer.request(
                "POST", "/api/tickets", as: .clara, [("Transfer-Encoding", "chunked")])
                + "\(size)\r\n\(Self.newTicket)\r\n0\r\n\r\n")
        #expect(try peer.answer().status == 201)
    }

    @Test func `a body over the limit is 413 and the end of the connection`() throws {
        let hub = try RunningHub { $0.requestBytes = 2000 }
        let peer = try hub.http()
        let body = String(repeating: " ", count: 2001)
        let answer = try peer.ask("POST", "/api/tickets", as: .clara, body: body)
        #expect(answer.status == 413)
        #expect(try answer.json()["code"] == .string("too_large"))
        #expect(answer.headers["connection"] == "close")
        #expect(peer.isAtEnd)
    }

    @Test func `headers over the limit are 431`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let many = (0..<101).map { ("X-\($0)", "v") }
        #expect(try peer.ask("GET", "/healthz", many).status == 431)
    }

    @Test func `a head that never ends is 408`() throws {
        let hub = try RunningHub { $0.headSeconds = 1 }
        let peer = try hub.http()
        peer.socket.write("GET /healthz HTTP/1.1\r\nHost: hub.exa")
        let answer = try peer.answer()
        #expect(answer.status == 408)
        #expect(peer.isAtEnd)
    }

    @Test func `also behind a request that was answered`() throws {
        let hub = try RunningHub { $0.headSeconds = 1 }
        let peer = try hub.http()
        peer.socket.write(
            HTTPPeer.request("GET", "/readyz") + "GET /healthz HTTP/1.1\r\nHost: hub.exa")
        #expect(try peer.answer().status == 200)
        #expect(try peer.answer().status == 408)
    }

    @Test func `a peer that has half-closed is answered, and the connection is closed`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        peer.socket.write(
            HTTPPeer.request("GET", "/readyz") + HTTPPeer.request("GET", "/api/me", as: .tess))
        peer.socket.sayFIN()
        #expect(try peer.answer().status == 200)
        #expect(try peer.answer().status == 200)
        #expect(peer.isAtEnd)
    }

    @Test func `HEAD answers as GET does, without the body`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let get = try peer.ask("GET", "/api/me", as: .tess)
        let head = try peer.ask("HEAD", "/api/me", as: .tess)
        #expect(head.status == 200)
        #expect(head.headers["content-length"] == "\(get.body.count)")
        #expect(try peer.ask("GET", "/healthz").status == 200)
    }

    @Test func `no token, a wrong method and a foreign page`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let nobody = try peer.ask("GET", "/api/me")
        #expect(nobody.status == 401)
        #expect(nobody.headers["www-authenticate"] == "Bearer")
        let wrong = try peer.ask("DELETE", "/api/tickets", as: .tess)
        #expect(wrong.status == 405)
        #expect(wrong.headers["allow"]?.contains("POST") == true)
        let foreign = try peer.ask(
            "GET", "/api/me", as: .tess, [("Origin", "https://evil.example")])
        #expect(foreign.status == 403)
    }

    @Test func `the life of a ticket over REST`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let made = try peer.ask(
            "POST", "/api/tickets", as: .clara, [("Idempotency-Key", "k")], body: Self.newTicket)
        let id = try #require(try made.json()["id"]?.stringValue)
        #expect(made.headers["location"] == "/api/tickets/\(id)")
        #expect(made.headers["etag"] == "\"1\"")
        let path = "/api/tickets/\(id)"
        let taken = try peer.ask(
            "PATCH", path, as: .tess, [("If-Match", "\"1\"")], body: #"{"action":"take"}"#)
        #expect(taken.status == 200)
        let late = try peer.ask(
            "PATCH", path, as: .tess, [("If-Match", "\"1\"")], body: #"{"priority":"low"}"#)
        #expect(late.status == 412)
        #expect(try late.json()["current"]?["seq"] == .int(2))
        let note = try peer.ask(
            "POST", path, as: .tess, body: #"{"body":"CANARY","internal":true}"#)
        #expect(note.status == 201)
        #expect(try note.json()["event"]?["seq"] == .int(3))
        let detail = try peer.ask("GET", path, as: .clara)
        #expect(!text(detail.body).contains("CANARY"))
        #expect(detail.headers["etag"] == "\"2\"")
        #expect(try peer.ask("GET", path, as: .theo).status == 404)
        let unknown = try peer.ask("PATCH", path, as: .tess, body: #"{"surprise":1}"#)
        #expect(unknown.status == 400)
        #expect(try unknown.json()["errors"]?[0]?["field"] == .string("surprise"))
    }

    @Test func `a long poll is answered when something happens`() throws {
        let hub = try RunningHub()
        let (peer, poll) = (try hub.http(), try hub.http())
        let made = try peer.ask("POST", "/api/tickets", as: .clara, body: Self.newTicket)
        let id = try #require(try made.json()["id"]?.stringValue)
        poll.socket.write(
            HTTPPeer.request("GET", "/api/tickets/\(id)/events?after=1&wait=10", as: .clara))
        // Whether the poll or the message is first, the message is in the answer.
        #expect(
            try peer.ask("POST", "/api/tickets/\(id)", as: .tess, body: #"{"body":"x"}"#).status
                == 201)
        let answer = try poll.answer().json()
        #expect(answer["events"]?.arrayValue?.map { $0["seq"] } == [.int(2)])
    }
}
