// The compose guard, `ifSeq`, and the common parts of every decision.

import TestSupport
import Testing
import Text
import Tickets

struct TicketRulesTests {
    // MARK: Compose guard

    private func isStale(_ conversation: Conversation, since seq: Int, for person: Person) -> Bool {
        conversation.refusal(of: .say("Answer").seen(seq), by: person)?.code == .stale
    }

    @Test func `another person's public message makes a draft stale`() throws {
        for author in [Person.clara, .theo, .ada] {
            var conversation = try Conversation(.inProgress, heldBy: .tess)
            let base = conversation.snapshot.seq
            #expect(!isStale(conversation, since: base, for: .tess))
            try conversation.send(.say("Wait"), by: author)
            #expect(isStale(conversation, since: base, for: .tess))
            #expect(!isStale(conversation, since: base + 1, for: .tess))
        }
    }

    @Test func `one's own messages do not count`() throws {
        var conversation = try Conversation(.inProgress, heldBy: .tess)
        let base = conversation.snapshot.seq
        try conversation.send(.say("First"), by: .tess)
        try conversation.send(.say("Second"), by: .tess)
        #expect(!isStale(conversation, since: base, for: .tess))
        #expect(isStale(conversation, since: base, for: .theo))
    }

    @Test func `one's own message does not hide an older one of somebody else`() throws {
        var conversation = try Conversation(.inProgress, heldBy: .tess)
        let base = conversation.snapshot.seq
        try conversation.send(.say("From the client"), by: .clara)
        try conversation.send(.say("Forced").seen(base, force: true), by: .tess)
        try conversation.send(.say("And more"), by: .tess)
        #expect(isStale(conversation, since: base, for: .tess))
        #expect(!isStale(conversation, since: base + 1, for: .tess))
    }

    @Test func `internal notes and plain fields do not count`() throws {
        var conversation = try Conversation(.inProgress, heldBy: .tess)
        let base = conversation.snapshot.seq
        try conversation.send(.note("Psst"), by: .theo)
        try conversation.send(.set { $0.priority = .urgent }, by: .theo)
        try conversation.send(.set { $0.assignedTo = .caller }, by: .theo)
        #expect(!isStale(conversation, since: base, for: .tess))
    }

    @Test func `a change of status counts`() throws {
        var conversation = try Conversation(.inProgress, heldBy: .tess)
        let base = conversation.snapshot.seq
        try conversation.send(.note("Parked").and(.wait), by: .theo)
        #expect(isStale(conversation, since: base, for: .tess))
        #expect(!isStale(conversation, since: base + 1, for: .tess))
    }

    @Test func `force, a missing base, a note and a client pass`() throws {
        var conversation = try Conversation(.inProgress, heldBy: .tess)
        try conversation.send(.say("Wait"), by: .clara)
        try conversation.send(.set { $0.watchers = ["c2"] }, by: .ada)
        try conversation.send(.say("Wait"), by: .colin)
        #expect(conversation.refusal(of: .say("Answer").seen(1, force: true), by: .tess) == nil)
        #expect(conversation.refusal(of: .say("Answer"), by: .tess) == nil)
        #expect(conversation.refusal(of: .note("Answer").seen(1), by: .tess) == nil)
        #expect(conversation.refusal(of: .say("Answer").seen(1), by: .clara) == nil)
    }

    @Test func `a stale draft is refused with the snapshot, and its changes are not made either`()
        throws
    {
        var conversation = try Conversation(.inProgress, heldBy: .tess)
        try conversation.send(.say("Wait"), by: .clara)
        let refusal = conversation.refusal(of: .say("Done").seen(2).and(.resolve), by: .tess)
        #expect(refusal?.code == .stale)
        #expect(refusal?.field == "baseSeq")
        #expect(refusal?.current == conversation.snapshot)
    }

    // MARK: ifSeq

    private func update(ifSeq seq: Int) -> TicketEdit {
        var edit = TicketEdit.set { $0.title = "Scanner" }
        edit.expectedSeq = ExpectedVersions([seq])
        return edit
    }

    @Test func `an update may insist on the seq of its view`() throws {
        var conversation = try Conversation()
        try conversation.send(.say("Hello"), by: .clara)
        #expect(conversation.refusal(of: update(ifSeq: 2), by: .tess) == nil)
        for seq in [-1, 0, 1, 3, .max] {
            let refusal = conversation.refusal(of: update(ifSeq: seq), by: .tess)
            #expect(refusal?.code == .conflict)
            #expect(refusal?.field == "ifSeq")
            #expect(refusal?.current == conversation.snapshot)
        }
    }

    @Test func `an internal event does not put a client's view out of date`() throws {
        var conversation = try Conversation()
        try conversation.send(.note("Psst"), by: .tess)
        #expect(conversation.refusal(of: update(ifSeq: 1), by: .clara) == nil)
        #expect(conversation.refusal(of: update(ifSeq: 1), by: .tess)?.code == .conflict)
    }

    @Test func `a conflict does not tell a client where the internal log stands`() throws {
        var conversation = try Conversation()
        try conversation.send(.say("Hello"), by: .clara)
        try conversation.send(.note("Psst"), by: .tess)
        let refusal = try #require(conversation.refusal(of: update(ifSeq: 1), by: .clara))
        #expect(refusal.message.contains("2"))
        #expect(!refusal.message.contains("3"))
    }

    // MARK: Events

    @Test func `an event carries who, when, key and fingerprint`() throws {
        var conversation = try Conversation()
        conversation.wait(minutes: 3)
        let event = try #require(
            try Conversation.rules(at: conversation.now).decide(
                .say("Hello"), on: conversation.snapshot, by: Caller(person: .clara), key: "k1",
                fingerprint: 77))
        #expect(event.ticket == conversation.snapshot.id)
        #expect(event.seq == 2)
        #expect(event.by == .clara)
        #expect(event.at == .start.plus(minutes: 3))
        #expect(event.key == "k1")
        #expect(event.fingerprint == 77)
    }

    @Test func `an alarm is the hub's own event`() throws {
        var conversation = try Conversation()
        #expect(conversation.ring() == nil)
        conversation.wait(minutes: 180)
        let alarm = conversation.ring()
        let event = try #require(alarm)
        #expect(event.by == .hub)
        #expect(event.cause == .sla)
        #expect(event.kind == .sla)
        #expect(event.message == nil && event.changes.isEmpty)
        #expect(!event.isVisible(to: .client))
        #expect(conversation.snapshot.seq == 2)
        #expect(conversation.snapshot.publicActivity.seq == 1)
    }
}
