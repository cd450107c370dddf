// Joining and leaving: no event lost or doubled between a page and the live stream.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite struct RoomRegistryTests {
    @Test(arguments: 0...4)
    func `what was held follows the page, without gap or double`(_ pageEnd: Int) throws {
        let bench = try RoomBench()
        var story = try Story()
        let tess = bench.subscriber(.tess)
        let member = bench.registry.enter(tess, story.id, countsAsPresent: true)
        for text in ["a", "b", "c"] {
            bench.registry.broadcast(try story.send(.say(text), by: .clara))
        }
        #expect(tess.seqs.isEmpty)
        bench.registry.goLive(member, after: pageEnd)
        bench.registry.broadcast(try story.send(.say("d"), by: .clara))
        #expect(tess.seqs == Array(max(2, pageEnd + 1)...5))
    }

    @Test func `a second join holds again and goes on where its page ends`() throws {
        let bench = try RoomBench()
        var story = try Story()
        let tess = bench.subscriber(.tess)
        let member = bench.member(tess, of: story)
        bench.registry.broadcast(try story.send(.say("a"), by: .clara))
        member.held = []
        bench.registry.broadcast(try story.send(.say("b"), by: .clara))
        bench.registry.goLive(member, after: 3)
        bench.registry.broadcast(try story.send(.say("c"), by: .clara))
        #expect(tess.seqs == [2, 4])
    }

    @Test func `a room ends with its last member`() throws {
        let bench = try RoomBench()
        let story = try Story()
        let (first, second) = (bench.subscriber(.tess), bench.subscriber(.clara))
        let members = [bench.member(first, of: story), bench.member(second, of: story)]
        bench.registry.leave(members[0])
        #expect(bench.registry.rooms[story.id]?.members.count == 1)
        bench.registry.leave(members[1])
        bench.registry.leave(members[1])
        #expect(bench.registry.rooms.isEmpty)
    }

    @Test func `a member who loses access gets removed once and nothing after`() throws {
        let bench = try RoomBench()
        var story = try Story()
        let (theo, clara) = (bench.subscriber(.theo), bench.subscriber(.clara))
        _ = bench.member(theo, of: story)
        _ = bench.member(clara, of: story)
        bench.registry.broadcast(try story.send(.act(.take), by: .tess))
        bench.registry.broadcast(try story.send(.say("between us"), by: .tess))
        #expect(theo.lost == [story.id])
        #expect(theo.seqs.isEmpty)
        #expect(clara.seqs == [2, 3])
    }

    @Test func `access lost while the page was read ends the join`() throws {
        let bench = try RoomBench()
        var story = try Story()
        let theo = bench.subscriber(.theo)
        let member = bench.registry.enter(theo, story.id, countsAsPresent: true)
        bench.registry.broadcast(try story.send(.act(.take), by: .tess))
        bench.registry.broadcast(try story.send(.note("internal"), by: .tess))
        bench.registry.goLive(member, after: 1)
        #expect(theo.lost == [story.id])
        #expect(theo.seqs.isEmpty)
        #expect(bench.registry.rooms.isEmpty)
    }

    @Test func `narrower claims end what they no longer reach`() throws {
        let bench = try RoomBench()
        let story = try Story()
        let colin = bench.subscriber(.colin, projects: ["atlas"])
        let member = bench.member(colin, of: story)
        bench.registry.recheck(member)
        #expect(colin.lost.isEmpty)
        colin.caller = Person.colin.caller
        bench.registry.recheck(member)
        #expect(colin.lost == [story.id])
    }

    @Test func `read marks only move forward`() throws {
        let bench = try RoomBench()
        let story = try Story()
        let clara = bench.subscriber(.clara)
        _ = bench.member(clara, of: story)
        bench.registry.room(story.id).reads = ["t1": 3]
        for seq in [2, 3, 5, 4, 5] {
            bench.registry.mark(ReadSignal(ticket: story.id, by: .tess, seq: seq))
        }
        #expect(clara.signals("read").map { $0["seq"] } == [.int(5)])
        #expect(bench.registry.room(story.id).reads == ["t1": 5])
    }

    // MARK: What clients learn of staff

    @Test func `clients get read marks up to what they see, and each only once`() throws {
        let bench = try RoomBench()
        var story = try Story()
        let (tess, clara) = (bench.subscriber(.tess), bench.subscriber(.clara))
        for someone in [tess, clara] { _ = bench.member(someone, of: story) }
        let edits: [(TicketEdit, Person)] = [
            (.say("2"), .clara), (.note("3"), .tess), (.note("4"), .tess), (.say("5"), .tess),
            (.note("6"), .tess), (.set { $0.tags = ["x"] }, .tess),
        ]
        for (edit, person) in edits { bench.registry.broadcast(try story.send(edit, by: person)) }
        for seq in [2, 3, 4, 5, 6, 7] {
            bench.registry.mark(ReadSignal(ticket: story.id, by: .theo, seq: seq))
        }
        #expect(tess.signals("read").map { $0["seq"] } == (2...7).map { .int($0) })
        #expect(clara.signals("read").map { $0["seq"] } == [.int(2), .int(5)])
    }

    @Test func `a mark that the room does not remember is looked up for clients`() throws {
        let bench = try RoomBench()
        var story = try Story()
        for number in 2...9 { try story.send(.note("\(number)"), by: .tess) }
        try story.send(.say("10"), by: .tess)
        let (tess, clara) = (bench.subscriber(.tess), bench.subscriber(.clara))
        for someone in [tess, clara] { _ = bench.member(someone, of: story) }
        var asked: [Int] = []
        bench.registry.findVisible = { _, seq, then in
            asked.append(seq)
            then(1)
        }
        for seq in [5, 10] {
            bench.registry.mark(ReadSignal(ticket: story.id, by: .theo, seq: seq))
        }
        #expect(asked == [5])
        #expect(tess.signals("read").map { $0["seq"] } == [.int(5), .int(10)])
        #expect(clara.signals("read").map { $0["seq"] } == [.int(1), .int(10)])
    }

    @Test func `whose own request it is sees it as staff or as its client, as it moves`() throws {
        let bench = try RoomBench()
        var story = try Story(by: .theo)
        let theo = bench.subscriber(.theo)
        let member = bench.member(theo, of: story)
        bench.registry.goLive(member, with: story.snapshot.ticket)
        #expect(member.isStaff, "nobody has it: every technician may see all of it")
        bench.registry.broadcast(try story.send(.act(.take), by: .tess))
        #expect(theo.lost.isEmpty && !member.isStaff)
        bench.registry.type(
            bench.member(bench.subscriber(.tess), of: story), isOn: true, isInternal: true)
        #expect(theo.signals("typing").isEmpty)
        bench.registry.broadcast(try story.send(.act(.release), by: .tess))
        #expect(member.isStaff)
    }
}
