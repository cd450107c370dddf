// Replays the log of one ticket up to the events that something else of the store tells of.

package struct LogReplay {
    private var rest: ArraySlice<TicketEvent>
    /// The event that was asked for last; nil: there is none of this seq.
    package private(set) var event: TicketEvent?
    /// The ticket after the last event that was replayed; nil: the log has a hole before it.
    package private(set) var snapshot: Ticket?
    private var isWhole = true

    /// - Parameter log: in the order of the events.
    package init(_ log: [TicketEvent]) { rest = log[...] }

    /// Replays up to the event. Ask in rising order; the same event may be asked for again.
    package mutating func advance(to seq: Int) {
        while let next = rest.first, next.seq <= seq {
            rest.removeFirst()
            event = next
            take(next)
        }
        if event?.seq != seq { event = nil }
    }

    private mutating func take(_ next: TicketEvent) {
        if let before = snapshot, next.seq == before.seq + 1 {
            snapshot = before.applying(next)
        } else if isWhole, snapshot == nil, next.seq == 1, let created = next.created {
            snapshot = created
        } else {
            isWhole = false
            snapshot = nil
        }
    }
}
