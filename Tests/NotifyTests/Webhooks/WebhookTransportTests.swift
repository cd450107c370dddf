// Webhooks over a real socket: what is sent, and what follows from each answer.

import Outbox
import Testing
import Text
import Tickets
import Wire

@testable import Notify

@Suite struct WebhookTransportTests {
    private let sample: Sample
    private let key = Array("a secret of the test".utf8)

    init() throws { sample = try Sample() }

    private func transport(_ port: UInt16) -> WebhookTransport {
        WebhookTransport(
            Webhook(
                url: "http://127.0.0.1:\(port)/hook?source=guichet", secret: key,
                filter: WebhookFilter(name: "hook", kinds: nil, takesInternal: false), caFile: nil))
    }

    private func deliver(
        _ event: TicketEvent? = nil, by transport: WebhookTransport
    ) throws -> Delivery {
        try transport.deliver(
            event ?? sample.event, sample.snapshot, sample.entry(transport.target))
    }

    @Test func `an event is posted once, signed so that its receiver can check it`() throws {
        let server = try LocalServer([HTTPTalk("204 No Content")])
        #expect(try deliver(by: transport(server.port)).kind == "delivered")
        let heard = server.finish()
        let request = try #require(heard.first.flatMap { HeardRequest($0) })
        #expect(heard.count == 1)
        #expect(request.line == "POST /hook?source=guichet HTTP/1.1")
        #expect(request.field("content-type") == "application/json")
        let id = request.field("webhook-id")
        #expect(id == "evt_\(sample.event.ticket)_1")
        let timestamp = try #require(Int64(request.field("webhook-timestamp")))
        #expect(
            request.field("webhook-signature")
                == WebhookSignature.sign(
                    id: id, timestamp: timestamp, body: Array(request.body.utf8), key: key))
        let body = try JSONReader.parse(Array(request.body.utf8))
        #expect(body["type"]?.textValue == "created")
        #expect(body["ref"]?.textValue == "T-1001")
    }

    @Test func `a failed delivery says the status, and when to come back`() throws {
        let server = try LocalServer([
            HTTPTalk("500 Internal Server Error"), HTTPTalk("503 Busy", ["Retry-After: 7"]),
        ])
        let transport = transport(server.port)
        let first = try deliver(by: transport)
        #expect(first.kind == "failed" && first.retryAfter == nil)
        #expect(first.reason.contains("500"))
        let second = try deliver(by: transport)
        #expect(second.kind == "failed" && second.retryAfter == 7)
        #expect(server.finish().count == 2)
    }

    @Test func `a redirect is not followed`() throws {
        let elsewhere = try LocalServer([HTTPTalk("200 OK")])
        let server = try LocalServer([
            HTTPTalk("307 Moved", ["Location: http://127.0.0.1:\(elsewhere.port)/"])
        ])
        #expect(try deliver(by: transport(server.port)).reason.contains("307"))
        #expect(server.finish().count == 1)
        #expect(elsewhere.finish().isEmpty)
    }

    @Test func `after 410 nothing more is sent`() throws {
        let server = try LocalServer([HTTPTalk("410 Gone"), HTTPTalk("200 OK")])
        let transport = transport(server.port)
        #expect(try deliver(by: transport).kind == "refused")
        #expect(try deliver(by: transport).kind == "refused")
        #expect(server.finish().count == 1)
    }

    @Test func `a receiver that does not listen is tried again`() throws {
        let server = try LocalServer([HTTPTalk("200 OK")])
        _ = server.finish()
        #expect(try deliver(by: transport(server.port)).kind == "failed")
    }

    @Test func `an internal note does not leave for a webhook without them`() throws {
        let server = try LocalServer([HTTPTalk("200 OK")])
        let note = try sample.said("not for clients", isInternal: true)
        #expect(try deliver(note, by: transport(server.port)).kind == "unnecessary")
        #expect(server.finish().isEmpty)
    }
}
