// The webhook file: valid content and refused content.

import Testing
import Text
import Tickets
import Wire

@testable import Notify

@Suite struct WebhookFileTests {
    private func parse(_ text: String) throws -> [Webhook] {
        try WebhookFile.parse(Array(text.utf8))
    }

    /// 24 bytes in base64: "abc" and zeros.
    private static let key = "YWJj" + String(repeating: "AAAA", count: 7)

    @Test(arguments: [3, 23, 65, 96])
    func `a key of a length that Standard Webhooks does not know is refused`(count: Int) {
        let secret = "whsec_\(Base64.encode([UInt8](repeating: 7, count: count)))"
        let error = #expect(throws: NotifyError.self) {
            try parse(#"[{"url":"https://a.example/","secret":"\#(secret)"}]"#)
        }
        let told = error?.description ?? ""
        #expect(told.hasPrefix("webhook 1: ") && told.contains("\(count) bytes"))
        #expect(told.contains("24 to 64") && !told.contains(secret))
    }

    @Test(
        arguments: [
            ("[\n{\"url\":\"http://x/\"\n,,}]", 3), ("[\n\n7]", 3), ("{}", 1), ("", 1),
            ("[{\"url\":\n\"ftp://x/\"}]", 2), ("[{},\n{}]", 1),
            ("[{\"url\":\"http://x/\",\"secret\":\"s\",\n\"events\":[\"x\"]}]", 2),
            (
                "[{\"url\":\"http://x/\",\"secret\":\"s\"},\n{\"secret\":\"s\",\n\"url\":\"http://x/\"}]",
                3
            ),
            ("[{\"url\":\"http://x/\",\"secret\":\"s\",\n\"caFile\":1}]", 2),
            ("[{\"url\":\"http://x/\",\"secret\":\"s\",\n\"other\":1}]", 2),
        ])
    func `an error names its line`(_ text: String, _ line: Int) {
        let error = #expect(throws: NotifyError.self) { try parse(text) }
        #expect(error?.line == line)
    }

    @Test(arguments: [24, 32, 64])
    func `a key of a known length is taken`(count: Int) throws {
        let secret = "whsec_\(Base64.encode([UInt8](repeating: 7, count: count)))"
        let webhooks = try parse(#"[{"url":"https://a.example/","secret":"\#(secret)"}]"#)
        #expect(webhooks.first?.secret.count == count)
    }

    @Test func `reads every field`() throws {
        let webhooks = try parse(
            """
            [{"url":"https://a.example/x?y","secret":"whsec_\(Self.key)","events":["message","sla"],
              "internal":true,"caFile":"/ca.pem"},
             {"url":"http://b.example:8080","secret":"s"},
             {"url":"http://c.example/","secret":"s","events":"*","internal":false}]
            """)
        #expect(webhooks.count == 3)
        #expect(webhooks[0].secret == Array("abc".utf8) + [UInt8](repeating: 0, count: 21))
        #expect(webhooks[0].caFile == "/ca.pem")
        #expect(webhooks[0].filter.kinds == [.message, .sla] && webhooks[0].filter.takesInternal)
        #expect(webhooks[1].filter.kinds == nil && !webhooks[1].filter.takesInternal)
        #expect(webhooks[2].filter.kinds == nil)
        #expect(try parse("[]").isEmpty)
    }

    @Test func `names tell URLs apart and keep their secrets`() throws {
        let name = try #require(WebhookFile.name(of: "https://me:pass@h.example:1/token/abc"))
        #expect(name.hasPrefix("h.example:1/") && name.utf8.count == "h.example:1/".utf8.count + 8)
        #expect(
            WebhookFile.name(of: "https://h.example/1")
                != WebhookFile.name(of: "https://h.example/2"))
        for url in [
            "", "https://", "http:///x", "http:/x", "https://:1/", "file:///x", "h.example",
            "https://h/\u{E9}", "https://h/a b", "https://h:65536/", "https://me@/", "ftp://h/",
        ] {
            #expect(WebhookFile.name(of: url) == nil)
        }
    }

    @Test(arguments: [
        ("https://me:pass@h.example:1/token/abc?x#y", "https://h.example:1"),
        ("HTTP://h.example", "http://h.example"), ("http://[::1]:80/x", "http://[::1]:80"),
    ])
    func `the address of a webhook is without its secrets`(_ url: String, _ address: String) {
        #expect(WebhookFile.address(of: url) == address)
    }

    @Test func `a clients' webhook takes what is left of an event for clients`() {
        let filter = WebhookFilter(name: "w", kinds: [.message], takesInternal: false)
        let note = Message(id: MessageID(high: 1, low: 1), body: "x", isInternal: true)
        func event(_ changes: [FieldChange]) -> TicketEvent {
            TicketEvent(
                ticket: TicketID(high: 1, low: 1), seq: 2, publicPrev: 1,
                at: Timestamp(milliseconds: 0), by: .hub, cause: .user, kind: .message,
                message: note, changes: changes)
        }
        #expect(!filter.takes(event([])))
        #expect(!filter.takes(event([.status(from: .open, to: .resolved)])), "that is a change")
        let changes = WebhookFilter(name: "w", kinds: [.change], takesInternal: false)
        #expect(changes.takes(event([.status(from: .open, to: .resolved)])))
        #expect(!changes.takes(event([.tags(from: [], to: ["x"])])))
    }

    @Test func `a webhook that lists sla gets deadlines and still nothing internal`() {
        func event(_ kind: EventKind, _ message: Message?) -> TicketEvent {
            TicketEvent(
                ticket: TicketID(high: 1, low: 1), seq: 2, publicPrev: 1,
                at: Timestamp(milliseconds: 0), by: .hub, cause: .sla, kind: kind,
                message: message, changes: [])
        }
        let note = Message(id: MessageID(high: 1, low: 1), body: "x", isInternal: true)
        let listed = WebhookFilter(name: "w", kinds: [.sla, .message], takesInternal: false)
        #expect(listed.takes(event(.sla, nil)))
        #expect(!listed.takes(event(.message, note)))
        let all = WebhookFilter(name: "w", kinds: nil, takesInternal: false)
        #expect(!all.takes(event(.sla, nil)), "only who asks")
    }
}
