// Redaction: removes the words and files of a message from a ticket. An event of its own keeps who
// did it, when and why. The redacted event keeps its place and gets a mark.

package import Text

/// Replaces the words of a message or of a ticket's description. A class because it never changes
/// and every snapshot has room for one: copying a snapshot costs one reference more.
package final class RedactionMark: Sendable {
    package let by: Person
    package let at: Timestamp
    /// For staff only: it may reveal the redacted words.
    package let reason: String

    package init(by: Person, at: Timestamp, reason: String) {
        self.by = by
        self.at = at
        self.reason = reason
    }
}

extension RedactionMark: Hashable {
    package static func == (one: RedactionMark, other: RedactionMark) -> Bool {
        one === other || (one.by, one.at, one.reason) == (other.by, other.at, other.reason)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(at) }
}

/// Content of an event of the kind `redaction`.
package struct Redaction: Hashable, Sendable {
    /// The seq of the redacted event; 1: the ticket's description and first attachments.
    package let seq: Int
    /// Clients had seen the message, so they see its redaction.
    package let isPublic: Bool
    package let reason: String

    package init(seq: Int, isPublic: Bool, reason: String) {
        self.seq = seq
        self.isPublic = isPublic
        self.reason = reason
    }
}

extension TicketEvent {
    /// The mark that a redaction leaves.
    package var mark: RedactionMark? {
        redaction.map { RedactionMark(by: by, at: at, reason: $0.reason) }
    }

    /// The event has words that can be redacted.
    package var hasWords: Bool { message != nil || created != nil }

    package var isRedacted: Bool { message?.redacted != nil || created?.redacted != nil }

    /// The event without its words and files, and without their digest, from which the words could
    /// be guessed. Its key still finds it.
    package func redacted(_ mark: RedactionMark) -> TicketEvent {
        TicketEvent(
            ticket: ticket, seq: seq, publicPrev: publicPrev, at: at, by: by, cause: cause,
            kind: kind, created: created?.redacted(mark), message: message?.redacted(mark),
            changes: changes, sla: sla, slaAfter: slaAfter, redaction: redaction, key: key,
            fingerprint: 0, selfWatching: selfWatching, isByRequester: isByRequester,
            origin: origin)
    }
}

extension Message {
    func redacted(_ mark: RedactionMark) -> Message {
        Message(id: id, body: "", isInternal: isInternal, redacted: mark)
    }
}

extension Ticket {
    func redacted(_ mark: RedactionMark) -> Ticket {
        var ticket = self
        ticket.description = ""
        ticket.attachments = []
        ticket.redacted = mark
        return ticket
    }

    /// Applies a redaction to the snapshot.
    mutating func apply(_ redaction: Redaction, _ mark: RedactionMark) {
        if redaction.seq == 1 { self = redacted(mark) }
        activity.lastMessage?.forget(redaction.seq)
        publicActivity.lastMessage?.forget(redaction.seq)
    }
}

extension LastMessage {
    fileprivate mutating func forget(_ redacted: Int) {
        guard seq == redacted else { return }
        self = LastMessage(
            seq: seq, at: at, authorRole: authorRole, excerpt: "", isRedacted: true)
    }
}

extension TicketRules {
    /// Makes the event that redacts `target`, an event of `snapshot`'s log; nil when it is redacted
    /// already.
    package func redact(
        _ target: TicketEvent?, because reason: String, on snapshot: Ticket, by caller: Caller,
        key: ExactText?, fingerprint: UInt64
    ) throws(TicketRejection) -> TicketEvent? {
        guard caller.canAccess(snapshot) else { throw .notFound }
        try require(
            caller.audience(of: snapshot) == .staff,
            TicketRejection(.forbidden, "Only staff may redact a message."))
        guard let target, target.hasWords else {
            throw TicketRejection(
                .notFound, "There is no message at this seq; 1 is the description.", field: "seq")
        }
        try require(
            !reason.isBlank, invalid("reason", "A redaction needs a reason."))
        try require(
            limits.fits(reason, limits.reasonCharacters),
            tooLarge("reason", limits.reasonCharacters, "characters"))
        guard !target.isRedacted else { return nil }
        let redaction = Redaction(
            seq: target.seq, isPublic: target.kind == .created || target.hasPublicMessage,
            reason: reason)
        return TicketEvent(
            ticket: snapshot.id, seq: snapshot.seq + 1, publicPrev: snapshot.publicActivity.seq,
            at: now,
            by: caller.person, cause: .user, kind: .redaction, redaction: redaction, key: key,
            fingerprint: fingerprint)
    }
}
