// The journal's sense of time: deadlines that come up, clocks that jump, and alarms that another
// hub on the same store has set or left behind.

import Observability
import Reactor
import Tickets

extension Journal {
    /// How often the store is asked for alarms that nobody has seen to.
    static let sweepMilliseconds: Int64 = 10_000
    /// An alarm that is overdue by this much was not taken up by whoever set it.
    static let graceMilliseconds: Int64 = 2000

    func wallClock() -> Timestamp { Timestamp(milliseconds: readWallClock()) }

    /// What is due, earliest first, as commands; no more than one batch, so that nobody's own
    /// commands wait behind a night's worth of deadlines.
    func takeAlarms(into commands: inout [PendingCommand]) {
        let now = wallClock()
        while commands.count < Self.batchMax, let ticket = alarms.popDue(at: now) {
            commands.append(
                PendingCommand(
                    TicketCommand(caller: .hub, request: .clockDue(ticket)), reply: nil))
        }
    }

    func watchClock() {
        let before = monotonicMilliseconds()
        let wall = readWallClock()
        let after = monotonicMilliseconds()
        // Held up between the two readings, they would not speak of the same moment.
        guard after - before < ClockJumpDetector.toleranceMs / 5,
            let jump = clockWatch.look(wall: wall, monotonic: after)
        else { return }
        metrics.clockJumps.add(1)
        log.warn("clock_jump", [("ms", "\(jump)")])
    }

    /// Takes up alarms in the store that are due and that this hub does not wait for: those of
    /// tickets that a hub beside it wrote, and then went away.
    func sweepAlarms() {
        let now = monotonicMilliseconds()
        guard now - sweptAt >= Self.sweepMilliseconds else { return }
        sweptAt = now
        let due = wallClock().advanced(byMilliseconds: -Self.graceMilliseconds)
        guard let overdue = try? store.alarms(dueBy: due, limit: Self.batchMax) else {
            // Away; commands and alarms of our own find out and tell.
            return
        }
        for alarm in overdue where alarms.time(of: alarm.ticket).map({ $0 > due }) ?? true {
            // A snapshot that says otherwise is older than the store's.
            if snapshots[alarm.ticket]?.ticket.sla.nextAlarm != alarm.at {
                snapshots.remove(alarm.ticket)
            }
            alarms.insert(alarm.ticket, at: alarm.at)
        }
    }

    /// Counts what the timer made durable, and tells of what came late.
    func noteAlarms(_ publications: [Publication]) {
        metrics.noteAlarms(open: alarms.count)
        for publication in publications where publication.event.cause == .sla {
            guard let due = publication.before?.ticket.sla.nextAlarm else { continue }
            let late = publication.event.at.elapsed(since: due)
            metrics.alarmLateness.observe(Int(late))
            if late > 1000 {
                log.warn(
                    "sla_late", [("ticket", "\(publication.ticket)"), ("late_ms", "\(late)")])
            }
        }
    }
}
