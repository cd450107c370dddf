// E-mails over a real socket: the envelope, and what follows from each reply.

import Foundation
import Outbox
import SQLiteStore
import Testing
import Text
import Tickets

@testable import Notify

@Suite final class MailTransportTests {
    private let sample: Sample
    private let folder: URL
    private let store: any OutboxStore

    init() throws {
        sample = try Sample()
        folder = FileManager.default.temporaryDirectory.appending(
            path: "guichet-mail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        let opener = SQLiteStoreOpener(path: folder.appending(path: "hub.db").path)
        _ = try opener.openStore()
        store = try opener.openOutbox()
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func save(_ email: String?, projects: [ExactText] = []) throws {
        try store.save([
            Contact(person: Sample.clara, email: email, locale: "en", projects: projects)
        ])
    }

    private func deliver(
        to port: UInt16, _ kind: NotificationKind = .created
    ) throws -> Delivery {
        let settings = try MailSettings.parse(
            Array(
                """
                {"url": "smtp://127.0.0.1:\(port)", "from": "Support <s@h.example>",
                 "clientUrl": "https://support.example/", "tls": "off"}
                """.utf8), templates: MailTemplates())
        let transport = MailTransport(
            settings, store: store, leaseSeconds: 30, techniciansReachAll: false)
        let recipient = Recipient(person: Sample.clara, kind: kind)
        return try transport.deliver(
            sample.event, sample.snapshot, sample.entry(.mail, to: [recipient]))
    }

    @Test func `a mail goes to the address of the token, with the ticket's words`() throws {
        try save("clara@client.example")
        let server = try LocalServer([SMTPTalk()])
        let delivery = try deliver(to: server.port)
        #expect(delivery.kind == "delivered", "\(delivery.reason)")
        let heard = server.finish().joined()
        #expect(heard.contains("MAIL FROM:<s@h.example>"))
        #expect(heard.contains("RCPT TO:<clara@client.example>"))
        #expect(heard.contains("Printer"))
    }

    @Test(arguments: [
        ("RCPT", "550 no such person", "refused"), ("RCPT", "451 later", "failed"),
        (".", "552 too big", "refused"), (".", "452 no room", "failed"),
        ("MAIL", "530 log in first", "failed"),
    ])
    func `a reply of 500 ends a mail, but for one about the login`(
        command: String, reply: String, kind: String
    ) throws {
        try save("clara@client.example")
        let server = try LocalServer([SMTPTalk([command: reply])])
        let delivery = try deliver(to: server.port)
        #expect(delivery.kind == kind)
        #expect(delivery.reason.contains(reply.prefix(3)))
        _ = server.finish()
    }

    @Test func `27: the reason has all lines of a reply`() {
        let replies = [
            "250 ready", "550-5.1.1 The mailbox is full.", "550-5.1.1 See https://help.example.",
            "550 5.1.1 x1", "221 bye",
        ]
        let refused = MailTransport.verdict(
            TransferError(description: "failed", status: 550), replies: replies)
        #expect(
            refused.reason.hasSuffix(
                "550 5.1.1 The mailbox is full. 5.1.1 See https://help.example. 5.1.1 x1"))
    }

    @Test func `a server that takes no mail now is tried again`() throws {
        try save("clara@client.example")
        let server = try LocalServer([SMTPTalk(greeting: "554 not now")])
        #expect(try deliver(to: server.port).kind == "failed")
        _ = server.finish()
        #expect(try deliver(to: server.port).kind == "failed", "it does not listen any more")
    }

    @Test func `nothing is sent to somebody without an address, or for a kind without a mail`()
        throws
    {
        let server = try LocalServer([SMTPTalk()])
        #expect(try deliver(to: server.port).kind == "unnecessary")
        try save(nil)
        #expect(try deliver(to: server.port).kind == "unnecessary")
        try save("clara@client.example")
        #expect(try deliver(to: server.port, .change).kind == "refused")
        #expect(server.finish().isEmpty)
    }
}
