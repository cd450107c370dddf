// Refusals: answers to the caller with a stable code and a plain sentence.

package struct TicketRejection: Error, Sendable, Equatable {
    package enum Code: String, Sendable {
        case badRequest = "bad_request"
        case unauthorized, forbidden
        case notFound = "not_found"
        case conflict, stale
        case alreadyTaken = "already_taken"
        case ticketClosed = "ticket_closed"
        case keyMismatch = "key_mismatch"
        case tooLarge = "too_large"
        case rateLimited = "rate_limited"
        case unavailable
    }

    package let code: Code
    package let message: String
    /// The key in `set`, `action`, `body` … that the refusal is about.
    package let field: String?
    /// For `already_taken`: the assignee of the ticket.
    package var assignedTo: Person?
    /// For `conflict` and `stale`: the current snapshot.
    package var current: Ticket?
    /// For `stale`: the events that the author has not seen, oldest first.
    package var missed: [TicketEvent] = []
    /// Seconds to wait before a retry.
    package var retryAfter: Int?
    /// For `unauthorized`: the fault of the token, in words that quote nothing of it; nil: no
    /// token.
    package var tokenFault: String?

    package init(_ code: Code, _ message: String, field: String? = nil) {
        self.code = code
        self.message = message
        self.field = field
        retryAfter = code == .rateLimited || code == .unavailable ? 1 : nil
    }

    package static let notFound = TicketRejection(
        .notFound, "There is no such ticket, or it is not yours to see.", field: "ticket")

    package static func unavailable(_ message: String) -> TicketRejection {
        TicketRejection(.unavailable, message)
    }
}
