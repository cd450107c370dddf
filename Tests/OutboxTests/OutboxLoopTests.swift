// The loop of the outbox: leases, order, tries, dead letters, crashes.

import Outbox
import SQLiteStore
import Testing
import Text
import Tickets

@Suite struct OutboxLoopTests {
    @Test func `what is due is delivered in order and settled`() throws {
        let bench = try OutboxBench()
        try bench.fill(20)
        try bench.run()
        #expect(bench.transport.seqs == Array(1...20), "more than one lease takes")
        #expect(try bench.lines(.sent).count == 20 && bench.lines(.waiting).isEmpty)
        #expect(bench.count("sent_total") == 20)
        try bench.run()
        #expect(bench.transport.tries.count == 20, "nothing is due any more")
    }

    // MARK: Tries

    @Test func `a failure is tried again at its time, under the same id`() throws {
        let bench = try OutboxBench()
        try bench.fill(1)
        bench.transport.answers = [.failed("down")]
        try bench.run()
        let line = try #require(try bench.lines(.waiting).first)
        #expect(line.attempts == 1 && line.reason == "down")
        // The wait is 10 s, give or take a fifth.
        #expect((8000...12_000).contains(line.at.elapsed(since: bench.clock.now)))
        bench.clock.pass(seconds: 7)
        try bench.run()
        #expect(bench.transport.tries.count == 1)
        bench.clock.pass(seconds: 6)
        try bench.run()
        #expect(bench.transport.tries.count == 2 && Set(bench.transport.tries).count == 1)
        #expect(try bench.lines(.sent).count == 1)
        #expect(bench.count("retries_total") == 1 && bench.count("sent_total") == 1)
    }

    @Test func `after the last try an entry is a dead letter, and the next goes on`() throws {
        let bench = try OutboxBench()
        try bench.fill(2)
        bench.transport.answers = [.failed("down"), .failed("down"), .failed("still down")]
        for _ in 0..<4 {
            try bench.run()
            bench.clock.pass(seconds: 130)
        }
        #expect(bench.transport.seqs == [1, 1, 1, 2])
        let dead = try bench.lines(.dead)
        #expect(dead.map(\.reason) == ["still down"] && dead.map(\.attempts) == [3])
        #expect(bench.count("dead_total") == 1 && bench.count("retries_total") == 2)
        #expect(try bench.store.replay(nil, now: bench.clock.now) == 1)
        try bench.run()
        #expect(bench.transport.seqs.last == 1, "an operator may have it tried again")
    }

    @Test func `a refusal is a dead letter at once`() throws {
        let bench = try OutboxBench()
        try bench.fill(2)
        bench.transport.answers = [.refused("gone")]
        try bench.run()
        #expect(bench.transport.seqs == [1, 2])
        #expect(try bench.lines(.dead).map(\.reason) == ["gone"])
    }

    @Test func `an entry that needs no delivery is settled as sent`() throws {
        let bench = try OutboxBench()
        try bench.fill(1)
        bench.transport.answers = [.unnecessary("nobody is there")]
        try bench.run()
        #expect(try bench.lines(.sent).count == 1)
    }

    @Test func `events of a ticket wait for a failed one, other tickets do not`() throws {
        let bench = try OutboxBench()
        let failing = try bench.fill(3)
        bench.clock.pass(seconds: 1)
        let other = try bench.fill(2)
        bench.transport.answers = [.failed("down")]
        try bench.run()
        #expect(bench.transport.seqs == [1, 1, 2])
        #expect(bench.transport.tries[0].hasPrefix("\(failing)"))
        #expect(bench.transport.tries[1].hasPrefix("\(other)"))
        bench.clock.pass(seconds: 12)
        try bench.run()
        #expect(bench.transport.seqs == [1, 1, 2, 1, 2, 3])
        let attempts = try bench.lines(.sent).filter { $0.id.hasPrefix("\(failing)") }
        #expect(attempts.map(\.attempts).sorted() == [1, 1, 2], "to wait is no try")
    }

    @Test func `a mail does not wait for another`() throws {
        let bench = try OutboxBench(ScriptedTransport(.mail))
        try bench.fill(3)
        bench.transport.answers = [.failed("down")]
        try bench.run()
        #expect(bench.transport.seqs == [1, 2, 3])
    }

    @Test func `a receiver that asks for a pause gets it from all entries`() throws {
        let bench = try OutboxBench()
        try bench.fill(1)
        try bench.fill(1)
        bench.transport.answers = [.failed("busy", retryAfter: 60)]
        try bench.run()
        bench.clock.pass(seconds: 59)
        try bench.run()
        #expect(bench.transport.tries.count == 1)
        #expect(try bench.lines(.waiting).map(\.attempts).sorted() == [0, 1])
        bench.clock.pass(seconds: 2)
        try bench.run()
        #expect(bench.transport.tries.count == 3)
    }

    @Test func `an entry without its event fails alone`() throws {
        let bench = try OutboxBench()
        try bench.fill(3, missing: [1])
        try bench.run()
        #expect(bench.transport.seqs == [2, 3])
        let waiting = try bench.lines(.waiting)
        #expect(waiting.count == 1 && waiting.first?.reason.contains("is not there") == true)
    }

    // MARK: Leases and crashes

    @Test func `quick deliveries are settled together`() throws {
        let bench = try OutboxBench()
        try bench.fill(200)
        try bench.run()
        #expect(bench.transport.seqs == Array(1...200))
        #expect(bench.store.settlements == 4, "64 each, and what a lease leaves")
    }

    @Test func `slow deliveries are settled one by one`() throws {
        let bench = try OutboxBench()
        try bench.fill(4)
        bench.transport.during = { [unowned bench] _ in bench.clock.pass(seconds: 1) }
        try bench.run()
        #expect(bench.store.settlements == 4)
    }

    @Test func `a crash between delivery and settling repeats the same ids, once the lease ends`()
        throws
    {
        let bench = try OutboxBench()
        try bench.fill(2)
        bench.store.settleFaults = 2
        #expect(throws: StoreError.self) { try bench.run() }
        bench.restart()
        try bench.run()
        #expect(bench.transport.seqs == [1, 2], "the lease is still held")
        bench.clock.pass(seconds: 31)
        try bench.run()
        #expect(bench.transport.seqs == [1, 2, 1, 2])
        #expect(bench.transport.tries[0] == bench.transport.tries[2])
        #expect(try bench.lines(.sent).count == 2)
        #expect(bench.count("sent_total") == 2, "a try without an outcome is not counted")
    }

    @Test func `a crash in one delivery costs no other entry its tries`() throws {
        let bench = try OutboxBench()
        try bench.fill(5)
        // The third delivery ends the process: what it leaves is a lease without results.
        bench.store.settleFaults = 1
        for _ in 0..<4 {
            let now = bench.clock.now
            bench.transport.crashesAt = 3
            #expect(throws: StoreError.self) { try bench.run() }
            #expect(bench.clock.now == now)
            bench.restart()
            bench.clock.pass(seconds: 31)
        }
        bench.transport.crashesAt = nil
        try bench.run()
        let dead = try bench.lines(.dead).map { $0.id.split(at: "-")[1] }
        #expect(dead == ["3"])
        let sent = try bench.lines(.sent)
        #expect(sent.count == 4 && sent.allSatisfy { $0.attempts <= 2 })
    }

    @Test func `a clock that is set back delays nothing`() throws {
        let bench = try OutboxBench()
        try bench.run()
        bench.clock.set(seconds: 600)
        try bench.fill(12)
        bench.clock.pass(seconds: 1)
        bench.transport.answers = [.failed("down")]
        try bench.run()
        #expect(bench.transport.seqs == [1])
        bench.clock.set(seconds: -600)
        bench.clock.pass(seconds: 13)
        try bench.run()
        #expect(bench.transport.seqs == [1] + Array(1...12))
    }

    @Test func `an entry that ends every try with a crash becomes a dead letter`() throws {
        let bench = try OutboxBench()
        try bench.fill(1)
        for _ in 0..<3 {
            bench.store.settleFaults = 2
            #expect(throws: StoreError.self) { try bench.run() }
            bench.restart()
            bench.clock.pass(seconds: 31)
        }
        try bench.run()
        #expect(bench.transport.seqs == [1, 1, 1])
        #expect(try bench.lines(.dead).map(\.reason) == ["every try ended without an outcome"])
    }

    @Test func `a result that comes after the lease changes nothing`() throws {
        let bench = try OutboxBench()
        try bench.fill(1)
        let other = try bench.opener.openOutbox()
        bench.transport.answers = [.refused("late")]
        bench.transport.during = { [unowned bench] number in
            guard number == 1 else { return }
            bench.clock.pass(seconds: 31)
            let now = bench.clock.now
            let taken = try other.take(
                bench.transport.target, now: now,
                leasedUntil: now.advanced(byMilliseconds: 30_000), limit: 1)
            _ = try other.settle(taken.map { OutboxResult($0, .sent) }, now: now)
        }
        try bench.run()
        #expect(try bench.lines(.sent).count == 1 && bench.lines(.dead).isEmpty)
        #expect(bench.count("dead_total") == 0)
    }

    @Test func `what the lease leaves no time for is released untried`() throws {
        let bench = try OutboxBench()
        try bench.fill(3)
        bench.transport.during = { [unowned bench] _ in bench.clock.pass(seconds: 25) }
        #expect(try !bench.loop.deliverDue())
        #expect(bench.transport.seqs == [1])
        #expect(try bench.lines(.waiting).map(\.attempts) == [0, 0])
        #expect(try !bench.loop.deliverDue())
        #expect(bench.transport.seqs == [1, 2], "it is due at once")
    }

    @Test func `a stop ends after the delivery in progress, and releases the rest`() throws {
        let bench = try OutboxBench()
        try bench.fill(20)
        #expect(try !bench.loop.deliverDue { bench.transport.tries.count == 2 })
        #expect(bench.transport.seqs == [1, 2])
        #expect(try bench.lines(.sent).count == 2)
        let waiting = try bench.lines(.waiting)
        #expect(waiting.count == 18 && waiting.allSatisfy { $0.attempts == 0 })
        #expect(waiting.allSatisfy { $0.at == bench.clock.now }, "due as before")
    }
}
