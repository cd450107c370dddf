// Commands of callers, already typed: the decoder has checked the shapes, the rules check the rest.

package import Text

package enum TicketAction: String, Sendable, Hashable, CaseIterable {
    case take, release, resolve, reopen, close, wait
}

package struct Draft: Sendable, Hashable {
    package var body: String
    package var isInternal = false
    package var mentions: [ExactText] = []
    package var attachments: [FileID] = []
    /// The newest event on the author's screen, for the compose guard.
    package var baseSeq: Int?
    package var force = false

    package init(body: String) { self.body = body }
}

package struct NewTicket: Sendable, Hashable {
    package var title: String
    package var description: String
    package var category: Category
    package var priority: Priority
    package var project: ExactText
    package var tags: [ExactText] = []
    package var attachments: [FileID] = []
    /// Staff may open a ticket for a client.
    package var clientID: ExactText?

    package init(
        title: String, description: String, category: Category, priority: Priority,
        project: ExactText
    ) {
        self.title = title
        self.description = description
        self.category = category
        self.priority = priority
        self.project = project
    }
}

/// A message, a change, or both at once, on one ticket.
package struct TicketEdit: Sendable, Hashable {
    package var draft: Draft?
    package var action: TicketAction?
    package var edits = FieldEdits()
    /// The `seq` that the caller's view must still have (`ifSeq`, `If-Match`).
    package var expectedSeq: ExpectedVersions?

    package init() {}
}

package struct TicketCommand: Sendable {
    package enum Request: Sendable, Hashable {
        case create(NewTicket)
        case edit(TicketReference, TicketEdit)
        /// Redact the event `seq`.
        case redact(TicketReference, seq: Int, reason: String)
        /// A deadline or a warning of this ticket is due.
        case clockDue(TicketID)
        /// Append events of an older system.
        case adopt(AdoptedEvents)
    }

    package let caller: Caller
    package let request: Request
    package let key: ExactText?

    package init(caller: Caller, request: Request, key: ExactText? = nil) {
        self.caller = caller
        self.request = request
        self.key = key
    }
}
