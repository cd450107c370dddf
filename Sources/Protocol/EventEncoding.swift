// Encodes events and messages as JSON. An audience's encoding holds only what the audience may see:
// `eventFields` checks it once, here.

import Text
package import Tickets
package import Wire

extension JSONWriter {
    /// An Event object, as in `joined.events`. Call only with events that the audience may see.
    package mutating func event(_ event: TicketEvent, for audience: Audience) {
        beginObject()
        eventFields(event, for: audience)
        endObject()
    }

    package mutating func eventFields(_ event: TicketEvent, for audience: Audience) {
        id("ticket", event.ticket)
        field("seq", event.seq)
        field("prev", event.prev(for: audience))
        time("at", event.at)
        person("by", event.by)
        field("cause", event.cause.rawValue)
        field("kind", event.kind(for: audience).rawValue)
        if let created = event.created {
            key("head")
            // A new ticket has no client among its watchers, so no id is needed.
            snapshot(created, for: audience == .staff ? .staff : .client(id: ""))
        }
        if let message = event.message(for: audience) {
            key("message")
            self.message(message, of: event, for: audience)
        }
        if let redaction = event.redaction {
            field("redacts", redaction.seq)
            if audience == .staff { field("reason", redaction.reason) }
        }
        changes(event.changes.filter { audience == .staff || $0.isPublic })
        if audience == .staff, !event.sla.isEmpty { slaFacts(event.sla) }
    }

    package mutating func message(
        _ message: Message, of event: TicketEvent, for audience: Audience
    ) {
        beginObject()
        id("id", message.id)
        field("seq", event.seq)
        person("author", event.by)
        field("body", message.body)
        field("internal", message.isInternal)
        strings("mentions", message.mentions)
        attachments(message.attachments)
        time("at", event.at)
        redacted(message.redacted, for: audience)
        endObject()
    }

    /// The mark in place of redacted words; nothing if the event is not redacted.
    package mutating func redacted(_ mark: RedactionMark?, for audience: Audience) {
        guard let mark else { return }
        key("redacted")
        beginObject()
        person("by", mark.by)
        time("at", mark.at)
        if audience == .staff { field("reason", mark.reason) }
        endObject()
    }

    private mutating func changes(_ changes: [FieldChange]) {
        guard !changes.isEmpty else { return }
        key("changes")
        beginObject()
        for change in changes {
            key(plain: change.field.rawValue)
            beginObject()
            key("from")
            value(change.from)
            key("to")
            value(change.to)
            endObject()
        }
        endObject()
    }

    private mutating func slaFacts(_ facts: [SLAFact]) {
        key("sla")
        beginArray()
        for fact in facts {
            beginObject()
            field("clock", fact.clock.rawValue)
            field("phase", fact.phase.rawValue)
            time("deadlineAt", fact.deadlineAt)
            if let percent = fact.percent { field("percent", percent) }
            endObject()
        }
        endArray()
    }
}

extension TicketEvent {
    /// Clients get the same bytes as staff: the event is a public message and nothing else, as most
    /// are, in a log that clients have seen completely so far.
    package var looksAlikeToAll: Bool {
        isPublic && kind == .message && !isRedacted && changes.isEmpty && sla.isEmpty
            && kind(for: .client) == .message && prev(for: .client) == prev(for: .staff)
    }
}
