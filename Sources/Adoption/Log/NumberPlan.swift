// The numbers of adopted tickets: from the old field, or in the order of creation.

package import Tickets

/// 24 bytes a ticket: a million needs 24 MB.
package struct NumberPlan: Sendable {
    private struct Entry {
        let at: Int64
        let high: UInt64
        let low: UInt32
        var number: Int32

        var id: TicketID { TicketID(high: high, low: low) }
    }

    private var entries: [Entry] = []
    /// Ids that more than one document has.
    package private(set) var repeated: Set<TicketID> = []
    /// Tickets whose number was another ticket's.
    package private(set) var renumbered = 0

    package init() {}

    package mutating func add(_ ticket: OldTicket) {
        entries.append(
            Entry(
                at: ticket.createdAt, high: ticket.id.high, low: ticket.id.low,
                number: Int32(clamping: ticket.number ?? 0)))
    }

    /// Call it once, when all tickets are added.
    package mutating func assign() {
        entries.sort { ($0.at, $0.high, $0.low) < ($1.at, $1.high, $1.low) }
        var used: Set<Int32> = []
        for index in entries.indices where entries[index].number > 0 {
            if !used.insert(entries[index].number).inserted {
                entries[index].number = 0
                renumbered += 1
            }
        }
        var next = (used.max() ?? 0) + 1
        for index in entries.indices where entries[index].number == 0 {
            entries[index].number = next
            next += 1
        }
        entries.sort { $0.id < $1.id }
        for (one, other) in zip(entries, entries.dropFirst()) where one.id == other.id {
            repeated.insert(one.id)
        }
    }

    /// The highest number of the plan; 0: no tickets.
    package var highest: Int { entries.reduce(0) { max($0, Int($1.number)) } }

    /// nil: a ticket that came after the plan was made.
    package func number(of id: TicketID) -> Int? {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].id < id { low = middle + 1 } else { high = middle }
        }
        guard low < entries.count, entries[low].id == id else { return nil }
        return Int(entries[low].number)
    }
}
