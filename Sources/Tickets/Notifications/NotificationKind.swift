// Kinds of notifications, their e-mails and their recipients.

package enum NotificationKind: String, Sendable, Hashable, CaseIterable {
    case created, assigned, mention, reply, note, resolved, change
    case slaWarning, slaBreach

    /// If several kinds apply to one person, the first of these is sent.
    package static let byWeight: [NotificationKind] = [
        .slaBreach, .slaWarning, .mention, .assigned, .resolved, .reply, .note, .change, .created,
    ]

    /// Kinds that, while unread, also stand for this one: follow-ups of a conversation are sent
    /// once per burst. A reply outweighs a change, and has an e-mail.
    package var standIns: [NotificationKind] {
        switch self {
        case .reply: [.reply]
        case .mention: [.mention]
        case .note: [.reply, .note]
        case .change: [.reply, .note, .change]
        default: []
        }
    }

    /// The e-mail of this kind; nil: none (docs/protocol.md 11.4).
    package var mail: MailKind? {
        switch self {
        case .created: .creation
        case .reply, .mention: .reply
        case .resolved: .resolution
        case .slaWarning: .slaWarning
        case .slaBreach: .slaBreach
        case .assigned, .note, .change: nil
        }
    }
}

/// Kinds of e-mails, by template.
package enum MailKind: String, Sendable, Hashable, CaseIterable {
    case creation, reply, resolution
    case slaWarning = "sla-warning"
    case slaBreach = "sla-breach"
}

/// A person to notify of an event.
package struct Recipient: Hashable, Sendable {
    package let person: Person
    package let kind: NotificationKind
    /// The person is neither client nor assignee: one notification per burst.
    package let isOnlyWatching: Bool
    /// Only an e-mail: a client's own new ticket is confirmed by mail and not listed.
    package let isMailOnly: Bool
    /// Only in the list: new tickets are not mailed to the whole staff.
    package let isListOnly: Bool

    package init(
        person: Person, kind: NotificationKind, isOnlyWatching: Bool = false,
        isMailOnly: Bool = false, isListOnly: Bool = false
    ) {
        self.person = person
        self.kind = kind
        self.isOnlyWatching = isOnlyWatching
        self.isMailOnly = isMailOnly
        self.isListOnly = isListOnly
    }

    package var audience: Audience { person.role.isStaff ? .staff : .client }
}
