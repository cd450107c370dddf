// Chooses the recipients of an event and the kind of each notification: a pure function of the
// event and the snapshot after it.

package import Text

/// Never notifies the author, never of something hidden from the recipient, and one kind per
/// person.
package struct NotificationRules: Sendable {
    /// The currently known staff: new tickets go to them, breaches to the admins among them.
    package let staff: [Person]
    /// Finds people by their ids, for mentions.
    private let person: @Sendable (ExactText) -> Person?

    /// A larger team watches the queue: new tickets are not listed for each of them.
    package static let teamMax = 100

    package init(staff: [Person], person: @escaping @Sendable (ExactText) -> Person?) {
        self.staff = staff
        self.person = person
    }

    /// The recipients in the order of their ids, each person once. `snapshot` is the snapshot after
    /// `event`.
    package func recipients(of event: TicketEvent, snapshot: Ticket) -> [Recipient] {
        var found: [ExactText: Recipient] = [:]
        for recipient in candidates(of: event, snapshot: snapshot) {
            let id = recipient.person.id
            guard recipient.person.role != .system,
                id != event.by.id || recipient.isMailOnly,
                Self.mayTell(recipient, of: event, snapshot, as: recipient.audience)
            else { continue }
            if let other = found[id], other.kind.weight <= recipient.kind.weight { continue }
            found[id] = recipient
        }
        return found.values.sorted { $0.person.id < $1.person.id }
    }

    private func candidates(of event: TicketEvent, snapshot: Ticket) -> [Recipient] {
        var recipients: [Recipient] = []
        func tell(_ people: [Person], _ kind: NotificationKind) {
            recipients += people.map { person in
                let isOwner =
                    person.id == snapshot.client.id || person.id == snapshot.assignedTo?.id
                return Recipient(person: person, kind: kind, isOnlyWatching: !isOwner)
            }
        }
        let assignee = snapshot.assignedTo.map { [$0] } ?? []
        let involved = [snapshot.client] + assignee + snapshot.watchers
        if event.kind == .created { recipients += ofCreation(event, snapshot) }
        if let message = event.message {
            tell(message.mentions.compactMap(person), .mention)
            tell(involved, message.isInternal ? .note : .reply)
        }
        for change in event.changes {
            if let holder = change.assignee?.to {
                tell([holder], .assigned)
            } else if let status = change.status?.to {
                tell(involved, status == .resolved ? .resolved : .change)
            } else if change.isPublic {
                tell(assignee + snapshot.watchers, .change)
            }
        }
        for fact in event.sla {
            switch fact.phase {
            case .warning: tell(assignee.isEmpty ? admins : assignee, .slaWarning)
            case .breached: tell(assignee + snapshot.watchers + admins, .slaBreach)
            default: break
            }
        }
        return recipients
    }

    /// The client gets a confirmation by e-mail, and a notification too when somebody else opened
    /// the ticket for them; staff who can take the ticket find it in their lists.
    private func ofCreation(_ event: TicketEvent, _ snapshot: Ticket) -> [Recipient] {
        let isOwn = event.by.id == snapshot.client.id
        let team = staff.count <= Self.teamMax ? staff : []
        return [Recipient(person: snapshot.client, kind: .created, isMailOnly: isOwn)]
            + team.filter { $0.id != snapshot.client.id }
            .map { Recipient(person: $0, kind: .created, isListOnly: true) }
    }

    private var admins: [Person] { staff.filter { $0.role == .admin } }

    /// Clients are notified only of public events, and never of those by timers. Access to the
    /// ticket and the person's view of it are checked again at delivery.
    package static func mayTell(
        _ recipient: Recipient, of event: TicketEvent, _ snapshot: Ticket, as audience: Audience
    ) -> Bool {
        guard audience == .client else { return true }
        switch recipient.kind {
        case .slaWarning, .slaBreach, .note, .assigned: return false
        case .mention:
            let id = recipient.person.id
            return event.hasPublicMessage
                && (snapshot.client.id == id || snapshot.isWatched(by: id))
        case .reply: return event.hasPublicMessage
        case .created, .resolved, .change: return event.isPublic
        }
    }
}

extension NotificationKind {
    /// 0 is the most important.
    fileprivate var weight: Int { Self.byWeight.firstIndex(of: self) ?? Self.byWeight.count }
}
