// The answer to `join`: from the room's memory when it suffices, else from the store.

import Protocol
import Reactor
import SQLiteStore
import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite struct RoomJoinTests {
    // MARK: From the store

    private struct Shelf {
        let folder: TemporaryFolder
        let reader: any TicketReader
        let directory = PeopleDirectory()

        init(_ story: Story) throws {
            folder = try TemporaryFolder()
            let opener = SQLiteStoreOpener(path: "\(folder.path)/hub.db")
            var batch = story.batch
            batch.reads = [ReadMark(ticket: story.id, person: "t1", seq: 2)]
            try opener.openStore().commit(batch)
            reader = try opener.openReader()
            for person in Person.everybody { _ = directory.note(person) }
        }

        func page(
            _ story: Story, for person: Person, after: Int? = nil, limit: Int? = nil
        ) throws -> RoomPage? {
            var found = try RoomJoin.page(
                of: story.id, for: person.caller, after: after, limit: limit, reader)
            if let reads = found?.reads(in: nil) {
                found?.page.reads = RoomJoin.named(reads, directory)
            }
            return found?.page
        }
    }

    private func story(messages: Int) throws -> Story {
        var story = try Story()
        for number in 0..<messages { try story.send(.say("\(number)"), by: .clara) }
        return story
    }

    private func seqs(_ page: RoomPage?) throws -> [Int]? {
        try page.map { try json($0.events).arrayValue?.compactMap { $0["seq"]?.intValue } ?? [] }
    }

    @Test func `without after, the newest, oldest first`() throws {
        let story = try story(messages: 59)
        let shelf = try Shelf(story)
        let page = try #require(try shelf.page(story, for: .tess))
        #expect(try seqs(page) == Array(11...60))
        #expect(page.more && !page.reset)
        #expect(page.newestSeq == 60)
        #expect(try seqs(shelf.page(story, for: .tess, limit: 3)) == [58, 59, 60])
        #expect(try seqs(shelf.page(story, for: .tess, limit: 5000))?.count == 60)
    }

    @Test func `with after, what came since, and more when it is cut`() throws {
        let story = try story(messages: 9)
        let shelf = try Shelf(story)
        let page = try #require(try shelf.page(story, for: .tess, after: 7))
        #expect(try seqs(page) == [8, 9, 10])
        #expect(!page.more && !page.reset)
        let cut = try #require(try shelf.page(story, for: .tess, after: 7, limit: 2))
        #expect(try seqs(cut) == [8, 9])
        #expect(cut.more)
        let none = try #require(try shelf.page(story, for: .tess, after: 10))
        #expect(try seqs(none) == [])
        #expect(none.newestSeq == nil && !none.reset)
    }

    @Test func `beyond the log it starts afresh`() throws {
        let story = try story(messages: 2)
        let shelf = try Shelf(story)
        for after in [4, Int.max] {
            let page = try #require(try shelf.page(story, for: .tess, after: after))
            #expect(page.reset)
            #expect(try seqs(page) == [1, 2, 3])
        }
    }

    @Test func `a client's page has neither notes nor holes in its chain`() throws {
        var story = try story(messages: 1)
        try story.send(.note("CANARY"), by: .tess)
        try story.send(.say("b"), by: .tess)
        let shelf = try Shelf(story)
        let page = try #require(try shelf.page(story, for: .clara))
        #expect(try seqs(page) == [1, 2, 4])
        let prevs = try json(page.events).arrayValue?.map { $0["prev"] }
        #expect(prevs == [.int(0), .int(1), .int(2)])
        #expect(!text(page.events).contains("CANARY"))
    }

    @Test func `what the caller may not see does not exist`() throws {
        let story = try story(messages: 0)
        let shelf = try Shelf(story)
        #expect(try shelf.page(story, for: .colin) == nil)
        #expect(try shelf.page(try Story(), for: .ada) == nil)
    }

    @Test func `the answer has every field of the protocol`() throws {
        let story = try story(messages: 1)
        let shelf = try Shelf(story)
        let page = try #require(try shelf.page(story, for: .clara))
        let present = PresenceList([PresentPerson(person: .tess, hasFocus: true)])
        let answer = try json(
            page.joined(
                re: .int(5), for: .client(id: "c1"), present: present, SnapshotEncodings()))
        #expect(
            answer.names == [
                "type", "re", "ticket", "events", "seq", "more", "reset", "present", "reads",
            ])
        #expect(answer["seq"] == .int(2))
        #expect(answer["present"]?[0]?["focus"] == .bool(true))
        #expect(answer["reads"]?[0]?["by"]?["id"] == .string("t1"))
        #expect(answer["reads"]?[0]?["seq"] == .int(2))
    }

    // MARK: From memory

    /// A worker without a thread, with a room that holds the story.
    private struct Memory {
        let worker: Worker
        let subscriber: FakeSubscriber
        let member: Member

        init(
            _ story: Story, _ person: Person, readsKnown: Bool = true, sawEvents: Bool = true
        ) throws {
            worker = Worker(
                index: 0, context: try .forTests(),
                listener: try Listener.open(host: "127.0.0.1", port: 0), loop: try EventLoop())
            subscriber = FakeSubscriber(person)
            member = worker.rooms.enter(subscriber, story.id, countsAsPresent: true)
            let room = worker.rooms.room(story.id)
            for publication in story.publications {
                if sawEvents {
                    _ = room.broadcast(publication)
                } else {
                    room.learn(publication.snapshot)
                }
            }
            room.knowsStoredReads = readsKnown
        }

        /// nil: the room could not answer, and a reader was asked.
        func answer(after: Int?, limit: Int? = nil) -> RoomJoin.Outcome? {
            var answer: RoomJoin.Outcome?
            RoomJoin(worker: worker, member: member, after: after, limit: limit)
                .open { answer = $0 }
            return answer
        }
    }

    @Test func `a crowd that comes back is answered from the room`() throws {
        var story = try story(messages: 3)
        try story.send(.note("CANARY"), by: .tess)
        try story.send(.say("z"), by: .tess)
        let staff = try Memory(story, .tess)
        #expect(try seqs(staff.answer(after: 2)?.get()) == [3, 4, 5, 6])
        #expect(try seqs(staff.answer(after: 6)?.get()) == [])
        let client = try Memory(story, .clara)
        let page = try #require(try client.answer(after: 2)?.get())
        #expect(try seqs(page) == [3, 4, 6])
        #expect(!text(page.events).contains("CANARY"))
        #expect(page.snapshot.seq == 6)
    }

    @Test func `a client that missed nothing is answered by a room without events`() throws {
        let story = try story(messages: 3)
        let memory = try Memory(story, .tess, sawEvents: false)
        let page = try #require(try memory.answer(after: 4)?.get())
        #expect(try seqs(page) == [])
        #expect(page.snapshot.seq == 4 && !page.more && !page.reset)
        #expect(memory.answer(after: 3) == nil)
        #expect(memory.answer(after: 5) == nil, "beyond the log")
    }

    @Test func `what the room cannot know goes to the store`() throws {
        let long = try story(messages: 100)
        #expect(try Memory(long, .tess).answer(after: 1) == nil, "the ring has forgotten")
        let short = try story(messages: 3)
        #expect(try Memory(short, .tess).answer(after: nil) == nil)
        #expect(try Memory(short, .tess).answer(after: 5) == nil, "beyond the log")
        #expect(try Memory(short, .tess).answer(after: 0, limit: 2) == nil, "more than asked for")
        #expect(try Memory(short, .tess, readsKnown: false).answer(after: 2) == nil)
    }

    @Test func `while one is answered by the store, the rest of the crowd waits`() throws {
        let memory = try Memory(try story(messages: 3), .tess, readsKnown: false)
        let room = memory.worker.rooms.room(memory.member.ticket)
        #expect(memory.answer(after: 2) == nil)
        var seqsOfOthers: [[Int]] = []
        for after in [2, 3] {
            RoomJoin(worker: memory.worker, member: memory.member, after: after, limit: nil)
                .open { outcome in seqsOfOthers.append((try? seqs(outcome.get())) ?? [0]) }
        }
        #expect(seqsOfOthers.isEmpty)
        #expect(room.awaitingPage?.count == 2)
        room.knowsStoredReads = true
        for goOn in room.awaitingPage ?? [] { goOn() }
        #expect(seqsOfOthers == [[3, 4], [4]])
    }

    @Test func `memory keeps to access as the store does`() throws {
        let story = try story(messages: 3)
        let outcome = try #require(try Memory(story, .colin).answer(after: 2))
        guard case .failure(.notFound) = outcome else {
            Issue.record("a stranger was answered")
            return
        }
    }
}
