// Events of a ticket that an older system still changes, as `guichet adopt --follow` sends them:
// complete, with their times, authors and places in the log.

import Text

package struct AdoptedEvents: Sendable, Hashable {
    /// Events in one call.
    package static let countMax = 500

    package let ticket: TicketID
    /// They continue the ticket's log, or begin it.
    package let events: [TicketEvent]

    package init(ticket: TicketID, events: [TicketEvent]) {
        self.ticket = ticket
        self.events = events
    }

    /// The people whom the events name, as far as a ticket names them.
    package var people: [Person] { events.flatMap(\.people) }

    /// Throws if the events do not follow `snapshot`, the ticket now; nil: it is new.
    package func requireFollowing(_ snapshot: Ticket?) throws(TicketRejection) {
        guard let first = events.first, events.count <= Self.countMax else {
            throw TicketRejection(
                .badRequest, "Give 1 to \(Self.countMax) events.", field: "events")
        }
        let seq = snapshot?.seq ?? 0
        guard first.seq == seq + 1 else {
            throw TicketRejection(
                .stale, "The log has \(seq) events: read it, and add what is missing.",
                field: "events")
        }
        var newest = snapshot
        for event in events {
            newest = try next(event, after: newest)
        }
    }

    private func next(
        _ event: TicketEvent, after before: Ticket?
    ) throws(TicketRejection) -> Ticket {
        func wrong(_ what: String) -> TicketRejection {
            TicketRejection(.badRequest, "Event \(event.seq): \(what).", field: "events")
        }
        guard event.ticket == ticket else { throw wrong("it belongs to another ticket") }
        guard event.origin != nil else { throw wrong("it has no origin") }
        guard event.key == nil else { throw wrong("an adopted event has no key") }
        guard (event.by.id.faultAsPerson == nil && event.by.role != .system) || event.by == .hub
        else { throw wrong("its author has no valid id") }
        if let fault = event.fault { throw wrong(fault) }
        guard let before else {
            guard let opening = event.created, event.kind == .created, event.seq == 1,
                opening.id == ticket, opening.seq == 1, opening.createdAt == event.at
            else { throw wrong("a log begins with created") }
            return opening
        }
        guard event.seq == before.seq + 1, event.publicPrev == before.publicActivity.seq,
            event.kind != .created, event.created == nil
        else { throw wrong("it does not follow the one before") }
        guard event.at >= before.activity.updatedAt else {
            throw wrong("it is older than the one before")
        }
        guard (event.kind == .redaction) == (event.redaction != nil),
            (event.redaction?.seq ?? 0) < event.seq,
            event.kind != .message || event.message != nil
        else { throw wrong("its content does not match its kind") }
        return before.applying(event)
    }
}

extension TicketEvent {
    /// The first event of a ticket under another number.
    package func numbered(_ number: Int) -> TicketEvent {
        TicketEvent(
            ticket: ticket, seq: seq, publicPrev: publicPrev, at: at, by: by, cause: cause,
            kind: kind, created: created?.numbered(number), message: message, changes: changes,
            sla: sla, slaAfter: slaAfter, redaction: redaction, key: key,
            fingerprint: fingerprint, selfWatching: selfWatching, isByRequester: isByRequester,
            origin: origin)
    }
}
