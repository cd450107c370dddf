// One ticket's members on one worker: each event once, in order, to the permitted members.

import TestSupport
import Testing
import Tickets

@testable import Hub

@Suite struct RoomTests {
    private func story(messages: Int) throws -> Story {
        var story = try Story()
        for number in 0..<messages { try story.send(.say("\(number)"), by: .clara) }
        return story
    }

    private func member(_ subscriber: FakeSubscriber, in room: Room, at seq: Int) -> Member {
        let member = Member(subscriber, of: room.ticket, countsAsPresent: true)
        member.seq = seq
        room.add(member)
        return member
    }

    @Test func `delivers each event once to each member, in order`() throws {
        let story = try story(messages: 5)
        let room = Room(story.id)
        let (tess, clara) = (FakeSubscriber(.tess), FakeSubscriber(.clara))
        _ = member(tess, in: room, at: 0)
        _ = member(clara, in: room, at: 3)
        for publication in story.publications { #expect(room.broadcast(publication).isEmpty) }
        for publication in story.publications { #expect(room.broadcast(publication).isEmpty) }
        #expect(tess.seqs == [1, 2, 3, 4, 5, 6])
        #expect(clara.seqs == [4, 5, 6])
    }

    @Test func `holds events for a member whose page is under way`() throws {
        let story = try story(messages: 2)
        let room = Room(story.id)
        let tess = FakeSubscriber(.tess)
        let loading = member(tess, in: room, at: 0)
        loading.held = []
        for publication in story.publications { _ = room.broadcast(publication) }
        #expect(tess.seqs.isEmpty)
        #expect(loading.held?.map(\.event.seq) == [1, 2, 3])
    }

    @Test func `members come and go without moving each other's place`() throws {
        let story = try story(messages: 0)
        let room = Room(story.id)
        let people = (0..<7).map { _ in FakeSubscriber(.tess) }
        let members = people.map { member($0, in: room, at: 0) }
        for index in [0, 6, 3, 3, 1] { room.remove(members[index]) }
        #expect(room.members.count == 3)
        _ = room.broadcast(story.publications[0])
        #expect(people.map(\.seqs.count) == [0, 0, 1, 0, 1, 1, 0])
        for member in members { room.remove(member) }
        #expect(room.members.isEmpty)
    }

    @Test func `a viewer who loses the ticket does not get the event that takes it`() throws {
        var story = try Story()
        let room = Room(story.id)
        let (tess, theo, clara) = (
            FakeSubscriber(.tess), FakeSubscriber(.theo), FakeSubscriber(.clara)
        )
        _ = member(tess, in: room, at: 1)
        let losing = member(theo, in: room, at: 1)
        _ = member(clara, in: room, at: 1)
        let lost = room.broadcast(try story.send(.act(.take), by: .tess))
        #expect(lost.count == 1 && lost[0] === losing)
        #expect(theo.seqs.isEmpty)
        #expect(tess.seqs == [2] && clara.seqs == [2])
    }

    @Test func `remembers recent publications without a hole`() throws {
        let story = try story(messages: 200)
        let room = Room(story.id)
        for publication in story.publications { _ = room.broadcast(publication) }
        #expect(room.recent.count <= Room.recentMax)
        let first = try #require(room.recent.first?.event.seq)
        #expect(room.recent.map(\.event.seq) == Array(first...201))
        #expect(room.publications(after: first - 2) == nil)
        #expect(room.publications(after: first - 1)?.first?.event.seq == first)
        #expect(room.publications(after: 200)?.map(\.event.seq) == [201])
        #expect(room.publications(after: 201)?.isEmpty == true)
        #expect(room.publications(after: 202) == nil)
        #expect(room.publications(after: .max) == nil)
        #expect(room.publications(after: 0) == nil)
    }

    @Test func `forgets what lies before a hole`() throws {
        let story = try story(messages: 9)
        let room = Room(story.id)
        #expect(room.publications(after: 0) == nil)
        for index in [0, 1, 2, 5, 6] { _ = room.broadcast(story.publications[index]) }
        #expect(room.recent.map(\.event.seq) == [6, 7])
        #expect(room.publications(after: 3) == nil)
        #expect(room.publications(after: 5)?.count == 2)
    }

    @Test func `keeps the newest snapshot whatever comes later`() throws {
        let story = try story(messages: 2)
        let room = Room(story.id)
        room.learn(story.snapshot)
        room.learn(story.publications[0].snapshot)
        #expect(room.snapshot === story.snapshot)
    }
}
