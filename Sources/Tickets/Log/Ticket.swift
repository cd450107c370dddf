// A ticket's snapshot: the fold of its events, kept beside them for lists and filters.

package import Text

package enum Category: String, Sendable, Hashable, CaseIterable {
    case incident, request, change
}

package enum Status: String, Sendable, Hashable, CaseIterable {
    case open
    case inProgress = "in_progress"
    case waiting, resolved, closed

    /// The team still has work to do for the client.
    package var isActive: Bool { self != .resolved && self != .closed }
}

package enum Priority: String, Sendable, Hashable, CaseIterable {
    case low, normal, high, urgent

    /// 0 for low to 3 for urgent.
    package var rank: Int {
        switch self {
        case .low: 0
        case .normal: 1
        case .high: 2
        case .urgent: 3
        }
    }
}

package struct Attachment: Hashable, Sendable {
    package let id: FileID
    package let name: String
    package let type: String
    /// Bytes.
    package let size: Int

    package init(id: FileID, name: String, type: String, size: Int) {
        self.id = id
        self.name = name
        self.type = type
        self.size = size
    }
}

package struct Message: Hashable, Sendable {
    package let id: MessageID
    package let body: String
    package let isInternal: Bool
    /// Ids of people.
    package let mentions: [ExactText]
    package let attachments: [Attachment]
    /// Redacted: its words and files are empty.
    package let redacted: RedactionMark?

    package init(
        id: MessageID, body: String, isInternal: Bool, mentions: [ExactText] = [],
        attachments: [Attachment] = [], redacted: RedactionMark? = nil
    ) {
        self.id = id
        self.body = body
        self.isInternal = isInternal
        self.mentions = mentions
        self.attachments = attachments
        self.redacted = redacted
    }
}

/// The newest message, as a list row shows it.
package struct LastMessage: Hashable, Sendable {
    package let seq: Int
    package let at: Timestamp
    package let authorRole: Role
    package let excerpt: String
    package let isRedacted: Bool

    package init(
        seq: Int, at: Timestamp, authorRole: Role, excerpt: String, isRedacted: Bool = false
    ) {
        self.seq = seq
        self.at = at
        self.authorRole = authorRole
        self.excerpt = excerpt
        self.isRedacted = isRedacted
    }
}

/// The part of a snapshot that differs by audience: for a client it covers visible events only.
package struct Activity: Hashable, Sendable {
    package var seq: Int
    package var messageCount: Int
    package var updatedAt: Timestamp
    package var lastMessage: LastMessage?

    package init(seq: Int, messageCount: Int, updatedAt: Timestamp, lastMessage: LastMessage?) {
        self.seq = seq
        self.messageCount = messageCount
        self.updatedAt = updatedAt
        self.lastMessage = lastMessage
    }
}

/// Positions of the newest public messages and status change, for the compose guard.
package struct ComposeTrail: Hashable, Sendable {
    package var publicMessageSeq = 0
    package var publicMessageAuthor: ExactText = ""
    /// Newest public message by another author than `publicMessageAuthor`.
    package var otherAuthorSeq = 0
    package var statusSeq = 0

    package init() {}

    /// Whether an author whose screen ends at `seq` has missed a message of others or a change of
    /// status.
    package func isStale(at seq: Int, for author: ExactText) -> Bool {
        let othersSeq = publicMessageAuthor == author ? otherAuthorSeq : publicMessageSeq
        return othersSeq > seq || statusSeq > seq
    }

    mutating func notePublicMessage(by author: ExactText, seq: Int) {
        if publicMessageAuthor != author { otherAuthorSeq = publicMessageSeq }
        publicMessageSeq = seq
        publicMessageAuthor = author
    }
}

package struct Ticket: Hashable, Sendable {
    package let id: TicketID
    /// 1042 for the ref `T-1042`.
    package private(set) var number: Int
    package var project: ExactText
    package var title: String
    package internal(set) var description: String
    package var category: Category
    package var status: Status
    package var priority: Priority
    package private(set) var client: Person
    package var assignedTo: Person?
    package var watchers: [Person]
    /// Ids of the watchers who added themselves, in the order of `watchers`. They get notifications
    /// while they can see the ticket; watching does not make it visible to them.
    package var selfWatching: [ExactText]
    package var tags: [ExactText]
    /// Given at creation.
    package internal(set) var attachments: [Attachment]
    /// The description and its attachments were redacted.
    package internal(set) var redacted: RedactionMark?
    package var sla: ServiceLevel
    /// The staff view; its `seq` is the true end of the log.
    package var activity: Activity
    /// The client view.
    package var publicActivity: Activity
    package var trail: ComposeTrail
    package var waitingSince: Timestamp?
    package var reopenCount: Int
    package let createdAt: Timestamp
    package var closedAt: Timestamp?
    /// The date that staff promise to the client.
    package var dueAt: Timestamp?

    package init(
        id: TicketID, number: Int, project: ExactText, title: String, description: String,
        category: Category, status: Status, priority: Priority, client: Person,
        assignedTo: Person?, watchers: [Person], tags: [ExactText], attachments: [Attachment],
        sla: ServiceLevel, activity: Activity, publicActivity: Activity, trail: ComposeTrail,
        waitingSince: Timestamp?, reopenCount: Int, createdAt: Timestamp, closedAt: Timestamp?,
        redacted: RedactionMark? = nil,
        selfWatching: [ExactText] = []
    ) {
        self.id = id
        self.number = number
        self.project = project
        self.title = title
        self.description = description
        self.category = category
        self.status = status
        self.priority = priority
        self.client = client
        self.assignedTo = assignedTo
        self.watchers = watchers
        self.selfWatching = selfWatching
        self.tags = tags
        self.attachments = attachments
        self.sla = sla
        self.activity = activity
        self.publicActivity = publicActivity
        self.trail = trail
        self.waitingSince = waitingSince
        self.reopenCount = reopenCount
        self.createdAt = createdAt
        self.closedAt = closedAt
        self.redacted = redacted
    }

    package var seq: Int { activity.seq }
    package var ref: String { "T-\(number)" }

    /// The snapshot with new names of its people; nil: unchanged.
    package func naming(_ name: (Person) -> String?) -> Ticket {
        func renamed(_ person: Person) -> Person? {
            name(person).map { Person(id: person.id, name: $0, role: person.role) }
        }
        let client = renamed(client)
        let assignedTo = assignedTo.flatMap(renamed)
        let watchers = watchers.map(renamed)
        guard client != nil || assignedTo != nil || watchers.contains(where: { $0 != nil }) else {
            return self
        }
        var ticket = self
        ticket.client = client ?? self.client
        ticket.assignedTo = assignedTo ?? self.assignedTo
        ticket.watchers = zip(watchers, self.watchers).map { $0 ?? $1 }
        return ticket
    }

    func numbered(_ number: Int) -> Ticket {
        var ticket = self
        ticket.number = number
        return ticket
    }

    package func isWatched(by id: ExactText) -> Bool { watchers.contains { $0.id == id } }

    /// The watcher was added by somebody who may see the ticket.
    package func isOpenToWatcher(_ id: ExactText) -> Bool {
        isWatched(by: id) && !selfWatching.contains(id)
    }

    package func activity(for audience: Audience) -> Activity {
        audience == .staff ? activity : publicActivity
    }
}
