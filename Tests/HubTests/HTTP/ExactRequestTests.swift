// Ambiguous requests: each has one reading, or is refused.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite(.serialized) struct ExactRequestTests {
    private static let newTicket = """
        {"title":"t","description":"d","category":"incident","priority":"high","project":"atlas"}
        """

    private func ticket(_ peer: HTTPPeer) throws -> String {
        let made = try peer.ask("POST", "/api/tickets", as: .clara, body: Self.newTicket)
        return "/api/tickets/\(try #require(try made.json()["id"]?.stringValue))"
    }

    private func field(_ answer: Answer) throws -> Tree? {
        try answer.json()["errors"]?[0]?["field"]
    }

    @Test func `a number of a query has digits and no sign`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let path = try ticket(peer)
        for number in ["%2B1", "-1", "%201", "1%20x", "1.0", "1e0", "0x1", "%EF%BC%91", "%D9%A1"] {
            for (target, name) in [
                ("/api/tickets?limit=", "limit"), ("\(path)/events?after=", "after"),
                ("\(path)/events?before=", "before"), ("\(path)/events?after=0&wait=", "wait"),
                ("/api/notifications?after=", "after"), ("/api/queue/stream?limit=", "limit"),
                ("\(path)/stream?lastEventId=", "lastEventId"),
            ] {
                let method = target.contains("stream") ? "HEAD" : "GET"
                let answer = try peer.ask(method, target + number, as: .tess)
                #expect(answer.status == 400, "\(target)\(number)")
                if method == "GET" { #expect(try field(answer) == .string(ExactText(name))) }
            }
        }
        for body in [#"{"upTo":"+1"}"#, #"{"ids":["1","+1"]}"#, #"{"upTo":" 1"}"#] {
            let answer = try peer.ask("POST", "/api/notifications/read", as: .tess, body: body)
            #expect(answer.status == 400, "\(body)")
        }
        for seq in ["+1", "-1", "1.0", "x", "01"] {
            let answer = try peer.ask(
                "POST", "\(path)/messages/\(seq)/redact", as: .tess, body: #"{"reason":"r"}"#)
            #expect(answer.status == 404, "\(seq)")
        }
    }

    @Test func `two values where one is meant are refused, together and apart`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let path = try ticket(peer)
        for target in [
            "/api/tickets?limit=1&limit=2", "/api/tickets?limit=1,2",
            "/api/tickets?sort=createdAt&sort=createdAt", "/api/tickets?q=a&q=b",
            "\(path)/events?after=0&after=1", "\(path)/history?format=json&format=csv",
            "/api/stats?from=2026-01-01&from=2026-02-01", "/api/export?bom=1&bom=0",
            "/api/notifications?unread=true&unread=false",
            "/api/sla/preview?project=a&project=b",
            "/api/sla/preview?priority=low&priority=high",
        ] {
            #expect(try peer.ask("GET", target, as: .tess).status == 400, "\(target)")
        }
        let stream = "\(path)/stream?lastEventId=0&lastEventId=1"
        #expect(try peer.ask("HEAD", stream, as: .tess).status == 400)
        let keys = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
        let message = try peer.ask("POST", path, as: .tess, keys, body: #"{"body":"x"}"#)
        #expect(message.status == 400)
        let twoTokens = [("Authorization", "Bearer \(Tokens.token(.ada))")]
        #expect(try peer.ask("GET", "/api/me", as: .tess, twoTokens).status == 401)
    }

    @Test func `a message is written if one of the tags is current`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let path = try ticket(peer)
        let body = #"{"body":"x"}"#
        let stale = try peer.ask("POST", path, as: .tess, [("If-Match", "\"7\"")], body: body)
        #expect(stale.status == 412)
        #expect(try stale.json()["current"]?["seq"] == .int(1))
        let none = try peer.ask("POST", path, as: .tess, [("If-Match", "\"+1\"")], body: body)
        #expect(none.status == 400)
        let current = try peer.ask(
            "POST", path, as: .tess, [("If-Match", "\"7\", \"1\"")], body: body)
        #expect(current.status == 201)
    }

    @Test func `a request for another version is 412`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let path = try ticket(peer)
        for method in ["GET", "HEAD"] {
            let other = try peer.ask(method, path, as: .tess, [("If-Match", "\"2\"")])
            #expect(other.status == 412)
            for tag in ["\"1\"", "*", "\"3\", \"1\""] {
                #expect(try peer.ask(method, path, as: .tess, [("If-Match", tag)]).status == 200)
            }
        }
        #expect(try peer.ask("GET", path, as: .colin, [("If-Match", "\"2\"")]).status == 404)
    }

    @Test func `a shortcut that exists already is a conflict, not a failed precondition`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        func canned(_ shortcut: String) -> String {
            #"{"title":"t","shortcut":"\#(shortcut)","bodies":{"en":"x"}}"#
        }
        for shortcut in ["a", "b"] {
            let made = try peer.ask("POST", "/api/canned", as: .tess, body: canned(shortcut))
            #expect(made.status == 201)
            guard shortcut == "b" else { continue }
            let path = try #require(made.headers["location"])
            let tag = try #require(made.headers["etag"])
            let taken = try peer.ask(
                "PUT", path, as: .tess, [("If-Match", tag)], body: canned("a"))
            #expect(taken.status == 409)
        }
    }

    @Test func `a permanent refusal has no Retry-After`() throws {
        let hub = try RunningHub()
        for (bytes, status) in [
            ("BREW /coffee HTTP/1.1\r\nHost: a\r\n\r\n", 501),
            ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ] {
            let peer = try hub.http()
            peer.socket.write(bytes)
            let answer = try peer.answer()
            #expect(answer.status == status)
            #expect(answer.headers["retry-after"] == nil)
            #expect(try answer.json()["code"] == .string("bad_request"))
        }
    }

    @Test func `the hub as a whole can be asked for its methods`() throws {
        let hub = try RunningHub()
        let answer = try hub.http().ask("OPTIONS", "*")
        #expect(answer.status == 204)
        #expect(answer.headers.tokens("allow").contains("patch"))
    }

    @Test func `an id that begins with a mark is not the one without it`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        #expect(try peer.ask("GET", "/api/me", as: .tess).status == 200)
        for id in ["%CC%81\(Person.tess.id)", "%E2%83%9D\(Person.tess.id)"] {
            let answer = try peer.ask(
                "POST", "/api/people/\(id)/erase", as: .ada,
                body: #"{"messages":"keep","reason":"r"}"#)
            #expect(answer.status == 404)
            #expect(try field(answer) == .string("id"))
        }
        #expect(try peer.ask("GET", "/api/me", as: .tess).status == 200)
    }
}
