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
        beginArray()
        for text in texts { string(text) }
        endArray()
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
        field("project", ticket.project)
        field("title", ticket.title)
        field("description", ticket.description)
        field("category", ticket.category.rawValue)
        field("status", ticket.status.rawValue)
        field("priority", ticket.priority.rawValue)
        person("client", ticket.client)
        person("assignedTo", ticket.assignedTo)
        switch viewer {
        case .staff:
            people("watchers", ticket.watchers)
            strings("tags", ticket.tags)
        case .client(let id):
            people("watchers", ticket.watchers.filter { $0.id == id })
            strings("tags", [] as [ExactText])
        }
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
