// Delivers the outbox entries of one target.

package import Tickets

/// The result of one delivery.
package enum Delivery: Sendable {
    case delivered
    /// The entry has no recipient any more, which is no error.
    case unnecessary(String)
    /// Worth another try, after `retryAfter` seconds if the receiver gave a time.
    case failed(String, retryAfter: Int? = nil)
    /// Not possible before this time, through no fault of the receiver.
    case postponed(until: Timestamp, String)
    /// No later try can succeed.
    case refused(String)
}

/// How a transport takes its entries.
package enum DeliveryManner: Sendable {
    /// One after the other; what is quick is settled together. For what leaves the hub, so each
    /// delivery is logged.
    case singly
    /// Up to so many at once, settled in one write. For what stays in the store.
    case together(Int)
}

/// Confined to the thread of its loop; may block.
package protocol DeliveryTransport: AnyObject {
    var target: OutboxTarget { get }
    var manner: DeliveryManner { get }
    /// Limit of one delivery in seconds.
    var secondsMax: Int { get }
    /// Returns a result for each entry, in their order. Throws when the store is unavailable: the
    /// entries then keep their lease, and are taken again when it ends.
    func deliver(_ entries: [LeasedEntry], from store: any OutboxStore) throws(StoreError)
        -> [Delivery]
}

/// Delivers to another system, an entry at a time.
package protocol EventTransport: DeliveryTransport {
    func deliver(_ event: TicketEvent, _ snapshot: Ticket, _ entry: OutboxEntry) throws(StoreError)
        -> Delivery
}

extension EventTransport {
    package var manner: DeliveryManner { .singly }

    package func deliver(
        _ entries: [LeasedEntry], from store: any OutboxStore
    ) throws(StoreError) -> [Delivery] {
        var deliveries: [Delivery] = []
        for leased in entries {
            do throws(StoreError) {
                let (entry, event, snapshot) = try store.content(of: leased)
                deliveries.append(try deliver(event, snapshot, entry))
            } catch {
                // Damage concerns this entry only; an unavailable store concerns all.
                guard case .corrupt(let reason) = error else { throw error }
                deliveries.append(.failed(reason))
            }
        }
        return deliveries
    }
}

extension OutboxStore {
    /// The entry with its event and the ticket's current snapshot; `corrupt` if one is missing.
    package func content(
        of leased: LeasedEntry
    ) throws(StoreError) -> (entry: OutboxEntry, event: TicketEvent, snapshot: Ticket) {
        guard let entry = leased.entry else { throw .corrupt("the entry cannot be read") }
        guard let (event, snapshot) = try event(entry.seq, of: entry.ticket) else {
            throw .corrupt("event \(entry.seq) of ticket \(entry.ticket) is not there")
        }
        return (entry, event, snapshot)
    }
}
