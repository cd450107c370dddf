// A live view of the queue: filter, access, counting, and pending changes of a slow reader.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite struct QueueSubscriptionTests {
    private func live(
        _ subscriber: FakeSubscriber, _ change: (inout TicketFilter) -> Void = { _ in }
    ) -> QueueSubscription {
        var filter = TicketFilter()
        change(&filter)
        let subscription = QueueSubscription(subscriber, filter: filter)
        subscription.goLive([])
        return subscription
    }

    private func offer(_ publication: Publication, to subscription: QueueSubscription) {
        subscription.offer(publication) { JSONWriter.staffSnapshot(publication.snapshot.ticket) }
    }

    @Test func `a new ticket is an upsert, counted from 1`() throws {
        let tess = FakeSubscriber(.tess)
        let subscription = live(tess)
        var story = try Story()
        offer(story.publications[0], to: subscription)
        offer(try story.send(.note("x"), by: .tess), to: subscription)
        #expect(tess.queueFrames.map { $0["op"] } == [.string("upsert"), .string("upsert")])
        #expect(tess.queueFrames.map { $0["rev"] } == [.int(1), .int(2)])
        #expect(tess.queueFrames.last?["ticket"]?["seq"] == .int(2))
        #expect(tess.revs == [1, 2])
    }

    @Test func `a ticket that a colleague takes is removed, with their name`() throws {
        let theo = FakeSubscriber(.theo)
        let subscription = live(theo)
        var story = try Story()
        offer(story.publications[0], to: subscription)
        offer(try story.send(.act(.take), by: .tess), to: subscription)
        let removal = try #require(theo.queueFrames.last)
        #expect(removal.names == ["type", "op", "id", "why", "by", "rev"])
        #expect(removal["why"] == .string("taken"))
        #expect(removal["by"]?["id"] == .string("t1"))
        #expect(removal["id"] == .string(ExactText(story.id.description)))
        offer(try story.send(.say("mine"), by: .tess), to: subscription)
        #expect(theo.queueFrames.count == 2, "what is gone stays silent")
    }

    @Test func `a ticket that leaves the filter goes because of it`() throws {
        let ada = FakeSubscriber(.ada)
        let subscription = live(ada) { $0.status = [.open] }
        var story = try Story()
        offer(story.publications[0], to: subscription)
        offer(try story.send(.set { $0.status = .waiting }, by: .ada), to: subscription)
        #expect(ada.queueFrames.last?["why"] == .string("filter"))
        #expect(ada.queueFrames.last?["by"] == nil)
        offer(try story.send(.set { $0.status = .open }, by: .ada), to: subscription)
        #expect(ada.queueFrames.last?["op"] == .string("upsert"))
        #expect(ada.queueFrames.last?["rev"] == .int(3))
    }

    @Test func `a former watcher gets a removal of a ticket assigned to another`() throws {
        let theo = FakeSubscriber(.theo)
        let subscription = live(theo)
        var story = try Story()
        try story.send(.act(.take), by: .tess)
        let watched = try story.send(.set { $0.watchers = ["t2"] }, by: .tess)
        offer(watched, to: subscription)
        #expect(theo.queueFrames.last?["op"] == .string("upsert"))
        offer(try story.send(.set { $0.watchers = [] }, by: .tess), to: subscription)
        #expect(theo.queueFrames.last?["why"] == .string("access"))
    }

    @Test func `what the viewer never saw is never mentioned`() throws {
        let theo = FakeSubscriber(.theo)
        let subscription = live(theo)
        var story = try Story()
        try story.send(.act(.take), by: .tess)
        offer(try story.send(.say("x"), by: .tess), to: subscription)
        #expect(theo.queueFrames.isEmpty)
        #expect(subscription.rev == 0)
    }

    @Test func `changes during the first page follow it, unless the page had them`() throws {
        let ada = FakeSubscriber(.ada)
        let subscription = QueueSubscription(ada, filter: TicketFilter())
        var (known, newer) = (try Story(number: 1), try Story(number: 2))
        offer(try known.send(.say("a"), by: .clara), to: subscription)
        let page = [known.snapshot.ticket, newer.snapshot.ticket]
        offer(try newer.send(.say("b"), by: .clara), to: subscription)
        let late = try Story(number: 3)
        offer(late.publications[0], to: subscription)
        #expect(ada.queueFrames.isEmpty)
        subscription.goLive(page)
        #expect(ada.queueFrames.map { $0["ticket"]?["ref"] } == [.string("T-2"), .string("T-3")])
        #expect(ada.queueFrames.map { $0["rev"] } == [.int(1), .int(2)])
    }

    @Test func `for a slow reader the latest of each ticket wins`() throws {
        let ada = FakeSubscriber(.ada)
        let subscription = live(ada)
        var (one, two) = (try Story(number: 1), try Story(number: 2))
        ada.takesQueueUpdates = false
        for _ in 0..<5 { offer(try one.send(.say("x"), by: .clara), to: subscription) }
        offer(try two.send(.say("x"), by: .clara), to: subscription)
        offer(try one.send(.say("y"), by: .clara), to: subscription)
        #expect(ada.queueFrames.isEmpty)
        #expect(subscription.rev == 0, "only what is sent counts")
        ada.takesQueueUpdates = true
        subscription.flush()
        #expect(ada.queueFrames.map { $0["ticket"]?["ref"] } == [.string("T-1"), .string("T-2")])
        #expect(ada.queueFrames.first?["ticket"]?["seq"] == .int(7))
        #expect(ada.queueFrames.map { $0["rev"] } == [.int(1), .int(2)])
        subscription.flush()
        #expect(ada.queueFrames.count == 2)
    }

    @Test func `no frame overtakes the gathered ones`() throws {
        let ada = FakeSubscriber(.ada)
        let subscription = live(ada)
        var story = try Story()
        ada.takesQueueUpdates = false
        offer(story.publications[0], to: subscription)
        ada.takesQueueUpdates = true
        offer(try story.send(.say("x"), by: .clara), to: subscription)
        #expect(ada.queueFrames.isEmpty)
        subscription.flush()
        #expect(ada.queueFrames.map { $0["ticket"]?["seq"] } == [.int(2)])
    }

    @Test func `a removal that gathers ends as a removal`() throws {
        let ada = FakeSubscriber(.ada)
        let subscription = live(ada) { $0.status = [.open] }
        var story = try Story()
        offer(story.publications[0], to: subscription)
        ada.takesQueueUpdates = false
        offer(try story.send(.say("x"), by: .clara), to: subscription)
        offer(try story.send(.act(.close), by: .ada), to: subscription)
        offer(try story.send(.note("y"), by: .ada), to: subscription)
        ada.takesQueueUpdates = true
        subscription.flush()
        #expect(ada.queueFrames.map { $0["op"] } == [.string("upsert"), .string("remove")])
    }

    @Test func `one encoding of a snapshot serves all, and members who left are forgotten`() throws
    {
        let queues = QueueRegistry()
        let (ada, tess) = (FakeSubscriber(.ada), FakeSubscriber(.tess))
        let subscriptions = [live(ada), live(tess)]
        for subscription in subscriptions { queues.enter(subscription) }
        var story = try Story()
        queues.broadcast(story.publications[0])
        #expect(ada.queueFrames == tess.queueFrames)
        queues.leave(subscriptions[0])
        queues.broadcast(try story.send(.say("x"), by: .clara))
        #expect(ada.queueFrames.count == 1)
        #expect(tess.queueFrames.count == 2)
    }

    @Test func `the page names every status`() throws {
        let page = TicketPage(
            tickets: [try Story().snapshot.ticket], next: nil, counts: [.open: 1, .closed: 7])
        let frame = try json(
            JSONWriter.queue(page, for: Person.tess.caller, re: .string("a"), rev: 0))
        #expect(frame.names == ["type", "re", "tickets", "rev", "more", "counts"])
        #expect(frame["counts"]?["status"]?.names == Status.allCases.map(\.rawValue))
        #expect(frame["counts"]?["status"]?["closed"] == .int(7))
        #expect(frame["counts"]?["status"]?["waiting"] == .int(0))
        #expect(frame["more"] == .bool(false))
        let late = TicketPage(
            tickets: [], next: nil, counts: [:], asOf: Timestamp(milliseconds: 0))
        let lateFrame = try json(JSONWriter.queue(late, for: Person.tess.caller, re: nil, rev: 0))
        #expect(lateFrame.names == ["type", "tickets", "rev", "more", "counts", "asOf"])
    }
}
