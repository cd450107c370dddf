// Outbox entries: pending deliveries of an event. An entry is written with its event, so that
// neither exists without the other.

package import Text

/// Where an entry goes.
package enum OutboxTarget: Hashable, Sendable {
    /// People's notification lists, and from there their e-mails.
    case people
    case mail
    /// A webhook by its name: see `WebhookFilter`.
    case webhook(ExactText)

    /// The name in the stores and on the command line.
    package var name: ExactText {
        switch self {
        case .people: "people"
        case .mail: "mail"
        case .webhook(let name): "webhook:\(name)"
        }
    }

    /// Whether a ticket's events are delivered in order. People and their mails do not wait for one
    /// another.
    package var keepsOrder: Bool {
        if case .webhook = self { true } else { false }
    }

    package init?(name: ExactText) {
        switch name {
        case "people": self = .people
        case "mail": self = .mail
        default:
            guard name.hasPrefix("webhook:") else { return nil }
            self = .webhook(ExactText(Substring(name.utf8.dropFirst("webhook:".utf8.count))))
        }
    }
}

package struct OutboxEntry: Hashable, Sendable {
    package let target: OutboxTarget
    package let ticket: TicketID
    package let seq: Int
    /// The time of the event.
    package let at: Timestamp
    /// For `people`: all recipients. For `mail`: its one recipient. For a webhook: empty.
    package let recipients: [Recipient]

    package init(
        target: OutboxTarget, ticket: TicketID, seq: Int, at: Timestamp,
        recipients: [Recipient] = []
    ) {
        self.target = target
        self.ticket = ticket
        self.seq = seq
        self.at = at
        self.recipients = recipients
    }

    /// Made of the event and the target, so that one event reaches one target once, even if the
    /// entry is derived again.
    package var id: ExactText {
        let base: ExactText = "\(ticket)-\(seq)-\(target.name)"
        guard target == .mail, let recipient = recipients.first else { return base }
        return "\(base)-\(recipient.person.id)"
    }
}

/// Selects the events of a webhook.
package struct WebhookFilter: Hashable, Sendable {
    /// Stays the same while the webhook's URL does.
    package let name: ExactText
    /// nil: every kind.
    package let kinds: Set<EventKind>?
    /// Includes internal messages and facts.
    package let takesInternal: Bool
    /// The URL as an administrator may see it: without possible secrets.
    package let address: String

    package init(
        name: ExactText, kinds: Set<EventKind>?, takesInternal: Bool, address: String = ""
    ) {
        self.name = name
        self.kinds = kinds
        self.takesInternal = takesInternal
        self.address = address
    }

    /// The audience of the webhook for an event. A webhook that lists `sla` asks for what no client
    /// sees: timers' events, which have no words in them.
    package func audience(for event: TicketEvent) -> Audience {
        let isAskedFor = event.kind(for: .staff) == .sla && kinds?.contains(.sla) ?? false
        return takesInternal || isAskedFor ? .staff : .client
    }

    package func takes(_ event: TicketEvent) -> Bool {
        let audience = audience(for: event)
        return event.isVisible(to: audience) && kinds?.contains(event.kind(for: audience)) ?? true
    }
}

/// Derives the outbox entries of an event.
package struct OutboxPlan: Sendable {
    package var webhooks: [WebhookFilter] = []

    package init() {}

    package func entries(
        for event: TicketEvent, snapshot: Ticket, by rules: NotificationRules
    ) -> [OutboxEntry] {
        // The older system has notified its people itself.
        guard event.origin == nil else { return [] }
        var entries: [OutboxEntry] = []
        let recipients = rules.recipients(of: event, snapshot: snapshot)
        if !recipients.isEmpty {
            entries.append(entry(.people, event, recipients))
        }
        for webhook in webhooks where webhook.takes(event) {
            entries.append(entry(.webhook(webhook.name), event))
        }
        return entries
    }

    private func entry(
        _ target: OutboxTarget, _ event: TicketEvent, _ recipients: [Recipient] = []
    ) -> OutboxEntry {
        OutboxEntry(
            target: target, ticket: event.ticket, seq: event.seq, at: event.at,
            recipients: recipients)
    }
}
