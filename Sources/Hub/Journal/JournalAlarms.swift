// Timed work of the journal: due deadlines, clock jumps, alarms of another hub on the same store.

import Observability
import Reactor
import Tickets

extension Journal {
    /// How often the store is asked for overdue alarms.
    static let sweepMilliseconds: Int64 = 10_000
    /// An alarm overdue by this much was not handled by the hub that set it.
    static let graceMilliseconds: Int64 = 2000

    func wallClock() -> Timestamp { Timestamp(milliseconds: readWallClock()) }

    /// Takes due alarms as commands, earliest first. At most one batch, so that people's commands
    /// do not wait behind a night's deadlines.
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
        // After a pause between the two readings they do not describe the same moment.
        guard after - before < ClockJumpDetector.toleranceMs / 5,
            let jump = clockJumps.look(wall: wall, monotonic: after)
        else { return }
        metrics.clockJumps.add(1)
        log.warn("clock_jump", [("ms", "\(jump)")])
    }

    /// Takes up due alarms in the store that this hub does not know: those of tickets written by
    /// another hub that has gone.
    func sweepAlarms() {
        let now = monotonicMilliseconds()
        guard now - sweptAt >= Self.sweepMilliseconds else { return }
        sweptAt = now
        let due = wallClock().advanced(byMilliseconds: -Self.graceMilliseconds)
        let overdue = readIfPossible("alarms") { () throws(StoreError) in
            try store.alarms(dueBy: due, limit: Self.batchMax)
        }
        guard let overdue else { return }
        for alarm in overdue where alarms.time(of: alarm.ticket).map({ $0 > due }) ?? true {
            // A snapshot with another alarm is older than the store's.
            if snapshots[alarm.ticket]?.ticket.sla.nextAlarm != alarm.at {
                snapshots.remove(alarm.ticket)
            }
            alarms.insert(alarm.ticket, at: alarm.at)
        }
    }

    /// Counts the events that deadlines caused, and logs late ones.
    func noteAlarms(_ publications: [Publication]) {
        metrics.noteAlarms(open: alarms.count)
        for publication in publications {
            guard let late = alarmLateness.note(publication) else { continue }
            metrics.alarmLateness.observe(Int(late))
            if late > 1000 {
                log.warn(
                    "sla_late", [("ticket", "\(publication.ticket)"), ("late_ms", "\(late)")])
            }
        }
    }
}
