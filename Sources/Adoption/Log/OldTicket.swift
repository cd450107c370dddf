// An old ticket as it was understood, before it becomes a log of events.

package import Text
package import Tickets

/// How an old document names a person: by id or name, or with a copy of the person.
struct OldPerson: Sendable {
    let id: ExactText
    var name: String?
    var role: Role?
    /// The document has a role where the person should be.
    var isRoleAlone = false
}

struct OldMessage: Sendable {
    let id: MessageID
    let author: OldPerson?
    let role: Role?
    let content: String
    let isInternal: Bool
    var attachments: [OldAttachment]
    var at: Int64

    /// The words, with the links of the files that stay where they are.
    var body: String { attachments.words(after: content) }

    /// The text, with links only to files that are not among `here`.
    func body(besides here: [Attachment]) -> String {
        attachments.words(after: content, besides: here)
    }
}

/// One line of an old history.
struct OldChange: Sendable {
    /// A field and the value that it got.
    struct Change: Sendable {
        enum Value: Sendable {
            case text(ExactText)
            /// nil: nobody.
            case person(OldPerson?)
        }

        let field: TicketField
        let value: Value
    }

    /// nil: a note alone.
    let change: Change?
    /// What the field was before, as far as it is understood.
    let before: Change?
    let by: OldPerson?
    /// Kept as an internal message.
    let note: String?
    var at: Int64
    let id: MessageID

    /// The id of the note.
    var noteID: MessageID {
        var derived = DerivedID()
        derived.add("note")
        derived.add(id)
        return derived.identifier(at: at)
    }
}

struct OldServiceLevel: Sendable {
    var targetHours: Double?
    var deadlineAt: Int64?
    var breached: Bool?
    var resolvedAt: Int64?
    var pausedAt: Int64?

    var isEmpty: Bool { targetHours == nil && deadlineAt == nil }
}

package struct OldTicket: Sendable {
    package let id: TicketID
    /// As the old system writes it.
    package let name: ExactText
    package let number: Int?
    package let createdAt: Int64
    var title = ""
    var ownDescription = ""
    var status = Status.open
    var priority = Priority.normal
    var category = Category.incident
    var project: ExactText = "default"
    var client: OldPerson?
    var assignedTo: OldPerson?
    var watchers: [OldPerson] = []
    var tags: [ExactText] = []
    /// Messages that were read.
    package var messageCount: Int { messages.count }
    var messages: [OldMessage] = []
    var history: [OldChange] = []
    var sla = OldServiceLevel()
    var updatedAt: Int64?
    var resolvedAt: Int64?
    var closedAt: Int64?
    var attachments: [OldAttachment] = []
    /// With the links of the files that stay where they are.
    var description: String { attachments.words(after: ownDescription) }

    /// The same where only the files of `here` are here.
    func description(besides here: [Attachment]) -> String {
        attachments.words(after: ownDescription, besides: here)
    }

    /// Every value has a meaning here.
    package internal(set) var isUnderstood = true
    /// What has no place here, a line each.
    var leftovers: [String] = []

    init(id: TicketID, name: ExactText, number: Int?, createdAt: Int64) {
        self.id = id
        self.name = name
        self.number = number
        self.createdAt = createdAt
    }
}
