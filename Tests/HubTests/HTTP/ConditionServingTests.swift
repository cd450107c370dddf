// Headers and conditions of answers: dates, tags, preconditions, origins.

import Protocol
import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite(.serialized) struct ConditionServingTests {
    private static let newTicket = """
        {"title":"t","description":"d","category":"incident","priority":"high","project":"atlas"}
        """

    private func ticket(_ peer: HTTPPeer) throws -> String {
        let made = try peer.ask("POST", "/api/tickets", as: .clara, body: Self.newTicket)
        return "/api/tickets/\(try #require(try made.json()["id"]?.stringValue))"
    }

    // MARK: If-None-Match

    @Test func `a ticket that is known is 304, until it changes`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let path = try ticket(peer)
        for known in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "*"] {
            for method in ["GET", "HEAD"] {
                let answer = try peer.ask(method, path, as: .tess, [("If-None-Match", known)])
                #expect(answer.status == 304, "\(method) \(known)")
                #expect(answer.headers["etag"] == "\"1\"")
                #expect(answer.body.isEmpty)
            }
        }
        for other in ["\"2\"", "1", "\"01\"", "\"1"] {
            let answer = try peer.ask("GET", path, as: .tess, [("If-None-Match", other)])
            #expect(answer.status == 200, "\(other)")
        }
        let changed = try peer.ask(
            "PATCH", path, as: .tess, [("If-None-Match", "\"2\"")], body: #"{"priority":"low"}"#)
        #expect(changed.status == 200)
        #expect(try peer.ask("GET", path, as: .tess, [("If-None-Match", "\"1\"")]).status == 200)
        let hidden = try peer.ask("GET", path, as: .colin, [("If-None-Match", "*")])
        #expect(hidden.status == 404)
    }

    @Test func `so is an entry of a catalog`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let made = try peer.ask(
            "POST", "/api/views", as: .tess,
            body: #"{"name":"mine","filter":{},"sort":"urgency","shared":false}"#)
        let path = try #require(made.headers["location"])
        let tag = try #require(made.headers["etag"])
        #expect(try peer.ask("GET", path, as: .tess, [("If-None-Match", tag)]).status == 304)
        let removal = try peer.ask(
            "DELETE", path, as: .tess, [("If-Match", "\"9\", \(tag)")])
        #expect(removal.status == 204)
    }

    // MARK: If-Match

    @Test func `a change is made if one of the tags is current`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let path = try ticket(peer)
        let body = #"{"priority":"low"}"#
        for tags in ["\"2\"", "\"2\", \"3\"", "W/\"2\"", "\"99999999999999999999\""] {
            let answer = try peer.ask("PATCH", path, as: .tess, [("If-Match", tags)], body: body)
            #expect(answer.status == 412, "\(tags)")
        }
        let listed = [("If-Match", "\"7\", W/\"1\"")]
        #expect(try peer.ask("PATCH", path, as: .tess, listed, body: body).status == 200)
        let fields = [("If-Match", "\"7\""), ("If-Match", "\"2\"")]
        let high = #"{"priority":"high"}"#
        #expect(try peer.ask("PATCH", path, as: .tess, fields, body: high).status == 200)
        #expect(
            try peer.ask("PATCH", path, as: .tess, [("If-Match", "*")], body: body).status == 200)
    }

    @Test(arguments: [
        "\"+1\"", "1", "\"1", "\"-1\"", "\" 1\"", "\"01\"", "\"\"", "", "\"1\" \"2\"", "\"1\", 2",
        "\"a\"", "w/\"1\"", "*, \"1\"", "\"1.0\"", "\"0x1\"", "\"\u{661}\"",
    ])
    func `a malformed condition is a bad request`(_ tags: String) throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let path = try ticket(peer)
        let answer = try peer.ask(
            "PATCH", path, as: .tess, [("If-Match", tags)], body: #"{"priority":"low"}"#)
        #expect(answer.status == 400)
        #expect(try answer.json()["errors"]?[0]?["field"] == .string("If-Match"))
        #expect(try peer.ask("GET", path, as: .tess, [("If-Match", tags)]).status == 400)
    }

    // MARK: Bytes that are no UTF-8

    /// The answer to a request in which `name` has a byte of Latin-1.
    private func answer(
        _ peer: HTTPPeer, _ method: String, _ path: String, _ name: String,
        _ value: String = "caf", body: String = ""
    ) throws -> Answer {
        let token = Tokens.token(.tess)
        peer.socket.write(
            Array(
                "\(method) \(path) HTTP/1.1\r\nHost: hub.test\r\nAuthorization: Bearer \(token)\r\n\(name): \(value)"
                    .utf8) + [0xE9]
                + Array("\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8))
        return try peer.answer()
    }

    @Test(arguments: [
        ("Content-Type", 200), ("Content-Encoding", 200), ("Idempotency-Key", 200),
        ("Expect", 200), ("If-Match", 200), ("Origin", 403), ("X-Forwarded-For", 200),
    ])
    func `a header that is not UTF-8 does not spoil a request`(
        _ name: String, _ status: Int
    ) throws {
        let hub = try RunningHub { $0.allowedOrigins = ["https://app.example"] }
        let peer = try hub.http()
        for path in ["/api/me", "/healthz"] {
            #expect(try answer(peer, "GET", path, name).status == status, "\(path)")
        }
    }

    @Test(arguments: [
        ("Content-Type", 201), ("Content-Encoding", 415), ("Idempotency-Key", 400),
        ("Expect", 201), ("Origin", 403),
    ])
    func `and means nothing, or is named, where something is written`(
        _ name: String, _ status: Int
    ) throws {
        let hub = try RunningHub()
        let given = try answer(
            hub.http(), "POST", "/api/tickets", name, body: Self.newTicket)
        #expect(given.status == status)
        if name == "Idempotency-Key" {
            #expect(try given.json()["errors"]?[0]?["field"] == .string(ExactText(name)))
        }
        // A question mark, which stands for such a byte, is a key of its own.
        let marked = try hub.http().ask(
            "POST", "/api/tickets", as: .tess, [("Idempotency-Key", "caf?")], body: Self.newTicket)
        #expect(marked.status == 201)
    }

    @Test func `a condition that is not UTF-8 matches nothing`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        let path = try ticket(peer)
        let given = try answer(
            peer, "PATCH", path, "If-Match", "\"1", body: #"{"priority":"low"}"#)
        #expect(given.status == 400)
        #expect(try given.json()["errors"]?[0]?["field"] == .string("If-Match"))
    }

    @Test func `a form whose boundary is not UTF-8 is refused`() throws {
        let hub = try RunningHub()
        let form =
            "--b?\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b?--\r\n"
        let given = try answer(
            hub.http(), "POST", "/api/upload", "Content-Type", "multipart/form-data; boundary=b",
            body: form)
        #expect(given.status == 415)
    }

    // MARK: Two tokens

    @Test func `a token that comes twice in the query is refused`() throws {
        let hub = try RunningHub()
        let path = try ticket(hub.http())
        let token = Tokens.token(.tess)
        for target in ["\(path)/stream", "/api/queue/stream", "/ws"] {
            for query in [
                "access_token=\(token)&access_token=\(token)",
                "access_token=\(token)&access_token=", "access_token=x&access_token=\(token)",
            ] {
                let given = try hub.http().ask(
                    "GET", "\(target)?\(query)",
                    target == "/ws" ? Self.handshake : [])
                #expect(given.status == 400, "\(target)")
                #expect(try given.json()["errors"]?[0]?["field"] == .string("access_token"))
            }
        }
    }

    private static let handshake = [
        ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ]

    // MARK: What every answer carries

    private func expectCommonHeaders(_ answer: Answer, _ what: String) {
        #expect(answer.headers["date"].flatMap(HTTPDate.parse) != nil, "\(what)")
        #expect(answer.headers["x-content-type-options"] == "nosniff", "\(what)")
        #expect(answer.headers["cross-origin-resource-policy"] == "same-origin", "\(what)")
        #expect(answer.headers["cross-origin-opener-policy"] == "same-origin", "\(what)")
        #expect(answer.headers["strict-transport-security"] == nil, "\(what)")
    }

    @Test func `date and safety are in every answer, those of the parser too`() throws {
        let hub = try RunningHub { $0.headSeconds = 1 }
        for (target, person) in [
            ("/healthz", nil), ("/nothing", nil), ("/api/me", nil), ("/api/me", Person.tess),
            ("/ws", nil), ("/api/export", .tess),
        ] {
            expectCommonHeaders(try hub.http().ask("GET", target, as: person), target)
        }
        for bytes in [
            "NONSENSE\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/2.5\r\nHost: a\r\n\r\n",
            "GET /\(String(repeating: "x", count: 9000)) HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHo",
        ] {
            let peer = try hub.http()
            peer.socket.write(bytes)
            let answer = try peer.answer()
            #expect(answer.status >= 400)
            expectCommonHeaders(answer, String(bytes.prefix(20)))
        }
    }

    @Test func `an upgrade has a date`() throws {
        let hub = try RunningHub()
        let peer = try hub.http()
        peer.socket.write(
            HTTPPeer.request(
                "GET", "/ws", as: .tess,
                [
                    ("Upgrade", "websocket"), ("Connection", "Upgrade"),
                    ("Sec-WebSocket-Version", "13"),
                    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
                ]))
        let answer = text(peer.socket.read())
        #expect(answer.hasPrefix("HTTP/1.1 101"))
        #expect(answer.contains("\r\nDate: "))
    }

    @Test func `a refusal to be retried says when, in the header and in the body`() throws {
        let hub = try RunningHub { $0.budgets.requestsPerSecond = 1 }
        let form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
        func upload() throws -> Answer {
            try hub.http().ask(
                "POST", "/api/upload", as: .tess,
                [("Content-Type", "multipart/form-data; boundary=b")],
                body: form + "x\r\n--b--\r\n")
        }
        var answer = try upload()
        for _ in 0..<50 where answer.status != 429 { answer = try upload() }
        #expect(answer.status == 429)
        #expect(answer.headers["retry-after"] == "1")
        #expect(try answer.json()["retryAfter"] == .int(1))
        for code in [TicketRejection.Code.unavailable, .rateLimited] {
            let rejection = TicketRejection(code, "not now")
            #expect(Response.problem(rejection)["Retry-After"] == "1")
            #expect(
                try json(rejection.frame(re: nil, for: .client(id: "")))["retryAfter"] == .int(1))
        }
    }

    // MARK: Pages of other origins

    @Test func `tracing and what browsers add may be sent by allowed pages`() throws {
        let hub = try RunningHub { $0.allowedOrigins = ["https://app.example"] }
        let answer = try hub.http().ask(
            "OPTIONS", "/api/tickets", [("Origin", "https://app.example")])
        #expect(answer.status == 204)
        let allowed = answer.headers.tokens("access-control-allow-headers")
        for name in [
            "authorization", "content-type", "idempotency-key", "if-match", "if-none-match",
            "last-event-id", "range", "traceparent", "tracestate", "x-requested-with", "baggage",
            "x-request-id", "cache-control", "b3", "sentry-trace",
        ] {
            #expect(allowed.contains(name), "\(name)")
        }
    }

    @Test func `answers may be shown by pages of allowed origins alone`() throws {
        let hub = try RunningHub { $0.allowedOrigins = ["https://app.example"] }
        let allowed = try hub.http().ask(
            "GET", "/api/me", as: .tess, [("Origin", "https://app.example")])
        #expect(allowed.headers["cross-origin-resource-policy"] == "cross-origin")
        let peer = try hub.http()
        let form =
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n"
        let made = try peer.ask(
            "POST", "/api/upload", as: .tess,
            [("Content-Type", "multipart/form-data; boundary=b")], body: form)
        let path = try #require(made.headers["location"])
        for (headers, policy) in [
            ([], "same-origin"), ([("Origin", "https://app.example")], "cross-origin"),
            ([("Referer", "https://app.example/")], "cross-origin"),
            ([("Referer", "https://APP.example/a?b")], "cross-origin"),
            ([("Referer", "HTTPS://app.example:443?b")], "cross-origin"),
            ([("Referer", "https://app.example:8443/")], "same-origin"),
            ([("Referer", "https://app.example@evil.example/")], "same-origin"),
            ([("Referer", "https://app.example.evil/")], "same-origin"),
            ([("Referer", "https://evil.example/https://app.example/")], "same-origin"),
        ] as [([(String, String)], String)] {
            let answer = try peer.ask("GET", path, as: .tess, headers)
            #expect(answer.status == 200)
            #expect(answer.headers["cross-origin-resource-policy"] == policy, "\(headers)")
        }
    }

    // MARK: One value where one is meant

    @Test(arguments: [
        "sort=createdAt,priority", "sort=,createdAt", "limit=1,2", "cursor=a,b",
    ])
    func `two values where one is meant are refused`(_ query: String) throws {
        let hub = try RunningHub()
        let answer = try hub.http().ask("GET", "/api/tickets?\(query)", as: .tess)
        #expect(answer.status == 400)
    }

    @Test func `minutes have only the digits that were written`() {
        let json = encoded {
            $0.beginObject()
            $0.minutes("targetMinutes", 1077.562 * 60)
            $0.endObject()
        }
        #expect(text(json) == #"{"targetMinutes":64653.72}"#)
    }
}
