// A store where each write is a trip to a server: keys are looked for only when an index has refused
// one, and marks do not hold up events.

import Reactor
import TestSupport
import Testing
import Text
import Tickets

@testable import Hub

@Suite struct JournalRemoteTests {
    let bench: JournalBench
    let id: TicketID

    init() throws {
        bench = try JournalBench()
        id = try bench.create().id
        bench.store.isRemote = true
    }

    @Test func `a repeated message is known by the index that refuses it`() throws {
        let command = TicketCommand.edit(id, .say("x"), by: .tess, key: "k")
        let first = try #require(try bench.run(command).decided)
        #expect(!first.isReplay)
        let again = try #require(try bench.run(command).decided)
        #expect(again.isReplay)
        #expect(again.event == first.event)
        #expect(try bench.stored(id).map(\.seq) == [1, 2])
        #expect(bench.published.map(\.event.seq) == [1, 2])
    }

    @Test func `a repeated command that would change nothing now is a repeat`() throws {
        let command = TicketCommand.edit(id, .set { $0.priority = .low }, by: .tess, key: "k")
        let first = try #require(try bench.run(command).decided)
        #expect(first.event != nil)
        let again = try #require(try bench.run(command).decided)
        #expect(again.isReplay)
        #expect(again.event == first.event)
    }

    @Test func `marks come after the acknowledgement, in a write of their own`() throws {
        let commits = bench.store.commits
        let mark = ReadMark(ticket: id, person: Person.tess.id, seq: 1)
        bench.context.journal.post(.read(mark, by: Person.tess.caller, nil))
        try bench.run(.edit(id, .say("x"), by: .tess))
        #expect(bench.store.commits == commits + 2)
        #expect(try bench.reads(of: id)[Person.tess.id] == 1)
    }
}
