// Transports that answer as the test says.

import Outbox
import Testing
import Text
import Tickets

/// Delivers singly, as webhooks do.
class ScriptedTransport: EventTransport {
    let target: OutboxTarget
    let secondsMax = 5
    /// For the next deliveries, one each; then they succeed.
    var answers: [Delivery] = []
    /// Deliveries of events with this seq end without a result, as in a crash.
    var crashesAt: Int?
    /// What arrived, also of tries that failed.
    private(set) var tries: [ExactText] = []
    /// Runs in each delivery, with its number from 1 on.
    var during: (Int) throws -> Void = { _ in }

    init(_ target: OutboxTarget = .webhook("hooks.example/8bb042e1")) { self.target = target }

    func deliver(
        _ event: TicketEvent, _ snapshot: Ticket, _ entry: OutboxEntry
    ) throws(StoreError) -> Delivery {
        tries.append(entry.id)
        if event.seq == crashesAt { throw .unavailable("the test says so") }
        do {
            try during(tries.count)
        } catch {
            Issue.record(error)
        }
        return answers.isEmpty ? .delivered : answers.removeFirst()
    }

    /// The seqs of what arrived.
    var seqs: [Int] { tries.compactMap { Int($0.string.split(separator: "-")[1]) } }
}

/// Delivers together, as notifications are written.
final class TogetherTransport: DeliveryTransport {
    let target = OutboxTarget.people
    let manner = DeliveryManner.together(3)
    let secondsMax = 2
    var answers: [[Delivery]] = []
    private(set) var batches: [[Int]] = []
    var isStoreAway = false

    func deliver(
        _ entries: [LeasedEntry], from store: any OutboxStore
    ) throws(StoreError) -> [Delivery] {
        batches.append(entries.compactMap { $0.entry?.seq })
        if isStoreAway { throw .unavailable("the test says so") }
        return answers.isEmpty ? entries.map { _ in .delivered } : answers.removeFirst()
    }
}
