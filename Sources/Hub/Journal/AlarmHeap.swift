// Deadlines by time, one alarm per ticket. A million alarms take 70 MB.

import Algorithms
import Tickets

struct AlarmHeap {
    private struct Alarm: Comparable {
        let at: Timestamp
        let ticket: TicketID

        /// Orders equal times by ticket, so that the order is deterministic.
        static func < (left: Alarm, right: Alarm) -> Bool {
            left.at != right.at ? left.at < right.at : left.ticket < right.ticket
        }
    }

    private var heap = IndexedHeap<Alarm>()
    private var handles: [TicketID: IndexedHeap<Alarm>.Handle] = [:]

    init() {}

    /// From alarms in order of time, as stores list them: a sorted list already is a heap.
    init(sorted alarms: [(ticket: TicketID, at: Timestamp)]) {
        heap.reserveCapacity(alarms.count)
        handles.reserveCapacity(alarms.count)
        for alarm in alarms { insert(alarm.ticket, at: alarm.at) }
    }

    var earliest: Timestamp? { heap.first?.key.at }
    var count: Int { heap.count }

    func time(of ticket: TicketID) -> Timestamp? { handles[ticket].map { heap.key(of: $0).at } }

    /// Sets the ticket's alarm and replaces an earlier one.
    mutating func insert(_ ticket: TicketID, at time: Timestamp) {
        let alarm = Alarm(at: time, ticket: ticket)
        if let handle = handles[ticket] {
            heap.change(handle, to: alarm)
        } else {
            handles[ticket] = heap.insert(alarm)
        }
    }

    mutating func remove(_ ticket: TicketID) {
        guard let handle = handles.removeValue(forKey: ticket) else { return }
        heap.remove(handle)
    }

    /// Removes the earliest alarm due at `now`.
    mutating func popDue(at now: Timestamp) -> TicketID? {
        guard let first = heap.first, first.key.at <= now else { return nil }
        remove(first.key.ticket)
        return first.key.ticket
    }
}
