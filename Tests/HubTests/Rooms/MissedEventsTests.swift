// The notice that a slow reader gets for dropped events.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite struct MissedEventsTests {
    @Test func `one behind a room, from the first to the last`() throws {
        let (one, other) = (TicketID(high: 1, low: 1), TicketID(high: 2, low: 2))
        let subscriber = FakeSubscriber(.tess)
        let members = [one, other].map { Member(subscriber, of: $0, countsAsPresent: true) }
        var missed = MissedEvents()
        for seq in [4, 5, 7] { missed.note(members[0], at: seq) }
        missed.note(members[1], at: 2)
        let frames = try missed.take(from: members).map { try json($0) }
        #expect(frames.map { $0["type"] } == [.string("behind"), .string("behind")])
        #expect(
            frames.map { $0["ticket"] } == [one, other].map { .string(ExactText($0.description)) })
        #expect(frames.map { $0["from"] } == [.int(4), .int(2)])
        #expect(frames.map { $0["to"] } == [.int(7), .int(2)])
    }

    @Test func `is reported once`() {
        let subscriber = FakeSubscriber(.tess)
        let member = Member(subscriber, of: TicketID(high: 1, low: 1), countsAsPresent: true)
        var missed = MissedEvents()
        #expect(missed.take(from: [member]).isEmpty)
        missed.note(member, at: 4)
        #expect(missed.take(from: [member]).count == 1)
        #expect(member.missed == nil)
        #expect(missed.take(from: [member]).isEmpty)
        missed.note(member, at: 9)
        #expect(member.missed?.from == 9)
    }

    @Test func `a member that has joined again has missed nothing`() {
        let subscriber = FakeSubscriber(.tess)
        let member = Member(subscriber, of: TicketID(high: 1, low: 1), countsAsPresent: true)
        var missed = MissedEvents()
        missed.note(member, at: 4)
        member.missed = nil
        #expect(missed.take(from: [member]).isEmpty)
    }
}
