// Which waiting entries of a target are due now, and in which order: the same for both stores.

package import Text

/// What decides the turn of a waiting entry.
package struct OutboxTurn: Sendable {
    package let id: ExactText
    package let due: Timestamp
    /// Of a lease that has ended without a result.
    package let lease: OutboxLease?
    /// The ticket as its entry's id has it; of a malformed id, all of it.
    package let ticket: ExactText
    package let seq: Int

    package init(id: ExactText, due: Timestamp, lease: String?) {
        self.id = id
        self.due = due
        self.lease = lease.map { OutboxLease($0) }
        // `TICKET-SEQ-TARGET…`
        let parts = id.utf8.split(separator: UInt8(ascii: "-"), maxSplits: 2)
        if parts.count == 3, parts[0].count == 24, let seq = Int(String(Substring(parts[1]))) {
            ticket = ExactText(Substring(parts[0]))
            self.seq = seq
        } else {
            ticket = id
            seq = 0
        }
    }
}

/// The name of a lease, and the place of the entry among those leased together.
package struct OutboxLease: Hashable, Sendable {
    package let name: ExactText
    package let place: Int

    package init(name: ExactText, place: Int) {
        self.name = name
        self.place = place
    }

    /// A lease of an earlier version has no place.
    package init(_ text: String) {
        let parts = ExactText(text).split(at: "-")
        name = parts.first ?? ""
        place = parts.count == 2 ? Int(parts[1].string) ?? 0 : 0
    }

    package var text: String { "\(name)-\(place)" }
}

/// Chooses the entries of a target that keeps order, from candidates in the order of their due
/// times: an entry's earlier ones come before it, and one that is not due holds up those after it.
package struct OutboxTurns {
    private let now: Timestamp
    private let limit: Int
    package private(set) var chosen: [OutboxTurn] = []
    /// The seq up to which a ticket's entries are chosen.
    private var reached: [ExactText: Int] = [:]
    private var heldUp: Set<ExactText> = []

    package init(now: Timestamp, limit: Int) {
        self.now = now
        self.limit = limit
    }

    package var isFull: Bool { chosen.count >= limit }

    /// The seq after which the candidate's ticket has entries before it; nil: not its turn, or
    /// chosen already.
    package func start(for candidate: OutboxTurn) -> Int? {
        guard !heldUp.contains(candidate.ticket) else { return nil }
        let start = reached[candidate.ticket] ?? -1
        return candidate.seq > start ? start : nil
    }

    /// - Parameter entries: the ticket's waiting entries from `start` on up to the candidate, by
    ///   seq.
    package mutating func choose(_ entries: [OutboxTurn]) {
        for entry in entries where !isFull {
            guard entry.due <= now else {
                heldUp.insert(entry.ticket)
                return
            }
            chosen.append(entry)
            reached[entry.ticket] = entry.seq
        }
    }
}

extension [OutboxTurn] {
    /// By due time, ticket and seq.
    package var byEvent: [OutboxTurn] {
        sorted { ($0.due, $0.ticket, $0.seq) < ($1.due, $1.ticket, $1.seq) }
    }

    /// For each entry whether taking it counts as a try. A crash interrupts one delivery of a
    /// lease, the first without a result; the others were not tried, and their try still stands.
    package var countsTry: [Bool] {
        var first: [ExactText: Int] = [:]
        for lease in compactMap(\.lease) {
            first[lease.name] = Swift.min(lease.place, first[lease.name] ?? .max)
        }
        return map { turn in
            guard let lease = turn.lease else { return true }
            guard first[lease.name] == lease.place else { return false }
            first[lease.name] = nil
            return true
        }
    }

    /// Without entries that another took meanwhile and, where order is kept, without those after.
    package func kept(_ taken: Set<ExactText>, keepsOrder: Bool) -> [OutboxTurn] {
        var lost: Set<ExactText> = []
        return filter { turn in
            if !taken.contains(turn.id) { lost.insert(turn.ticket) }
            return taken.contains(turn.id) && !(keepsOrder && lost.contains(turn.ticket))
        }
    }
}
