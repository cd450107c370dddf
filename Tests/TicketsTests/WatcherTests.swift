// Watchers: staff write the list, a client only themselves.

import Testing
import Tickets

struct WatcherTests {
    private func watched(by ids: [String]) throws -> Conversation {
        var conversation = try Conversation()
        try conversation.send(.set { $0.watchers = ids }, by: .ada)
        return conversation
    }

    private func watch(_ ids: [String]) -> TicketEdit { .set { $0.watchers = ids } }

    @Test func `staff set the whole list, each person once`() throws {
        var conversation = try watched(by: ["c2"])
        try conversation.send(watch(["me", "t2", "t1", "t2"]), by: .tess)
        #expect(conversation.head.watchers == [.tess, .theo])
        #expect(try conversation.send(watch(["t1", "t2"]), by: .ada) == nil)
        try conversation.send(watch([]), by: .ada)
        #expect(conversation.head.watchers.isEmpty)
    }

    @Test func `watchers are people who are known here`() throws {
        let refusal = try Conversation().refusal(of: watch(["t1", "nobody"]), by: .ada)
        #expect(refusal?.code == .badRequest)
        #expect(refusal?.field == "watchers")
    }

    @Test(arguments: ["me", "c1"])
    func `a client watches beside the others`(me: String) throws {
        var conversation = try watched(by: ["t2", "c2"])
        try conversation.send(watch([me]), by: .clara)
        #expect(conversation.head.watchers == [.theo, .colin, .clara])
        #expect(try conversation.send(watch([me]), by: .clara) == nil)
    }

    @Test func `a client who watches again changes nothing, wherever they stand`() throws {
        let conversation = try watched(by: ["c1", "t2"])
        #expect(try conversation.decide(watch(["me"]), by: .clara) == nil)
    }

    @Test func `a client stops watching without removing the others`() throws {
        var conversation = try watched(by: ["c1", "t2"])
        try conversation.send(watch([]), by: .clara)
        #expect(conversation.head.watchers == [.theo])
        #expect(try conversation.send(watch([]), by: .clara) == nil)
    }

    @Test func `a client cannot add others`() throws {
        let conversation = try watched(by: ["t2"])
        for ids in [["c2"], ["me", "t1"], ["nobody"]] {
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
}
