// How late the events of deadlines come.

import Tickets

struct AlarmLateness {
    /// Of alarms that were overdue when their event set them, the time of that event.
    private var setLate: [TicketID: Timestamp] = [:]

    /// Milliseconds from a deadline to its event; nil: the event is not of a deadline.
    mutating func note(_ publication: Publication) -> Int64? {
        let due = publication.before?.ticket.sla.nextAlarm
        defer { noteWhenSet(publication, before: due) }
        guard publication.event.cause == .sla, let due else { return nil }
        return publication.event.at.elapsed(since: max(due, setLate[publication.ticket] ?? due))
    }

    /// A command can put a deadline into the past, by a higher priority say: its alarm cannot come
    /// before the command.
    private mutating func noteWhenSet(_ publication: Publication, before: Timestamp?) {
        let ticket = publication.ticket
        guard let alarm = publication.snapshot.ticket.sla.nextAlarm,
            alarm < publication.event.at
        else {
            setLate[ticket] = nil
            return
        }
        guard publication.event.cause != .sla, alarm != before else { return }
        setLate[ticket] = publication.event.at
    }
}
