// A store that fails before, after or during a write: only durable events are published, each once.

import TestSupport
import Testing
import Text
import Tickets

@testable import Hub

@Suite struct JournalFaultTests {
    @Test func `an unavailable store acknowledges and publishes nothing`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        bench.store.commitFaults = [.unavailable]
        let command = TicketCommand.edit(id, .say("x"), by: .tess, key: "k")
        let outcomes = try bench.run([command, .create(.about("Jam"), by: .clara)])
        #expect(outcomes.map { $0.refusal?.code } == [.unavailable, .unavailable])
        #expect(outcomes[0].refusal?.retryAfter != nil)
        #expect(bench.published.count == 1)
        #expect(try bench.stored(id).count == 1)
    }

    @Test func `the same key succeeds once the store is back`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        bench.store.commitFaults = [.unavailable]
        let command = TicketCommand.edit(id, .say("x"), by: .tess, key: "k")
        #expect(try bench.run(command).refusal?.code == .unavailable)
        let decided = try #require(try bench.runUntilAnswered(command).decided)
        #expect(!decided.isReplay)
        #expect(decided.event?.seq == 2, "the failed attempt has left no hole")
        #expect(try bench.stored(id).map(\.seq) == [1, 2])
        #expect(bench.published.map(\.event.seq) == [1, 2])
    }

    @Test func `while the store is away it is not asked again and again`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        bench.store.commitFaults = [.unavailable]
        for _ in 0..<5 {
            let outcome = try bench.run(.edit(id, .say("x"), by: .tess))
            #expect(outcome.refusal?.code == .unavailable)
        }
        #expect(bench.store.commits == 2, "the creation and one failure")
    }

    @Test func `damage is refused like absence`() throws {
        let bench = try JournalBench()
        bench.store.commitFaults = [.corrupt]
        let outcome = try bench.run(.create(.about("Jam"), by: .clara))
        #expect(outcome.refusal?.code == .unavailable)
        #expect(bench.published.isEmpty)
    }

    @Test func `damage around one command does not stop the others of its batch`() throws {
        let bench = try JournalBench()
        bench.store.commitFaults = [.corrupt, .corrupt]
        let outcomes = try bench.run([
            .create(.about("A"), by: .clara), .create(.about("B"), by: .clara),
        ])
        #expect(outcomes[0].refusal?.code == .unavailable)
        #expect(outcomes[1].decided?.event?.seq == 1)
        #expect(bench.published.map(\.snapshot.ticket.title) == ["B"])
    }

    // MARK: Unknown outcomes

    @Test func `an unknown outcome that was written is published once and acknowledged`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        bench.store.commitFaults = [.unknownAfterWriting]
        let command = TicketCommand.edit(id, .say("x"), by: .tess, key: "k")
        let decided = try #require(try bench.run(command).decided)
        #expect(decided.event?.seq == 2)
        #expect(!decided.isReplay)
        #expect(bench.published.map(\.event.seq) == [1, 2])
        #expect(try bench.run(command).decided?.isReplay == true)
        #expect(try bench.run(.edit(id, .say("y"), by: .clara)).decided?.event?.seq == 3)
        #expect(bench.published.map(\.event.seq) == [1, 2, 3])
    }

    @Test func `an unknown outcome that was not written is unavailable, its key free`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        bench.store.commitFaults = [.unknownWithoutWriting]
        let command = TicketCommand.edit(id, .say("x"), by: .tess, key: "k")
        #expect(try bench.run(command).refusal?.code == .unavailable)
        #expect(bench.published.count == 1)
        #expect(try bench.stored(id).count == 1)
        let decided = try #require(try bench.runUntilAnswered(command).decided)
        #expect(!decided.isReplay)
        #expect(decided.event?.seq == 2)
    }

    @Test func `a creation of unknown outcome is recovered too`() throws {
        let bench = try JournalBench()
        bench.store.commitFaults = [.unknownAfterWriting]
        let made = try #require(try bench.run(.create(.about("A"), by: .clara, key: "a")).decided)
        #expect(bench.published.map(\.ticket) == [made.snapshot.ticket.id])
        bench.store.commitFaults = [.unknownWithoutWriting]
        let refused = try bench.run(.create(.about("B"), by: .clara, key: "b"))
        #expect(refused.refusal?.code == .unavailable)
        #expect(bench.published.count == 1)
        let again = try bench.runUntilAnswered(.create(.about("B"), by: .clara, key: "b"))
        #expect(again.decided?.isReplay == false)
    }

    @Test func `of a partly written batch, the written part is published and the rest refused`()
        throws
    {
        let bench = try JournalBench()
        let id = try bench.create().id
        bench.store.commitFaults = [.unknownAfterFirst]
        let outcomes = try bench.run([
            .edit(id, .say("a"), by: .tess), .edit(id, .say("b"), by: .tess),
        ])
        #expect(outcomes[0].decided?.event?.seq == 2)
        #expect(outcomes[1].refusal?.code == .unavailable)
        #expect(bench.published.map(\.event.seq) == [1, 2])
        let next = try bench.runUntilAnswered(.edit(id, .say("c"), by: .tess))
        #expect(next.decided?.event?.seq == 3)
        #expect(try bench.stored(id).map { $0.message?.body } == [nil, "a", "c"])
    }

    @Test func `the outcome waits for a store that does not answer at once`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        bench.store.commitFaults = [.unknownAfterWriting]
        bench.store.readFaults = 1
        let outcome = try bench.run(.edit(id, .say("x"), by: .tess))
        #expect(outcome.decided?.event?.seq == 2)
        #expect(bench.published.map(\.event.seq) == [1, 2])
    }

    @Test func `a replay of an event that was not written fails`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        bench.store.commitFaults = [.unknownWithoutWriting]
        let command = TicketCommand.edit(id, .say("x"), by: .tess, key: "k")
        let outcomes = try bench.run([command, command])
        #expect(outcomes.map { $0.refusal?.code } == [.unavailable, .unavailable])
        #expect(try bench.stored(id).count == 1)
    }

    @Test func `nothing is answered from a snapshot that was not written`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        bench.store.commitFaults = [.unknownWithoutWriting]
        let outcomes = try bench.run([
            .edit(id, .act(.take), by: .tess), .edit(id, .act(.take), by: .tess),
            .edit(id, .act(.take), by: .theo),
        ])
        #expect(outcomes.map { $0.refusal?.code } == [.unavailable, .unavailable, .unavailable])
        #expect(try bench.runUntilAnswered(.edit(id, .act(.take), by: .theo)).decided != nil)
    }

    // MARK: Conflicts

    @Test func `a conflict is decided again on what the other writer made`() throws {
        let bench = try JournalBench()
        let ticket = try bench.create()
        let theirs = TicketEvent(
            ticket: ticket.id, seq: 2, publicPrev: 1, at: ticket.createdAt, by: .ada, cause: .user,
            kind: .change, changes: [.priority(from: .normal, to: .urgent)])
        bench.store.beforeCommit = { store throws(StoreError) in
            var batch = StoreBatch()
            batch.events = [theirs]
            batch.snapshots = [ticket.applying(theirs)]
            try store.commit(batch)
        }
        let decided = try #require(try bench.run(.edit(ticket.id, .say("x"), by: .tess)).decided)
        #expect(decided.event?.seq == 3)
        #expect(decided.snapshot.ticket.priority == .urgent)
        #expect(try bench.stored(ticket.id).map(\.seq) == [1, 2, 3])
        #expect(bench.published.map(\.event.seq) == [1, 2, 3], "members see theirs too")
        #expect(bench.published.map(\.snapshot.ticket.seq) == [1, 2, 3])
    }

    @Test func `a conflict on one ticket concerns no other ticket of the batch`() throws {
        let bench = try JournalBench()
        let (raced, calm) = (try bench.create("raced"), try bench.create("calm"))
        let theirs = TicketEvent(
            ticket: raced.id, seq: 2, publicPrev: 1, at: raced.createdAt, by: .ada, cause: .user,
            kind: .change, changes: [.priority(from: .normal, to: .urgent)])
        bench.store.beforeCommit = { store throws(StoreError) in
            var batch = StoreBatch()
            batch.events = [theirs]
            batch.snapshots = [raced.applying(theirs)]
            try store.commit(batch)
        }
        bench.store.lost = [raced.id: 2]
        let outcomes = try bench.run([
            .edit(calm.id, .say("a"), by: .tess), .edit(raced.id, .say("b"), by: .tess),
            .edit(raced.id, .say("c"), by: .clara), .create(.about("new"), by: .clara),
            .edit(calm.id, .say("d"), by: .clara),
            .edit(raced.id, .set { $0.priority = .urgent }, by: .ada),
        ])
        #expect(outcomes.map { $0.decided?.snapshot.ticket.seq } == [2, 3, 4, 1, 3, 4])
        #expect(outcomes.map { $0.decided?.event?.seq } == [2, 3, 4, 1, 3, nil])
        #expect(try bench.stored(raced.id).map { $0.message?.body } == [nil, nil, "b", "c"])
        let shown = bench.published.filter { $0.ticket == raced.id }
        #expect(shown.map(\.event.seq) == [1, 2, 3, 4], "theirs comes before ours")
        #expect(bench.published.filter { $0.ticket == calm.id }.map(\.event.seq) == [1, 2, 3])
        #expect(bench.store.commits == 4, "two creations, the batch and its losers")
    }

    @Test func `a chain that is lost half-way keeps what was stored`() throws {
        let bench = try JournalBench()
        let ticket = try bench.create()
        bench.store.lost = [ticket.id: 3]
        let say = TicketCommand.edit(ticket.id, .say("b"), by: .tess, key: "k")
        let outcomes = try bench.run([
            .edit(ticket.id, .say("a"), by: .tess), say, say,
            .edit(ticket.id, .say("c"), by: .clara),
        ])
        #expect(outcomes.map { $0.decided?.event?.seq } == [2, 3, 3, 4])
        #expect(outcomes.map { $0.decided?.isReplay } == [false, false, true, false])
        #expect(bench.published.map(\.event.seq) == [1, 2, 3, 4])
        #expect(try bench.stored(ticket.id).map { $0.message?.body } == [nil, "a", "b", "c"])
    }

    @Test func `a ticket number that another writer took is left to them`() throws {
        let bench = try JournalBench()
        let other = try Story(.about("Other"), number: 1001)
        bench.store.beforeCommit = { store throws(StoreError) in try store.commit(other.batch) }
        let decided = try #require(try bench.run(.create(.about("Mine"), by: .clara)).decided)
        #expect(decided.snapshot.ticket.number == 1002)
        #expect(bench.published.map(\.snapshot.ticket.number) == [1002])
    }

    @Test func `conflicts without end are refused`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        bench.journal.conflictMilliseconds = 50
        bench.store.commitFaults = Array(repeating: .conflict, count: 10_000)
        let outcome = try bench.run(.edit(id, .say("x"), by: .tess))
        #expect(outcome.refusal?.code == .unavailable)
        #expect(bench.published.count == 1)
        bench.store.commitFaults = []
        #expect(try bench.run(.edit(id, .say("x"), by: .tess)).decided?.event?.seq == 2)
    }
}
