// Presence and typing: reported soon, in batches, and not for a short absence.

import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub
@testable import Reactor

@Suite struct RoomPresenceTests {
    @Test func `tells members who is present, each person once`() throws {
        let bench = try RoomBench()
        let story = try Story()
        let (tab, otherTab) = (bench.subscriber(.tess), bench.subscriber(.tess))
        let clara = bench.subscriber(.clara)
        for subscriber in [tab, otherTab, clara] { _ = bench.member(subscriber, of: story) }
        #expect(bench.turn { clara.present == ["c1", "t1"] })
        #expect(clara.signals("presence").count == 1, "three joins make one list")
        #expect(bench.present(in: story).count == 2)
    }

    @Test func `a member who got the event in the join does not get it again`() throws {
        let bench = try RoomBench()
        let story = try Story()
        let (clara, tess) = (bench.subscriber(.clara), bench.subscriber(.tess))
        _ = bench.member(clara, of: story)
        let member = bench.member(tess, of: story)
        #expect(bench.registry.present(for: member).people.count == 2)
        #expect(bench.turn { clara.present == ["c1", "t1"] })
        #expect(tess.present == nil)
        _ = bench.member(bench.subscriber(.ada), of: story)
        #expect(bench.turn { tess.present == ["a1", "c1", "t1"] })
    }

    @Test func `a member that is loading is not there yet`() throws {
        let bench = try RoomBench()
        let story = try Story()
        _ = bench.registry.enter(bench.subscriber(.tess), story.id, countsAsPresent: true)
        #expect(bench.present(in: story).isEmpty)
    }

    @Test func `a long poll is not presence`() throws {
        let bench = try RoomBench()
        let story = try Story()
        let member = bench.registry.enter(bench.subscriber(.tess), story.id, countsAsPresent: false)
        bench.registry.show(member)
        bench.registry.goLive(member, after: 1)
        #expect(bench.present(in: story).isEmpty)
        #expect(bench.presenceTold.isEmpty)
    }

    @Test func `is in focus while any tab is`() throws {
        let bench = try RoomBench()
        let story = try Story()
        let clara = bench.subscriber(.clara)
        _ = bench.member(clara, of: story)
        let tabs = (0..<2).map { _ in bench.member(bench.subscriber(.tess), of: story) }
        bench.registry.setFocus(true, of: tabs[0])
        bench.registry.setFocus(true, of: tabs[1])
        bench.registry.setFocus(false, of: tabs[0])
        #expect(bench.turn { clara.present == ["c1", "t1*"] })
        bench.registry.setFocus(false, of: tabs[1])
        #expect(bench.turn { clara.present == ["c1", "t1"] })
        bench.registry.setFocus(true, of: tabs[1])
        bench.registry.leave(tabs[1])
        #expect(bench.turn { bench.present(in: story).allSatisfy { !$0.hasFocus } })
    }

    @Test func `leaving is announced after the grace period`() throws {
        let bench = try RoomBench { $0.presenceGraceMs = 30 }
        let story = try Story()
        let clara = bench.subscriber(.clara)
        _ = bench.member(clara, of: story)
        let member = bench.member(bench.subscriber(.tess), of: story)
        #expect(bench.turn { clara.present == ["c1", "t1"] })
        bench.registry.leave(member)
        #expect(bench.present(in: story).count == 2, "not before the grace is over")
        #expect(bench.turn { clara.present == ["c1"] })
        #expect(bench.presenceTold.last?.hasFocus == .some(nil))
    }

    @Test func `a blip shows nothing`() throws {
        let bench = try RoomBench { $0.presenceGraceMs = 60_000 }
        let story = try Story()
        let clara = bench.subscriber(.clara)
        _ = bench.member(clara, of: story)
        let tess = bench.subscriber(.tess)
        bench.registry.leave(bench.member(tess, of: story))
        _ = bench.member(tess, of: story)
        #expect(bench.turn { clara.present == ["c1", "t1"] })
        #expect(bench.loop.timers.count == 0, "the grace was called off")
        #expect(bench.presenceTold.allSatisfy { $0.hasFocus != nil })
    }

    @Test func `other workers' people count as ours do`() throws {
        let bench = try RoomBench()
        let story = try Story()
        let clara = bench.subscriber(.clara)
        _ = bench.member(clara, of: story)
        bench.registry.apply(
            PresenceUpdate(worker: 1, ticket: story.id, person: .tess, hasFocus: true))
        #expect(bench.turn { clara.present == ["c1", "t1*"] })
        bench.registry.apply(
            PresenceUpdate(worker: 1, ticket: story.id, person: .tess, hasFocus: nil))
        #expect(bench.turn { clara.present == ["c1"] })
    }

    // MARK: Typing

    @Test func `typing reaches the others, and internal typing staff alone`() throws {
        let bench = try RoomBench()
        let story = try Story()
        let people = [Person.tess, .ada, .clara].map { bench.subscriber($0) }
        let members = people.map { bench.member($0, of: story) }
        bench.registry.type(members[0], isOn: true, isInternal: false)
        bench.registry.type(members[0], isOn: true, isInternal: false)
        bench.registry.type(members[0], isOn: true, isInternal: true)
        #expect(people.map { $0.signals("typing").count } == [0, 2, 1])
        #expect(people[2].signals("typing").allSatisfy { $0["internal"] == nil })
        #expect(bench.typingTold.map(\.isInternal) == [false, true], "other workers hear it too")
    }

    @Test func `leaving takes back what is on screens`() throws {
        let bench = try RoomBench()
        let story = try Story()
        let ada = bench.subscriber(.ada)
        _ = bench.member(ada, of: story)
        let member = bench.member(bench.subscriber(.tess), of: story)
        bench.registry.type(member, isOn: true, isInternal: true)
        bench.registry.leave(member)
        #expect(ada.signals("typing").map { $0["on"] } == [.bool(true), .bool(false)])
        #expect(ada.signals("typing").last?["internal"] == .bool(true))
        #expect(bench.typingTold.map(\.isOn) == [true, false])
    }

    @Test func `leaving sends no removal for what was not shown`() throws {
        let bench = try RoomBench()
        let story = try Story()
        let ada = bench.subscriber(.ada)
        _ = bench.member(ada, of: story)
        bench.registry.leave(bench.member(bench.subscriber(.tess), of: story))
        #expect(ada.signals("typing").isEmpty)
    }
}
