// Server-Sent Events: the same JSON as over WebSocket, resumed by Last-Event-ID.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite(.serialized) struct EventStreamTests {
    /// One event of a stream.
    private struct Entry {
        let id: Int?
        let data: Tree
    }

    /// Reads a stream event by event.
    private final class Stream {
        private let socket: RawPeer
        private var buffer = ""
        private(set) var head = ""

        init(
            _ hub: RunningHub, _ target: String, as person: Person,
            _ headers: [(String, String)] = []
        ) throws {
            socket = try RawPeer(port: hub.port)
            socket.write(HTTPPeer.request("GET", target, as: person, headers))
            head = try take()
        }

        func next() throws -> Entry {
            let lines = try take().split(separator: "\n")
            let id = lines.first { $0.hasPrefix("id: ") }.flatMap { Int($0.dropFirst(4)) }
            let data = try #require(lines.first { $0.hasPrefix("data: ") })
            return Entry(id: id, data: try json(String(data.dropFirst(6))))
        }

        func next(_ type: String) throws -> Entry {
            while true {
                let entry = try next()
                if entry.data["type"] == .string(ExactText(type)) { return entry }
            }
        }

        var isAtEnd: Bool { socket.readToEnd().isEmpty }

        /// Up to the next empty line. Line ends are told apart by characters: CRLF is one.
        private func take() throws -> String {
            while true {
                for end in ["\r\n\r\n", "\n\n"] {
                    let parts = buffer.split(
                        separator: end, maxSplits: 1, omittingEmptySubsequences: false)
                    if parts.count == 2 {
                        buffer = String(parts[1])
                        return String(parts[0])
                    }
                }
                let bytes = socket.read()
                try #require(!bytes.isEmpty, "the stream ended")
                buffer += text(bytes)
            }
        }
    }

    @Test func `begins with joined, then events with their seq as id`() throws {
        let hub = try RunningHub()
        let clara = try hub.webSocket(.clara)
        let id = try clara.create()
        let stream = try Stream(hub, "/api/tickets/\(id)/stream", as: .clara)
        #expect(stream.head.contains("text/event-stream"))
        let joined = try stream.next()
        #expect(joined.data["type"] == .string("joined"))
        #expect(joined.id == 1)
        _ = try clara.ask(#"{"type":"message","ticket":"\#(id)","body":"x"}"#, for: "ack")
        let event = try stream.next("event")
        #expect(event.id == 2)
        #expect(event.data["message"]?["body"] == .string("x"))
    }

    @Test func `Last-Event-ID resumes without gap or double, notes left out for clients`() throws {
        let hub = try RunningHub()
        let (clara, tess) = (try hub.webSocket(.clara), try hub.webSocket(.tess))
        let id = try clara.create()
        for (body, isInternal) in [("a", false), ("CANARY", true), ("b", false)] {
            _ = try tess.ask(
                #"{"type":"message","ticket":"\#(id)","body":"\#(body)","internal":\#(isInternal)}"#,
                for: "ack")
        }
        let stream = try Stream(
            hub, "/api/tickets/\(id)/stream", as: .clara, [("Last-Event-ID", "1")])
        _ = try tess.ask(#"{"type":"message","ticket":"\#(id)","body":"c"}"#, for: "ack")
        let entries = try (0..<3).map { _ in try stream.next("event") }
        #expect(entries.map(\.id) == [2, 4, 5])
        #expect(entries.map { $0.data["prev"] } == [.int(1), .int(2), .int(4)])
    }

    @Test func `an id from beyond the log starts afresh`() throws {
        let hub = try RunningHub()
        let id = try hub.webSocket(.clara).create()
        let stream = try Stream(
            hub, "/api/tickets/\(id)/stream", as: .clara, [("Last-Event-ID", "99")])
        #expect(try stream.next().data["type"] == .string("joined"))
    }

    @Test func `a client that cannot set the header resumes by the query, and the header wins`()
        throws
    {
        let hub = try RunningHub()
        let (clara, tess) = (try hub.webSocket(.clara), try hub.webSocket(.tess))
        let id = try clara.create()
        for body in ["a", "b"] {
            _ = try tess.ask(
                #"{"type":"message","ticket":"\#(id)","body":"\#(body)"}"#, for: "ack")
        }
        let path = "/api/tickets/\(id)/stream"
        #expect(try Stream(hub, path + "?lastEventId=1", as: .clara).next().id == 2)
        let both = try Stream(hub, path + "?lastEventId=1", as: .clara, [("Last-Event-ID", "2")])
        #expect(try both.next().id == 3)
        let empty = try Stream(hub, path + "?lastEventId=", as: .clara)
        #expect(try empty.next().data["type"] == .string("joined"))
        let queue = try Stream(hub, "/api/queue/stream?lastEventId=4", as: .tess)
        #expect(try queue.next().data["type"] == .string("queue"))
        let wrong = try hub.http().ask("GET", path + "?lastEventId=x", as: .clara)
        #expect(wrong.status == 400)
    }

    @Test func `HEAD gets the head of a stream and joins nothing`() throws {
        let hub = try RunningHub()
        let id = try hub.webSocket(.clara).create()
        let peer = try hub.http()
        for path in ["/api/tickets/\(id)/stream", "/api/queue/stream"] {
            let answer = try peer.ask("HEAD", path, as: .tess)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/event-stream")
            #expect(answer.headers["content-length"] == nil)
        }
        #expect(try peer.ask("HEAD", "/api/tickets/\(id)/stream", as: .colin).status == 404)
        #expect(try peer.ask("HEAD", "/api/queue/stream", as: .clara).status == 403)
        let joined = try hub.webSocket(.theo).join(id)
        let present = joined["present"]?.arrayValue ?? []
        #expect(!present.contains { $0["id"] == .string(Person.tess.id) })
    }

    @Test func `the queue begins with its page and counts by rev`() throws {
        let hub = try RunningHub()
        let stream = try Stream(hub, "/api/queue/stream", as: .tess)
        let page = try stream.next()
        #expect(page.data["type"] == .string("queue"))
        #expect(page.id == 0)
        _ = try hub.webSocket(.clara).create()
        let entry = try stream.next()
        #expect(entry.id == 1)
        #expect(entry.data["op"] == .string("upsert"))
    }

    @Test func `a stream that loses access gets removed and ends`() throws {
        let hub = try RunningHub()
        let (clara, tess) = (try hub.webSocket(.clara), try hub.webSocket(.tess))
        let id = try clara.create()
        let stream = try Stream(hub, "/api/tickets/\(id)/stream", as: .theo)
        #expect(try stream.next().data["type"] == .string("joined"))
        _ = try tess.ask(#"{"type":"update","ticket":"\#(id)","action":"take"}"#, for: "ack")
        #expect(try stream.next("removed").data["ticket"] == .string(ExactText(id)))
        #expect(stream.isAtEnd)
    }

    @Test func `what one may not see has no stream`() throws {
        let hub = try RunningHub()
        let id = try hub.webSocket(.clara).create()
        let peer = try hub.http()
        #expect(try peer.ask("GET", "/api/tickets/\(id)/stream", as: .colin).status == 404)
        #expect(try peer.ask("GET", "/api/queue/stream", as: .clara).status == 403)
        #expect(try peer.ask("GET", "/api/queue/stream").status == 401)
    }
}
