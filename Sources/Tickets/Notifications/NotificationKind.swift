// Kinds of notifications, their e-mails and their recipients.

package enum NotificationKind: String, Sendable, Hashable, CaseIterable {
    case created, assigned, mention, reply, note, resolved, change
    case slaWarning, slaBreach

    /// Where several apply to one person, the first of these is told.
    package static let byWeight: [NotificationKind] = [
        .slaBreach, .slaWarning, .mention, .assigned, .resolved, .reply, .note, .change, .created,
    ]

    /// Follow-ups of a conversation are told once a burst: those that, still unread, stand for this
    /// one too. A reply is worth more than a change, and has an e-mail.
    package var standIns: [NotificationKind] {
        switch self {
        case .reply: [.reply]
        case .mention: [.mention]
        case .note: [.reply, .note]
        case .change: [.reply, .note, .change]
        default: []
        }
    }

    /// The e-mail of this kind; nil: there is none (docs/protocol.md 11.4).
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

/// E-mails by their templates.
package enum MailKind: String, Sendable, Hashable, CaseIterable {
    case creation, reply, resolution
    case slaWarning = "sla-warning"
    case slaBreach = "sla-breach"
}

/// Somebody who is told of an event.
package struct Recipient: Hashable, Sendable {
    package let person: Person
    package let kind: NotificationKind
    /// The ticket is neither theirs nor their task: a burst tells them once.
    package let isOnlyWatching: Bool
    /// A client's own new ticket is confirmed by e-mail, and is no news in their list.
    package let isMailOnly: Bool
    /// New tickets are no e-mail to the whole staff.
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
