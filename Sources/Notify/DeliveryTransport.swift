// Delivers the outbox entries of one target.

import Tickets

/// The result of one delivery.
enum Delivery {
    case delivered
    /// The entry has no recipient any more, which is no error.
    case unnecessary(String)
    /// Worth another try, after `retryAfter` seconds if the server gave a time.
    case failed(String, retryAfter: Int? = nil)
    /// No later try can succeed.
    case refused(String)
}

/// Confined to the thread of its worker; may block for `secondsMax`.
protocol DeliveryTransport: AnyObject {
    var target: OutboxTarget { get }
    /// Limit of one delivery in seconds.
    var secondsMax: Int { get }
    func deliver(_ event: TicketEvent, _ snapshot: Ticket, _ entry: OutboxEntry) throws(StoreError)
        -> Delivery
}
