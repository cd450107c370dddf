// One entry of a ticket's append-only log. Everything else is folded from events.

package import Text

package enum Cause: String, Sendable, Hashable {
    case user, sla, system
}

package enum EventKind: String, Sendable, Hashable, CaseIterable {
    case created, message, change, sla
    /// Removed the words of an earlier event from the log.
    case redaction
}

/// A class because it never changes and passes from the rules to every worker: passing it on costs
/// one retain instead of a full copy.
package final class TicketEvent: Sendable {
    package let ticket: TicketID
    /// 1, 2, 3 … without a gap.
    package let seq: Int
    /// The `seq` of the last event before this one that a client may see; 0: none.
    package let publicPrev: Int
    package let at: Timestamp
    package let by: Person
    package let cause: Cause
    package let kind: EventKind
    private let madeSnapshot: MadeSnapshot?
    package let message: Message?
    package let changes: [FieldChange]
    /// In a change of watchers: `Ticket.selfWatching` after it.
    package let selfWatching: [ExactText]
    /// The author is staff and the ticket's client: their events do not count as the team's.
    package let isByRequester: Bool
    package let sla: [SLAFact]
    /// The clocks after this event, if it moved them. Kept so that a fold needs no policy.
    package let slaAfter: ServiceLevel?
    package let redaction: Redaction?
    /// What this event stands for in an older system: the id of a message or of a line of its
    /// history there, else the ticket's own id; nil: the event was made here.
    package let origin: MessageID?
    /// The author's idempotency key, and a digest of the command.
    package let key: ExactText?
    package let fingerprint: UInt64

    package init(
        ticket: TicketID, seq: Int, publicPrev: Int, at: Timestamp, by: Person, cause: Cause,
        kind: EventKind, created: Ticket? = nil, message: Message? = nil,
        changes: [FieldChange] = [], sla: [SLAFact] = [], slaAfter: ServiceLevel? = nil,
        redaction: Redaction? = nil, key: ExactText? = nil, fingerprint: UInt64 = 0,
        selfWatching: [ExactText] = [], isByRequester: Bool = false, origin: MessageID? = nil
    ) {
        self.ticket = ticket
        self.seq = seq
        self.publicPrev = publicPrev
        self.at = at
        self.by = by
        self.cause = cause
        self.kind = kind
        madeSnapshot = created.map(MadeSnapshot.init)
        self.message = message
        self.changes = changes
        self.selfWatching = selfWatching
        self.isByRequester = isByRequester
        self.sla = sla
        self.slaAfter = slaAfter
        self.redaction = redaction
        self.key = key
        self.fingerprint = fingerprint
        self.origin = origin
    }

    /// In `created`: the snapshot that it made.
    package var created: Ticket? { madeSnapshot?.ticket }

    /// Whether the event has something public; if not, it does not reach a client.
    package var isPublic: Bool {
        kind == .created || hasPublicMessage || redaction?.isPublic == true
            || changes.contains { $0.isPublic }
    }

    /// The author acted as a member of the team.
    package var isByTeam: Bool { by.role.isStaff && !isByRequester }

    package func isVisible(to audience: Audience) -> Bool { audience == .staff || isPublic }

    /// The `seq` before this one in the audience's view of the log.
    package func prev(for audience: Audience) -> Int {
        audience == .staff ? seq - 1 : publicPrev
    }

    /// A client reads an internal message with public changes as a plain change.
    package func kind(for audience: Audience) -> EventKind {
        kind == .message && audience == .client && !hasPublicMessage ? .change : kind
    }
}

/// Separate from the event, as it is large and only first events have one.
private final class MadeSnapshot: Sendable {
    let ticket: Ticket
    init(_ ticket: Ticket) { self.ticket = ticket }
}

extension TicketEvent: Hashable {
    package static func == (one: TicketEvent, other: TicketEvent) -> Bool {
        one === other
            || (one.ticket, one.seq, one.publicPrev, one.at, one.by, one.cause)
                == (other.ticket, other.seq, other.publicPrev, other.at, other.by, other.cause)
                && (one.kind, one.created, one.message, one.changes, one.sla, one.slaAfter)
                    == (
                        other.kind, other.created, other.message, other.changes, other.sla,
                        other.slaAfter
                    )
                && (one.redaction, one.key, one.fingerprint)
                    == (other.redaction, other.key, other.fingerprint)
                && (one.selfWatching, one.isByRequester, one.origin)
                    == (other.selfWatching, other.isByRequester, other.origin)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ticket)
        hasher.combine(seq)
    }
}
