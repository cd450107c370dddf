// Deadlines by time: a binary heap that forgets nothing and is asked for the earliest.

import Tickets

/// Entries are never removed early: an alarm that has moved is seen to be void when it comes up,
/// since the head then says another time.
struct AlarmHeap {
    private struct Entry {
        let at: Timestamp
        let ticket: TicketID
    }

    private var entries: [Entry] = []

    var earliest: Timestamp? { entries.first?.at }
    var count: Int { entries.count }

    mutating func insert(_ ticket: TicketID, at time: Timestamp) {
        entries.append(Entry(at: time, ticket: ticket))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].at < entries[parent].at else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the earliest entry that is due at `now`.
    mutating func popDue(at now: Timestamp) -> TicketID? {
        guard let first = entries.first, first.at <= now else { return nil }
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].at < entries[smallest].at { smallest = child }
            }
            guard smallest != parent else { break }
            entries.swapAt(parent, smallest)
            parent = smallest
        }
        return first.ticket
    }
}
