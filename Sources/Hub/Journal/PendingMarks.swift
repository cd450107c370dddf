// People and read marks that wait for the next batch.

import Text
import Tickets

struct PendingMarks {
    private var people: [Person] = []
    private var reads: [TicketID: [ExactText: Int]] = [:]
    /// Who waits until their mark is durable.
    private(set) var waiters: [ReplyAddress] = []

    var isEmpty: Bool { people.isEmpty && reads.isEmpty }

    var marks: [ReadMark] {
        reads.flatMap { ticket, people in
            people.map { ReadMark(ticket: ticket, person: $0.key, seq: $0.value) }
        }
    }

    mutating func note(_ person: Person) {
        people.removeAll { $0.id == person.id }
        people.append(person)
    }

    mutating func note(_ mark: ReadMark, seq: Int, _ reply: ReplyAddress?) {
        let known = reads[mark.ticket]?[mark.person] ?? 0
        reads[mark.ticket, default: [:]][mark.person] = max(seq, known)
        if let reply { waiters.append(reply) }
    }

    /// Drops all about a person who is being erased.
    mutating func drop(_ person: ExactText) {
        people.removeAll { $0.id == person }
        for ticket in reads.keys { reads[ticket]?[person] = nil }
    }

    func add(to batch: inout StoreBatch) {
        batch.people = people
        batch.reads = marks
    }

    /// All is durable.
    mutating func removeWritten() {
        people.removeAll(keepingCapacity: true)
        reads.removeAll(keepingCapacity: true)
    }

    /// Those who wait; they get their answers now.
    mutating func takeWaiters() -> [ReplyAddress] {
        defer { waiters.removeAll() }
        return waiters
    }
}
