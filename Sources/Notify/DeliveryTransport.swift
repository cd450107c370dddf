// Whoever takes entries of one target to where they go.

import Tickets

/// What came of one delivery.
enum Delivery {
    case delivered
    /// There is nobody to deliver it to any more, and that is as it should be.
    case unnecessary(String)
    /// Worth another try, and not before so many seconds where the other side has said so.
    case failed(String, retryAfter: Int? = nil)
    /// No try will ever succeed.
    case refused(String)
}

/// Confined to the thread of its worker; may block for `secondsMax`.
protocol DeliveryTransport: AnyObject {
    var target: OutboxTarget { get }
    /// A delivery takes no longer.
    var secondsMax: Int { get }
    func deliver(_ event: TicketEvent, _ snapshot: Ticket, _ entry: OutboxEntry) throws(StoreError)
        -> Delivery
}
