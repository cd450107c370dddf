// Passed deadlines: one event each, exactly once, also across restarts and failures.

import Observability
import Reactor
import TestSupport
import Testing
import Tickets

@testable import Hub

@Suite struct JournalAlarmTests {
    /// An urgent ticket of ten hours ago, all of whose deadlines have passed.
    private static func late() throws -> Story {
        let now = Timestamp(milliseconds: wallClockMilliseconds())
        return try Story(
            .about("Late", .urgent), number: 7, at: now.advanced(byMilliseconds: -36_000_000))
    }

    private func facts(_ event: TicketEvent?) -> [String] {
        (event?.sla ?? []).map { "\($0.clock.rawValue) \($0.phase.rawValue)" }
    }

    @Test func `what fell due while the hub was down is an event at start`() throws {
        let late = try Self.late()
        let bench = try JournalBench { try $0.commit(late.batch) }
        bench.runOnce()
        #expect(bench.published.count == 1)
        let event = try #require(bench.published.first?.event)
        #expect(event.by == .hub && event.kind == .sla && event.seq == 2)
        #expect(facts(event) == ["firstResponse breached", "resolution breached"])
        #expect(try bench.stored(late.id).count == 2)
    }

    @Test func `it fires once, also across restarts`() throws {
        let late = try Self.late()
        let bench = try JournalBench { try $0.commit(late.batch) }
        bench.runOnce()
        bench.runOnce()
        let again = try bench.restarted()
        again.runOnce()
        #expect(bench.published.count == 1)
        #expect(again.published.isEmpty)
        #expect(again.journal.alarms.count == 0)
        #expect(try bench.stored(late.id).count == 2)
    }

    @Test func `an alarm that has moved is set again and makes no event`() throws {
        let bench = try JournalBench()
        let ticket = try bench.create()
        let alarm = try #require(ticket.sla.nextAlarm)
        bench.journal.alarms.insert(ticket.id, at: Timestamp(milliseconds: 0))
        #expect(bench.journal.alarms.earliest == Timestamp(milliseconds: 0))
        bench.runOnce()
        #expect(bench.journal.alarms.earliest == alarm)
        #expect(bench.published.count == 1)
    }

    @Test func `an alarm of a ticket that is gone is dropped`() throws {
        let bench = try JournalBench()
        bench.journal.alarms.insert(TicketID(high: 1, low: 1), at: Timestamp(milliseconds: 0))
        bench.runOnce()
        #expect(bench.journal.alarms.count == 0)
        #expect(bench.published.isEmpty)
    }

    @Test(arguments: [FaultyStore.Fault.unavailable, .unknownWithoutWriting])
    func `an alarm that could not be written is tried again`(_ fault: FaultyStore.Fault) throws {
        let late = try Self.late()
        let bench = try JournalBench { try $0.commit(late.batch) }
        bench.store.commitFaults = [fault]
        bench.runOnce()
        #expect(bench.published.isEmpty)
        #expect(bench.journal.alarms.count == 1, "else the breach would never be told")
        let pause = try Mailbox<Bool>()
        let deadline = monotonicMilliseconds() + 10_000
        while bench.published.isEmpty, monotonicMilliseconds() < deadline {
            pause.wait(timeoutMilliseconds: 20)
            bench.runOnce()
        }
        #expect(bench.published.count == 1)
        #expect(try bench.stored(late.id).count == 2)
    }

    @Test func `an alarm of unknown outcome that was written is published once`() throws {
        let late = try Self.late()
        let bench = try JournalBench { try $0.commit(late.batch) }
        bench.store.commitFaults = [.unknownAfterWriting]
        bench.runOnce()
        bench.runOnce()
        #expect(bench.published.count == 1)
        #expect(try bench.stored(late.id).count == 2)
    }

    @Test func `an alarm is not late when a command has put it into the past`() throws {
        let now = Timestamp(milliseconds: wallClockMilliseconds())
        let old = try Story(
            .about("Old", .low), number: 7, at: now.advanced(byMilliseconds: -3 * 3_600_000))
        let bench = try JournalBench { try $0.commit(old.batch) }
        bench.runOnce()
        #expect(bench.published.isEmpty, "nothing is due yet")
        try bench.run(.edit(old.id, .set { $0.priority = .urgent }, by: .ada))
        bench.runOnce()
        #expect(bench.published.map(\.event.kind).last == .sla)
        let lines = bench.journal.metrics.alarmLateness.lines(name: "late").split(separator: "\n")
        #expect(lines.contains("guichet_late_count 1"))
        let sum = lines.compactMap { line in
            line.hasPrefix("guichet_late_sum ") ? Int(line.split(separator: " ")[1]) : nil
        }
        #expect(sum.count == 1 && sum.allSatisfy { $0 < 60_000 })
    }

    @Test func `an alarm that fell due while the hub was down is late`() throws {
        let late = try Self.late()
        let bench = try JournalBench { try $0.commit(late.batch) }
        bench.runOnce()
        let lines = bench.journal.metrics.alarmLateness.lines(name: "late")
        #expect(lines.contains("le=\"+Inf\"} 1"))
        #expect(!lines.contains("guichet_late_sum 0\n"))
    }

    @Test func `new tickets set their first alarm`() throws {
        let bench = try JournalBench()
        let ticket = try bench.create()
        #expect(bench.journal.alarms.earliest == ticket.sla.nextAlarm)
        #expect(try bench.restarted().journal.alarms.earliest == ticket.sla.nextAlarm)
    }
}
