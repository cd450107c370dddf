// One notification of a person, and the person's contact.

package import Text

package struct TicketNotification: Hashable, Sendable {
    /// Rises with time; the cursor of `GET /api/notifications`.
    package var serial: Int64
    package let person: ExactText
    package let kind: NotificationKind
    package let ticket: TicketID
    package let ref: String
    package let title: String
    package let seq: Int
    package let at: Timestamp
    package let by: Person
    /// Excerpt of the message, if the recipient may read it.
    package var excerpt: String?
    /// About something that clients may not see.
    package let isInternal: Bool
    /// The new status, if the status changed.
    package let status: Status?
    /// For the SLA kinds.
    package let fact: SLAFact?
    package var isRead = false

    package init(
        serial: Int64, recipient: Recipient, event: TicketEvent, snapshot: Ticket,
        as audience: Audience
    ) {
        self.serial = serial
        person = recipient.person.id
        kind = recipient.kind
        ticket = event.ticket
        ref = snapshot.ref
        title = snapshot.title
        seq = event.seq
        at = event.at
        by = event.by
        let isReadable = event.hasPublicMessage || audience == .staff
        excerpt = isReadable ? event.message.map { Excerpt.of($0.body) } : nil
        isInternal =
            audience == .staff && !event.isVisible(to: .client)
            || event.message?.isInternal == true && audience == .staff
        status = Self.status(in: event)
        fact = Self.fact(in: event, for: recipient.kind)
    }

    /// The notification corrected by its event; fields that the event does not determine stay.
    func telling(
        of event: TicketEvent, as kind: NotificationKind, ref: String
    ) -> TicketNotification {
        TicketNotification(
            self, kind, ref: ref, at: event.at, by: event.by,
            excerpt: excerpt == nil || event.message == nil || event.isRedacted
                ? nil : event.message.map { Excerpt.of($0.body) },
            status: Self.status(in: event), fact: Self.fact(in: event, for: kind))
    }

    private init(
        _ notification: TicketNotification, _ kind: NotificationKind, ref: String, at: Timestamp,
        by: Person, excerpt: String?, status: Status?, fact: SLAFact?
    ) {
        serial = notification.serial
        person = notification.person
        ticket = notification.ticket
        title = notification.title
        seq = notification.seq
        isInternal = notification.isInternal
        isRead = notification.isRead
        self.kind = kind
        self.ref = ref
        self.at = at
        self.by = by
        self.excerpt = excerpt
        self.status = status
        self.fact = fact
    }

    private static func fact(in event: TicketEvent, for kind: NotificationKind) -> SLAFact? {
        guard kind == .slaWarning || kind == .slaBreach else { return nil }
        return event.sla.first { $0.phase == .breached } ?? event.sla.first { $0.phase == .warning }
    }

    private static func status(in event: TicketEvent) -> Status? {
        event.changes.lazy.compactMap { $0.status?.to }.first
    }

    /// The part that the stores keep as one record.
    package var record: Tree {
        .object([
            .init("ref", Tree(ref)), .init("title", Tree(title)), .init("by", by.record),
            .init("excerpt", Tree(excerpt)), .init("status", Tree(status?.rawValue)),
            .init("fact", fact.map(\.record) ?? .null),
        ])
    }

    /// From the columns and the record.
    package init(
        serial: Int64, person: ExactText, kind: String, ticket: TicketID, seq: Int, at: Timestamp,
        isInternal: Bool, isRead: Bool, record: Tree
    ) throws(RecordError) {
        guard let kind = NotificationKind(code: ExactText(kind)) else {
            throw RecordError(field: "kind")
        }
        let fields = try RecordReader(record, "notification")
        self.serial = serial
        self.person = person
        self.kind = kind
        self.ticket = ticket
        self.seq = seq
        self.at = at
        self.isInternal = isInternal
        self.isRead = isRead
        ref = try fields.string("ref")
        title = try fields.string("title")
        by = try Person(record: try fields.required("by"))
        excerpt = try fields.optionalString("excerpt")
        status = fields.optional("status") == nil ? nil : try fields.code("status")
        fact = try fields.optional("fact").map { record throws(RecordError) in
            try SLAFact(record: record)
        }
    }
}

/// A person's address and language, from their newest token.
package struct Contact: Hashable, Sendable {
    package let person: Person
    package let email: String?
    package let locale: String?
    /// The `projects` claim: access is checked again before every delivery.
    package let projects: [ExactText]

    package init(person: Person, email: String?, locale: String?, projects: [ExactText]) {
        self.person = person
        self.email = email
        self.locale = locale
        self.projects = projects
    }

    /// The person with the rights of that token, to check access when something is delivered.
    package func caller(techniciansReachAll: Bool) -> Caller {
        Caller(
            person: person, projects: projects,
            reachesAllTickets: person.role == .technician && techniciansReachAll)
    }

    package var record: Tree {
        .object([
            .init("person", person.record), .init("email", Tree(email)),
            .init("locale", Tree(locale)),
            .init("projects", Tree(projects)),
        ])
    }

    package init(record: Tree) throws(RecordError) {
        let fields = try RecordReader(record, "contact")
        self.init(
            person: try Person(record: try fields.required("person")),
            email: try fields.optionalString("email"),
            locale: try fields.optionalString("locale"),
            projects: try fields.texts("projects"))
    }
}

extension OutboxEntry {
    /// The part that the stores keep as one record beside the columns.
    package var record: Tree {
        .object([
            .init("ticket", Tree(ticket)), .init("seq", Tree(seq)), .init("at", .time(at)),
            .init("recipients", .array(recipients.map(\.record))),
        ])
    }

    package init(target: ExactText, record: Tree) throws(RecordError) {
        guard let target = OutboxTarget(name: target) else { throw RecordError(field: "target") }
        let fields = try RecordReader(record, "outbox entry")
        self.init(
            target: target, ticket: try fields.id("ticket"), seq: try fields.int("seq"),
            at: try fields.time("at"),
            recipients: try fields.array("recipients").map { record throws(RecordError) in
                try Recipient(record: record)
            })
    }
}

extension Recipient {
    fileprivate var record: Tree {
        .object([
            .init("person", person.record), .init("kind", Tree(kind.rawValue)),
            .init("watching", .bool(isOnlyWatching)), .init("mailOnly", .bool(isMailOnly)),
            .init("listOnly", .bool(isListOnly)),
        ])
    }

    fileprivate init(record: Tree) throws(RecordError) {
        let fields = try RecordReader(record, "recipient")
        self.init(
            person: try Person(record: try fields.required("person")),
            kind: try fields.code("kind"), isOnlyWatching: try fields.bool("watching"),
            isMailOnly: try fields.bool("mailOnly"), isListOnly: try fields.bool("listOnly"))
    }
}

extension TicketEvent {
    /// Whether a notification of it is for staff only; nil: depends on the recipient, as clients
    /// read an internal message with public changes as a plain change.
    package var isInternalNews: Bool? {
        if !isVisible(to: .client) { return true }
        return message?.isInternal == true ? nil : false
    }
}
