// Deadlines with a clock that the test sets: jumps, nights of sleep, several hubs.

import Observability
import Reactor
import TestSupport
import Testing
import Tickets

@testable import Hub

/// The wall clock of a test.
private final class WallClock {
    var now = Timestamp(milliseconds: 1_764_000_000_000)

    func sleep(minutes: Int64) { now = now.advanced(byMilliseconds: minutes * 60_000) }
}

@Suite struct JournalClockTests {
    private func bench(_ clock: WallClock, in folder: TemporaryFolder? = nil) throws -> JournalBench
    {
        let bench = try JournalBench(in: folder)
        bench.journal.readWallClock = { clock.now.milliseconds }
        return bench
    }

    private func alarms(_ id: TicketID, _ bench: JournalBench) throws -> [String] {
        try bench.stored(id).filter { $0.cause == .sla }.flatMap(\.sla).map {
            "\($0.clock.rawValue) \($0.phase.rawValue)\($0.percent.map { " \($0)" } ?? "")"
        }
    }

    /// An answered urgent ticket: only its resolution target, four hours, is left.
    private func answered(_ bench: JournalBench) throws -> TicketID {
        let created = try bench.run(.create(.about("Printer", .urgent), by: .clara))
        let id = try #require(created.decided).snapshot.ticket.id
        _ = try bench.run(.edit(id, .say("Hello"), by: .ada))
        return id
    }

    @Test func `each warning and the breach come at their minute`() throws {
        let clock = WallClock()
        let bench = try bench(clock)
        let id = try answered(bench)
        let start = clock.now
        var told: [Int64] = []
        for minute in Int64(1)...300 {
            clock.sleep(minutes: 1)
            bench.runOnce()
            for publication in bench.published.dropFirst(2 + told.count) {
                #expect(publication.event.at == clock.now)
                told.append(minute)
            }
        }
        #expect(told == [180, 216, 240])
        #expect(
            try alarms(id, bench) == [
                "resolution warning 75", "resolution warning 90", "resolution breached",
            ])
        #expect(try bench.stored(id).last?.at == start.advanced(byMilliseconds: 14_400_000))
    }

    @Test func `a night's sleep is caught up with in the order in which things fell due`() throws {
        let clock = WallClock()
        let bench = try bench(clock)
        var due: [(at: Timestamp, id: TicketID)] = []
        for number in [3, 1, 4, 15, 9, 2, 6, 5, 35, 8] as [Int64] {
            clock.now = Timestamp(milliseconds: 1_764_000_000_000 + number * 7)
            let id = try answered(bench)
            due.append((clock.now, id))
        }
        clock.sleep(minutes: 600)
        bench.runOnce()
        let breaches = bench.published.map(\.event).filter { $0.cause == .sla }
        #expect(breaches.map(\.ticket) == due.sorted { $0.at < $1.at }.map(\.id))
        #expect(breaches.allSatisfy { $0.at == clock.now })
        #expect(bench.context.metrics.journal.openAlarms == 0)
        bench.runOnce()
        #expect(bench.published.map(\.event).filter { $0.cause == .sla }.count == 10)
    }

    @Test func `a clock set back and forth repeats nothing and forgets nothing`() throws {
        let clock = WallClock()
        let bench = try bench(clock)
        let id = try answered(bench)
        for minutes in [200, -190, 195, -5000, 5010, 60, -60, 60] as [Int64] {
            clock.sleep(minutes: minutes)
            bench.runOnce()
        }
        // The clock jumped over the second warning, right to the breach.
        #expect(try alarms(id, bench) == ["resolution warning 75", "resolution breached"])
        #expect(bench.context.metrics.journal.clockJumps.current == 8)
    }

    @Test func `the order of a log is its seq, whatever the times`() throws {
        let clock = WallClock()
        let bench = try bench(clock)
        let id = try answered(bench)
        clock.sleep(minutes: -100_000)
        _ = try bench.run(.edit(id, .act(.wait), by: .ada))
        clock.sleep(minutes: -100)
        _ = try bench.run(.edit(id, .say("Here"), by: .clara))
        let log = try bench.stored(id)
        #expect(log.map(\.seq) == [1, 2, 3, 4])
        #expect(log.last?.slaAfter?.pausedMs == 0)
        #expect(try #require(Ticket.fold(log)).sla.state == .running)
    }

    @Test func `two hubs on one store report a breach once`() throws {
        let clock = WallClock()
        let first = try bench(clock)
        let id = try answered(first)
        let second = try bench(clock, in: first.folder)
        clock.sleep(minutes: 181)
        // Both have the alarm; the second writes while the first is about to.
        first.store.beforeCommit = { _ throws(StoreError) in second.runOnce() }
        first.runOnce()
        clock.sleep(minutes: 60)
        second.store.beforeCommit = { _ throws(StoreError) in first.runOnce() }
        second.runOnce()
        first.runOnce()
        second.runOnce()
        #expect(try alarms(id, first) == ["resolution warning 75", "resolution breached"])
        // One of them writes it, and each shows it to its own members.
        for hub in [first, second] {
            let told = hub.published.map(\.event).filter { $0.cause == .sla }.map(\.seq)
            #expect(told.count == 2 && Set(told).count == 2)
        }
    }

    @Test func `a hub takes up what another one left behind`() throws {
        let clock = WallClock()
        let first = try bench(clock)
        let second = try bench(clock, in: first.folder)
        // The second knows an older snapshot, and nothing of the other ticket.
        let known = try answered(second)
        let id = try answered(first)
        _ = try first.run(.edit(known, .set { $0.targetHours = 1 }, by: .ada))
        clock.sleep(minutes: 61)
        second.journal.sweptAt -= Journal.sweepMilliseconds
        second.runOnce()
        #expect(try alarms(known, second) == ["resolution breached"])
        clock.sleep(minutes: 180)
        second.runOnce()
        #expect(try alarms(id, second).isEmpty, "not asked again so soon")
        second.journal.sweptAt -= Journal.sweepMilliseconds
        second.runOnce()
        #expect(try alarms(id, second) == ["resolution breached"])
        first.runOnce()
        #expect(try alarms(id, first) == ["resolution breached"])
    }

    @Test func `a busy ticket has one alarm`() throws {
        let clock = WallClock()
        let bench = try bench(clock)
        let id = try answered(bench)
        for minute in Int64(1)...20 {
            clock.sleep(minutes: 1)
            _ = try bench.run(.edit(id, .set { $0.targetHours = Double(minute) }, by: .ada))
        }
        #expect(bench.journal.alarms.count == 1)
        _ = try bench.run(.edit(id, .act(.resolve), by: .ada))
        #expect(bench.journal.alarms.count == 0)
    }
}
