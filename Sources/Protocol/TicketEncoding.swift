// Encodes tickets and their parts as JSON (docs/protocol.md 3): one encoder for every transport.

package import Text
package import Tickets
package import Wire

extension JSONWriter {
    package mutating func time(_ name: StaticString, _ time: Timestamp?) {
        key(name)
        guard let time else { return null() }
        asciiString { time.appendRFC3339(to: &$0) }
    }

    package mutating func id<Subject>(_ name: StaticString, _ id: Identifier<Subject>) {
        key(name)
        asciiString { id.appendHex(to: &$0) }
    }

    package mutating func number(_ name: StaticString, _ number: Double?) {
        key(name)
        guard let number else { return null() }
        self.number(number)
    }

    private mutating func number(_ number: Double) {
        if let integer = Int(exactly: number) { int(integer) } else { double(number) }
    }

    /// Rounds to six decimals: manual hours times 60 can have further digits that were never
    /// entered.
    package mutating func minutes(_ name: StaticString, _ minutes: Double?) {
        number(name, minutes.map { ($0 * 1e6).rounded() / 1e6 })
    }

    package mutating func person(_ person: Person?) {
        guard let person else { return null() }
        beginObject()
        field("id", person.id)
        field("name", person.name)
        field("role", person.role.rawValue)
        endObject()
    }

    package mutating func person(_ name: StaticString, _ person: Person?) {
        key(name)
        self.person(person)
    }

    package mutating func people(_ name: StaticString, _ people: [Person]) {
        key(name)
        self.people(people)
    }

    private mutating func people(_ people: [Person]) {
        beginArray()
        for one in people { person(one) }
        endArray()
    }

    package mutating func strings(_ name: StaticString, _ strings: [String]) {
        key(name)
        beginArray()
        for text in strings { string(text) }
        endArray()
    }

    package mutating func strings(_ name: StaticString, _ texts: [ExactText]) {
        key(name)
        strings(texts)
    }

    private mutating func strings(_ texts: [ExactText]) {
        beginArray()
        for text in texts { string(text) }
        endArray()
    }

    package mutating func value(_ value: FieldValue) {
        switch value {
        case .empty: null()
        case .text(let text): string(text)
        case .number(let number): self.number(number)
        case .time(let time): asciiString { time.appendRFC3339(to: &$0) }
        case .person(let person): self.person(person)
        case .people(let people): self.people(people)
        case .texts(let texts): strings(texts)
        }
    }

    package mutating func attachments(_ attachments: [Attachment]) {
        key("attachments")
        beginArray()
        for attachment in attachments {
            beginObject()
            attachmentFields(attachment)
            endObject()
        }
        endArray()
    }

    package mutating func attachmentFields(_ attachment: Attachment) {
        id("id", attachment.id)
        field("name", attachment.name)
        field("type", attachment.type)
        field("size", attachment.size)
        field("url", "/api/files/\(attachment.id)")
    }

    /// A ticket's snapshot as `viewer` may see it.
    package mutating func snapshot(_ ticket: Ticket, for viewer: Viewer) {
        beginObject()
        snapshotFields(ticket, for: viewer)
        endObject()
    }

    /// Writes the fields only, so that a detail can add its own.
    package mutating func snapshotFields(_ ticket: Ticket, for viewer: Viewer) {
        let activity = ticket.activity(for: viewer.audience)
        id("id", ticket.id)
        field("ref", ticket.ref)
        fields(TicketField.labels, of: ticket, for: viewer)
        field("description", ticket.description)
        fields(TicketField.codes, of: ticket, for: viewer)
        person("client", ticket.client)
        fields(TicketField.groups, of: ticket, for: viewer)
        attachments(ticket.attachments)
        redacted(ticket.redacted, for: viewer.audience)
        key("sla")
        serviceLevel(ticket.sla)
        field("seq", activity.seq)
        field("messageCount", activity.messageCount)
        lastMessage(activity.lastMessage)
        time("waitingSince", ticket.waitingSince)
        field("reopenCount", ticket.reopenCount)
        time("createdAt", ticket.createdAt)
        time("updatedAt", activity.updatedAt)
        time("closedAt", ticket.closedAt)
        fields(TicketField.added, of: ticket, for: viewer)
    }

    private mutating func fields(
        _ fields: [TicketField], of ticket: Ticket, for viewer: Viewer
    ) {
        for field in fields {
            key(plain: field.rawValue)
            value(field.value(of: ticket, for: viewer))
        }
    }

    private mutating func lastMessage(_ message: LastMessage?) {
        key("lastMessage")
        guard let message else { return null() }
        beginObject()
        field("seq", message.seq)
        time("at", message.at)
        field("authorRole", message.authorRole.rawValue)
        field("excerpt", message.excerpt)
        if message.isRedacted { field("redacted", true) }
        endObject()
    }

    private mutating func serviceLevel(_ sla: ServiceLevel) {
        beginObject()
        number("targetHours", sla.targetHours)
        time("deadlineAt", sla.deadlineAt)
        field("breached", sla.breached)
        time("breachedAt", sla.breachedAt)
        time("resolvedAt", sla.resolvedAt)
        field("state", sla.state.rawValue)
        time("pausedAt", sla.pausedAt)
        key("pausedMs")
        int64(sla.pausedMs)
        key("firstResponse")
        clock(sla.firstResponse)
        key("nextResponse")
        clock(sla.nextResponse)
        key("nextDue")
        if let due = sla.nextDue {
            beginObject()
            field("clock", due.clock.rawValue)
            time("deadlineAt", due.deadlineAt)
            endObject()
        } else {
            null()
        }
        endObject()
    }

    private mutating func clock(_ clock: ResponseClock) {
        beginObject()
        minutes("targetMinutes", clock.targetMinutes)
        time("deadlineAt", clock.deadlineAt)
        time("metAt", clock.metAt)
        field("breached", clock.breached)
        endObject()
    }
}

extension TicketField {
    /// What `viewer` sees: of people that are for staff, a client sees only themselves.
    fileprivate func value(of ticket: Ticket, for viewer: Viewer) -> FieldValue {
        let value = value(of: ticket)
        guard case .client(let id) = viewer, !isPublic else { return value }
        switch value {
        case .people(let people): return .people(people.filter { $0.id == id })
        case .texts: return .texts([])
        default: return .empty
        }
    }
}

/// The viewer of an encoding. Of the watchers, a client sees only themselves.
package enum Viewer: Hashable, Sendable {
    case staff
    case client(id: ExactText)

    /// For encodings that concern no ticket.
    package init(_ caller: Caller) { self.init(caller, as: caller.audience) }

    package init(_ caller: Caller, of ticket: Ticket) {
        self.init(caller, as: caller.audience(of: ticket))
    }

    package init(_ caller: Caller, as audience: Audience) {
        self = audience == .staff ? .staff : .client(id: caller.person.id)
    }

    package var audience: Audience {
        switch self {
        case .staff: .staff
        case .client: .client
        }
    }
}
