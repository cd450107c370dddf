// The outbox matches the log after every kind of write failure: no entry is missing, none is
// doubled.

import SQLiteStore
import TestSupport
import Testing
import Text
import Tickets

@testable import Hub

@Suite struct JournalOutboxTests {
    /// The seqs with pending notifications.
    private func waiting(_ bench: JournalBench) throws -> [Int] {
        let outbox = try SQLiteStoreOpener(path: "\(bench.folder.path)/hub.db").openOutbox()
        let end = Timestamp(milliseconds: .max)
        return try outbox.take(.people, now: end, leasedUntil: end, limit: 100)
            .compactMap { $0.entry?.seq }.sorted()
    }

    @Test func `entries are durable with their events`() throws {
        let bench = try JournalBench()
        let ticket = try bench.create()
        try bench.run([
            .edit(ticket.id, .say("one"), by: .tess), .edit(ticket.id, .say("two"), by: .tess),
        ])
        #expect(try waiting(bench) == [1, 2, 3])
    }

    @Test func `what was not written is not published`() throws {
        let bench = try JournalBench()
        let ticket = try bench.create()
        bench.store.commitFaults = [.unavailable]
        let lost = try bench.run(.edit(ticket.id, .say("lost"), by: .tess))
        #expect(lost.refusal?.code == .unavailable)
        #expect(try waiting(bench) == [1])
    }

    @Test(arguments: [
        FaultyStore.Fault.unknownAfterWriting, .unknownWithoutWriting, .conflict,
    ])
    func `a write that is repeated or found again is published once`(_ fault: FaultyStore.Fault)
        throws
    {
        let bench = try JournalBench()
        let ticket = try bench.create()
        bench.store.commitFaults = [fault]
        let say = TicketCommand.edit(ticket.id, .say("once"), by: .tess, key: "k")
        _ = try bench.run(say)
        _ = try bench.runUntilAnswered(say)
        #expect(try bench.stored(ticket.id).map(\.seq) == [1, 2])
        #expect(try waiting(bench) == [1, 2])
    }
}
