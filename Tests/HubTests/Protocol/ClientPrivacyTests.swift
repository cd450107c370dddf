// Internal content never appears in bytes for a client: everything internal in these stories is
// spelt CANARY.

import Protocol
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite struct ClientPrivacyTests {
    private static let watcher = Person(id: "CANARY-id", name: "CANARY-name", role: .technician)

    /// A ticket with every kind of internal fact in its snapshot and its log.
    private static func story() throws -> Story {
        var new = NewTicket.about("Printer", .urgent)
        new.tags = ["CANARY-tag"]
        var story = try Story(new)
        try story.send(.note("CANARY-note"), by: .tess)
        try story.send(.note("CANARY-both").and { $0.priority = .high }, by: .tess)
        try story.send(.set { $0.tags = ["CANARY-tag2"] }, by: .tess)
        try story.send(.set { $0.watchers = ["t2", "c2"] }, by: .tess)
        try story.send(.set { $0.targetHours = 77.5 }, by: .tess)
        try story.send(
            .set {
                $0.title = "A better title"
                $0.tags = ["CANARY-tag3"]
                $0.watchers = ["t2", "c1"]
            }, by: .tess)
        story.wait(minutes: 55)
        try story.ring()
        try story.send(.say("public words"), by: .tess)
        return story
    }

    /// With a watcher whose name must not appear.
    private static func watched() throws -> Ticket {
        var ticket = try story().snapshot.ticket
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
        var story = try Story()
        try story.send(.say("public words"), by: .clara)
        let before = try json(
            encoded { $0.snapshot(story.snapshot.ticket, for: .client(id: "c1")) })
        story.wait(minutes: 3)
        try story.send(.note("CANARY-note"), by: .tess)
        let after = try json(encoded { $0.snapshot(story.snapshot.ticket, for: .client(id: "c1")) })
        #expect(after == before)
        #expect(after["seq"] == .int(2))
        #expect(after["messageCount"] == .int(1))
        #expect(after["lastMessage"]?["excerpt"] == .string("public words"))
        let staff = try json(encoded { $0.snapshot(story.snapshot.ticket, for: .staff) })
        #expect(staff["seq"] == .int(3))
        #expect(staff["messageCount"] == .int(2))
        #expect(staff["lastMessage"]?["excerpt"] == .string("CANARY-note"))
    }

    @Test func `events and frames hold nothing internal`() throws {
        let story = try Self.story()
        let staff = story.publications.map { text($0.staffFrame.payload) }.joined()
        for secret in ["tag", "tag2", "tag3", "note", "both"] {
            #expect(staff.contains("CANARY-\(secret)"), "the story does not tell \(secret)")
        }
        #expect(staff.contains("targetHours") && staff.contains("watchers"))
        for publication in story.publications {
            guard let frame = publication.clientFrame else { continue }
            #expect(!text(frame.bytes).contains("CANARY"))
            #expect(!text(frame.bytes).contains("Theo"))
            let event = try json(Array(frame.payload))
            #expect(event["sla"] == nil)
            for name: ExactText in ["tags", "watchers", "targetHours"] {
                #expect(event["changes"]?[name] == nil)
            }
        }
    }

    @Test func `an event without a public part makes no frame for clients`() throws {
        let story = try Self.story()
        let seen = story.publications.filter { $0.clientFrame != nil }.map(\.event.seq)
        #expect(seen == [1, 3, 7, 9])
    }

    @Test func `an internal message with public changes reads as a change`() throws {
        let story = try Self.story()
        let frame = try #require(story.publications[2].clientFrame)
        let event = try json(Array(frame.payload))
        #expect(event["kind"] == .string("change"))
        #expect(event["message"] == nil)
        #expect(event["changes"]?.names == ["priority"])
        let staff = try json(Array(story.publications[2].staffFrame.payload))
        #expect(staff["kind"] == .string("message"))
    }

    @Test func `prev chains each audience's own events without a hole`() throws {
        let story = try Self.story()
        for audience in Audience.allCases {
            var newest = 0
            for publication in story.publications {
                guard let frame = publication.frame(for: audience) else { continue }
                let event = try json(Array(frame.payload))
                #expect(event["prev"] == .int(newest))
                newest = publication.event.seq
            }
            #expect(newest == 9)
        }
    }

    @Test func `the created event shows a client their snapshot only`() throws {
        let story = try Self.story()
        let frame = try #require(story.publications[0].clientFrame)
        let snapshot = try json(Array(frame.payload))["head"]
        #expect(snapshot?["tags"] == .array([]))
        #expect(snapshot?["watchers"] == .array([]))
        let staff = try json(Array(story.publications[0].staffFrame.payload))["head"]
        #expect(staff?["tags"] == .array([.string("CANARY-tag")]))
    }

    @Test func `history and detail keep to the audience's events`() throws {
        let story = try Self.story()
        let forClients = story.events.filter {
            $0.isVisible(to: .client) && $0.belongsToHistory(for: .client)
        }
        #expect(forClients.map(\.seq) == [1, 3, 7])
        let forStaff = story.events.filter { $0.belongsToHistory(for: .staff) }
        #expect(forStaff.map(\.seq).prefix(8) == [1, 2, 3, 4, 5, 6, 7, 8])
    }

    @Test func `internal typing is for staff, and no member sees their own`() throws {
        let id = TicketID(high: 1, low: 1)
        let note = SignalFrame.typing(
            TypingSignal(ticket: id, by: .tess, isOn: true, isInternal: true))
        #expect(note.isForStaffOnly)
        #expect(note.exceptPerson == "t1")
        #expect(try json(Array(note.payload))["internal"] == .bool(true))
        let open = SignalFrame.typing(
            TypingSignal(ticket: id, by: .tess, isOn: true, isInternal: false))
        #expect(!open.isForStaffOnly)
        #expect(try json(Array(open.payload)).names == ["type", "ticket", "by", "on"])
    }
}
