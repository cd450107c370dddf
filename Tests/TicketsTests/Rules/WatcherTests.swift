// Watchers: staff edit the whole list, a client only their own entry.

import TestSupport
import Testing
import Text
import Tickets

struct WatcherTests {
    private func watched(by ids: [ExactText]) throws -> Conversation {
        var conversation = try Conversation()
        try conversation.send(.set { $0.watchers = ids }, by: .ada)
        return conversation
    }

    private func watch(_ ids: [ExactText]) -> TicketEdit { .set { $0.watchers = ids } }

    @Test func `staff set the whole list, each person once`() throws {
        var conversation = try watched(by: ["c2"])
        try conversation.send(watch(["me", "t2", "t1", "t2"]), by: .tess)
        #expect(conversation.snapshot.watchers == [.tess, .theo])
        #expect(try conversation.send(watch(["me", "t2"]), by: .tess) == nil)
        try conversation.send(watch([]), by: .ada)
        #expect(conversation.snapshot.watchers.isEmpty)
    }

    @Test func `watchers are people who are known here`() throws {
        let refusal = try Conversation().refusal(of: watch(["t1", "nobody"]), by: .ada)
        #expect(refusal?.code == .badRequest)
        #expect(refusal?.field == "watchers")
    }

    @Test(arguments: ["me", "c1"])
    func `a client watches beside the others`(me: String) throws {
        var conversation = try watched(by: ["t2", "c2"])
        try conversation.send(watch([ExactText(me)]), by: .clara)
        #expect(conversation.snapshot.watchers == [.theo, .colin, .clara])
        #expect(try conversation.send(watch([ExactText(me)]), by: .clara) == nil)
    }

    @Test func `a client who watches twice changes nothing`() throws {
        let conversation = try watched(by: ["c1", "t2"])
        #expect(try conversation.decide(watch(["me"]), by: .clara) == nil)
    }

    @Test func `a client stops watching without removing the others`() throws {
        var conversation = try watched(by: ["c1", "t2"])
        try conversation.send(watch([]), by: .clara)
        #expect(conversation.snapshot.watchers == [.theo])
        #expect(try conversation.send(watch([]), by: .clara) == nil)
    }

    @Test func `a client cannot add others`() throws {
        let conversation = try watched(by: ["t2"])
        for ids: [ExactText] in [["c2"], ["me", "t1"], ["nobody"]] {
            let refusal = conversation.refusal(of: watch(ids), by: .clara)
            #expect(refusal?.code == .forbidden)
            #expect(refusal?.field == "watchers")
        }
    }

    @Test func `a client cannot find out who else watches`() throws {
        let watched = try watched(by: ["t2"])
        let unwatched = try Conversation()
        let probe = watch(["me", "t2"])
        #expect(
            watched.refusal(of: probe, by: .clara) == unwatched.refusal(of: probe, by: .clara))
    }

    @Test func `an event about watchers does not reach clients`() throws {
        var conversation = try Conversation()
        let event = try conversation.send(watch(["me"]), by: .clara)
        #expect(event?.changes == [.watchers(from: [], to: [.clara])])
        #expect(event?.isVisible(to: .client) == false)
        #expect(event?.isVisible(to: .staff) == true)
    }

    // MARK: What a watch opens

    private func sees(_ conversation: Conversation, _ person: Person) -> Bool {
        Caller(person: person).canAccess(conversation.snapshot)
    }

    @Test func `watching by oneself grants no access`() throws {
        var conversation = try Conversation()
        try conversation.send(watch(["me"]), by: .tess)
        #expect(sees(conversation, .tess), "the ticket is nobody's")
        try conversation.send(.act(.take), by: .theo)
        #expect(conversation.snapshot.isWatched(by: "t1"))
        #expect(!sees(conversation, .tess))
        try conversation.send(watch(["t1"]), by: .theo)
        #expect(sees(conversation, .tess), "the same list, by somebody else's hand")
        #expect(try conversation.send(watch(["t1"]), by: .ada) == nil)
    }

    @Test func `a client who watches a project's ticket loses it with the project`() throws {
        let conversation = try Conversation()
        let member = Caller(person: .colin, projects: ["atlas"])
        let event = try #require(try conversation.decide(watch(["me"]), as: member))
        let snapshot = conversation.snapshot.applying(event)
        #expect(snapshot.watchers == [.colin])
        #expect(member.canAccess(snapshot) && !Caller(person: .colin).canAccess(snapshot))
    }

    @Test func `a watcher added by others may watch again and keeps access until they leave`()
        throws
    {
        var conversation = try watched(by: ["t1", "c2"])
        try conversation.send(.act(.take), by: .theo)
        #expect(try conversation.decide(watch(["me"]), by: .colin) == nil)
        #expect(try conversation.decide(watch(["c2", "t1"]), by: .tess) != nil, "another order")
        #expect(sees(conversation, .tess) && sees(conversation, .colin))
        try conversation.send(watch(["c2"]), by: .tess)
        try conversation.send(watch(["c2", "me"]), by: .tess)
        #expect(!sees(conversation, .tess))
        #expect(sees(conversation, .colin), "who joins says nothing of the others")
    }

    @Test func `watching by oneself beside others stays one's own`() throws {
        var conversation = try Conversation()
        try conversation.send(watch(["me"]), by: .tess)
        try conversation.send(watch(["t1", "me"]), by: .theo)
        #expect(conversation.snapshot.selfWatching == ["t1", "t2"])
        try conversation.send(watch(["t1"]), by: .theo)
        #expect(conversation.snapshot.selfWatching == ["t1"])
        try conversation.send(watch(["t1", "c2"]), by: .ada)
        #expect(conversation.snapshot.selfWatching == [])
    }

    @Test func `watches from before this was known open the ticket`() throws {
        var conversation = try Conversation()
        try conversation.send(watch(["me"]), by: .tess)
        try conversation.send(.act(.take), by: .theo)
        let old = conversation.events.map { event in
            TicketEvent(
                ticket: event.ticket, seq: event.seq, publicPrev: event.publicPrev, at: event.at,
                by: event.by, cause: event.cause, kind: event.kind, created: event.created,
                message: event.message, changes: event.changes, sla: event.sla,
                slaAfter: event.slaAfter)
        }
        let snapshot = try #require(Ticket.fold(old))
        #expect(Caller(person: .tess).canAccess(snapshot))
        #expect(try Ticket(record: snapshot.record) == snapshot)
        let kept = try Ticket(record: conversation.snapshot.record)
        #expect(kept == conversation.snapshot && kept == Ticket.fold(conversation.events))
    }
}
