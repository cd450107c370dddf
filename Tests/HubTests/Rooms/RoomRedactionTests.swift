// A room after a redaction: what rejoining members get, and who gets the reason.

import TestSupport
import Testing
import Tickets
import Wire

@testable import Hub

@Suite struct RoomRedactionTests {
    private func redaction(of seq: Int, in story: Story) throws -> Publication {
        let snapshot = story.snapshot.ticket
        let target = try #require(story.events.first { $0.seq == seq })
        let rules = TicketRules(
            policy: SLAPolicy(), limits: ContentLimits(), now: story.now, person: { _ in nil })
        let event = try rules.redact(
            target, because: "it was his password", on: snapshot, by: Caller(person: .ada),
            key: nil,
            fingerprint: 0)
        let made = try #require(event)
        return Publication(
            made, before: story.snapshot, snapshot: TicketSnapshot(snapshot.applying(made)))
    }

    private func text(_ frame: EventFrame?) -> String {
        String(decoding: frame?.payload ?? [], as: UTF8.self)
    }

    @Test func `a room remembers the mark and not the words`() throws {
        var story = try Story()
        try story.send(.say("hunter2"), by: .clara)
        try story.send(.say("thanks"), by: .tess)
        let room = Room(story.id)
        let joining = Member(FakeSubscriber(.clara), of: story.id, countsAsPresent: true)
        joining.held = []
        room.add(joining)
        for publication in story.publications { _ = room.broadcast(publication) }
        _ = room.broadcast(try redaction(of: 2, in: story))
        let remembered = try #require(room.publications(after: 0))
        #expect(remembered.map(\.event.seq) == [1, 2, 3, 4])
        for publications in [Array(remembered), joining.held ?? []] {
            #expect(publications.count == 4)
            for frame in publications.flatMap({ [$0.staffFrame, $0.clientFrame] }) {
                #expect(!text(frame).contains("hunter2"))
            }
        }
        #expect(text(remembered[1].staffFrame).contains(#""reason":"it was his password""#))
        #expect(text(remembered[1].clientFrame).contains(#""body":"","#))
        #expect(!text(remembered[1].clientFrame).contains("his password"))
    }

    @Test func `a client sees what was redacted and not why`() throws {
        var story = try Story()
        try story.send(.say("hunter2"), by: .clara)
        let publication = try redaction(of: 2, in: story)
        #expect(text(publication.staffFrame).contains(#""kind":"redaction","redacts":2,"reason":"#))
        #expect(text(publication.clientFrame).contains(#""kind":"redaction","redacts":2}"#))
        var note = try Story()
        try note.send(.note("hunter2"), by: .tess)
        #expect(try redaction(of: 2, in: note).clientFrame == nil)
    }
}
