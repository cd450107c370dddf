// A ticket of Clara's, with its first event and what leaves the hub about it.

import Outbox
import Testing
import Text
import Tickets

struct Sample {
    static let clara = Person(id: "c1", name: "Clara", role: .client)
    private static let start = Timestamp(milliseconds: 1_764_000_000_000)

    let event: TicketEvent
    let snapshot: Ticket

    init() throws {
        let rules = TicketRules(policy: SLAPolicy(), limits: ContentLimits(), now: Self.start) {
            _ in Self.clara
        }
        let new = NewTicket(
            title: "Printer", description: "It does not start.", category: .incident,
            priority: .normal, project: "atlas")
        event = try rules.create(
            new, number: 1001, by: Caller(person: Self.clara), key: nil, fingerprint: 0)
        snapshot = try #require(event.created)
    }

    func entry(_ target: OutboxTarget, to recipients: [Recipient] = []) -> OutboxEntry {
        OutboxEntry(
            target: target, ticket: event.ticket, seq: event.seq, at: event.at,
            recipients: recipients)
    }

    /// Tess says this, or notes it.
    func said(_ body: String, isInternal: Bool = false) throws -> TicketEvent {
        let staff = Person(id: "t1", name: "Tess", role: .admin)
        let rules = TicketRules(policy: SLAPolicy(), limits: ContentLimits(), now: Self.start) {
            _ in Self.clara
        }
        var edit = TicketEdit()
        edit.draft = Draft(body: body)
        edit.draft?.isInternal = isInternal
        return try #require(
            try rules.decide(
                edit, on: snapshot, by: Caller(person: staff), key: nil, fingerprint: 0))
    }
}

/// A result as its kind and its words.
extension Delivery {
    var kind: String {
        switch self {
        case .delivered: "delivered"
        case .unnecessary: "unnecessary"
        case .failed: "failed"
        case .postponed: "postponed"
        case .refused: "refused"
        }
    }

    var reason: String {
        switch self {
        case .delivered: ""
        case .unnecessary(let reason), .failed(let reason, _), .postponed(_, let reason),
            .refused(let reason):
            reason
        }
    }

    var retryAfter: Int? {
        if case .failed(_, let seconds) = self { seconds } else { nil }
    }
}
