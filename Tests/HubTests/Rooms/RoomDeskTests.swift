// Joining and leaving: no event lost or doubled between a page and the live stream.

import Testing
import Text
import Tickets
import Wire

@testable import Hub

@Suite struct RoomDeskTests {
    @Test(arguments: 0...4)
    func `what was held follows the page, without gap or double`(_ pageEnd: Int) throws {
        let bench = try RoomBench()
        var story = try Story()
        let tess = bench.subscriber(.tess)
        let member = bench.desk.enter(tess, story.id, countsAsPresent: true)
        for text in ["a", "b", "c"] {
            bench.desk.broadcast(try story.send(.say(text), by: .clara))
        }
        #expect(tess.seqs.isEmpty)
        bench.desk.goLive(member, after: pageEnd)
        bench.desk.broadcast(try story.send(.say("d"), by: .clara))
        #expect(tess.seqs == Array(max(2, pageEnd + 1)...5))
    }

    @Test func `a second join holds again and goes on where its page ends`() throws {
        let bench = try RoomBench()
        var story = try Story()
        let tess = bench.subscriber(.tess)
        let member = bench.member(tess, of: story)
        bench.desk.broadcast(try story.send(.say("a"), by: .clara))
        member.held = []
        bench.desk.broadcast(try story.send(.say("b"), by: .clara))
        bench.desk.goLive(member, after: 3)
        bench.desk.broadcast(try story.send(.say("c"), by: .clara))
        #expect(tess.seqs == [2, 4])
    }

    @Test func `a room ends with its last member`() throws {
        let bench = try RoomBench()
        let story = try Story()
        let (first, second) = (bench.subscriber(.tess), bench.subscriber(.clara))
        let members = [bench.member(first, of: story), bench.member(second, of: story)]
        bench.desk.leave(members[0])
        #expect(bench.desk.rooms[story.id]?.members.count == 1)
        bench.desk.leave(members[1])
        bench.desk.leave(members[1])
        #expect(bench.desk.rooms.isEmpty)
    }

    @Test func `who loses access hears so once and nothing after`() throws {
        let bench = try RoomBench()
        var story = try Story()
        let (theo, clara) = (bench.subscriber(.theo), bench.subscriber(.clara))
        _ = bench.member(theo, of: story)
        _ = bench.member(clara, of: story)
        bench.desk.broadcast(try story.send(.act(.take), by: .tess))
        bench.desk.broadcast(try story.send(.say("between us"), by: .tess))
        #expect(theo.lost == [story.id])
        #expect(theo.seqs.isEmpty)
        #expect(clara.seqs == [2, 3])
    }

    @Test func `access lost while the page was read ends the join`() throws {
        let bench = try RoomBench()
        var story = try Story()
        let theo = bench.subscriber(.theo)
        let member = bench.desk.enter(theo, story.id, countsAsPresent: true)
        bench.desk.broadcast(try story.send(.act(.take), by: .tess))
        bench.desk.broadcast(try story.send(.note("internal"), by: .tess))
        bench.desk.goLive(member, after: 1)
        #expect(theo.lost == [story.id])
        #expect(theo.seqs.isEmpty)
        #expect(bench.desk.rooms.isEmpty)
    }

    @Test func `narrower claims end what they no longer reach`() throws {
        let bench = try RoomBench()
        let story = try Story()
        let colin = bench.subscriber(.colin, projects: ["atlas"])
        let member = bench.member(colin, of: story)
        bench.desk.recheck(member)
        #expect(colin.lost.isEmpty)
        colin.caller = Person.colin.caller
        bench.desk.recheck(member)
        #expect(colin.lost == [story.id])
    }

    @Test func `read marks only move forward`() throws {
        let bench = try RoomBench()
        let story = try Story()
        let clara = bench.subscriber(.clara)
        _ = bench.member(clara, of: story)
        bench.desk.room(story.id).reads = ["t1": 3]
        for seq in [2, 3, 5, 4, 5] {
            bench.desk.mark(ReadSignal(ticket: story.id, by: .tess, seq: seq))
        }
        #expect(clara.signals("read").map { $0["seq"] } == [.int(5)])
        #expect(bench.desk.room(story.id).reads == ["t1": 5])
    }
}
