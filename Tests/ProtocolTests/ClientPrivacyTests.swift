// Internal content never appears in an encoded snapshot for a client.

import Protocol
import TestSupport
import Testing
import Text
import Tickets
import Wire

@Suite struct ClientPrivacyTests {
    private static let watcher = Person(id: "CANARY-id", name: "CANARY-name", role: .technician)

    /// With a watcher whose name must not appear.
    private static func watched() throws -> Ticket {
        var ticket = try Conversation.withInternalFacts().snapshot
        ticket.watchers = [watcher, .clara]
        return ticket
    }

    @Test func `a snapshot holds nothing internal`() throws {
        let ticket = try Self.watched()
        let staff = text(encoded { $0.snapshot(ticket, for: .staff) })
        #expect(staff.contains("CANARY-tag") && staff.contains("CANARY-name"))
        for id: ExactText in ["c1", "c2", ""] {
            let bytes = encoded { $0.snapshot(ticket, for: .client(id: id)) }
            #expect(!text(bytes).contains("CANARY"))
            #expect(!text(bytes).contains("Theo"))
            let snapshot = try json(bytes)
            #expect(snapshot["tags"] == .array([]))
            #expect(snapshot["watchers"]?.arrayValue?.count == (id == "c1" ? 1 : 0))
        }
    }

    @Test func `a client's snapshot is made of visible events`() throws {
        var conversation = try Conversation()
        try conversation.send(.say("public words"), by: .clara)
        let before = try json(
            encoded { $0.snapshot(conversation.snapshot, for: .client(id: "c1")) })
        conversation.wait(minutes: 3)
        try conversation.send(.note("CANARY-note"), by: .tess)
        let after = try json(encoded { $0.snapshot(conversation.snapshot, for: .client(id: "c1")) })
        #expect(after == before)
        #expect(after["seq"] == .int(2))
        #expect(after["messageCount"] == .int(1))
        #expect(after["lastMessage"]?["excerpt"] == .string("public words"))
        let staff = try json(encoded { $0.snapshot(conversation.snapshot, for: .staff) })
        #expect(staff["seq"] == .int(3))
        #expect(staff["messageCount"] == .int(2))
        #expect(staff["lastMessage"]?["excerpt"] == .string("CANARY-note"))
    }
}
