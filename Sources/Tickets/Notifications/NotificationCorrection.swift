// What a stored notification has to say by its event, for `guichet check`.

package import Text

extension TicketNotification {
    /// Fields that the event does not determine stay. nil: the event tells this person nothing.
    /// - Parameters:
    ///   - snapshot: the ticket after the event; nil: unknown, and the kind is not compared.
    ///   - isKnown: the store knows the person, who may have been staff.
    package func corrected(
        by event: TicketEvent, after snapshot: Ticket?, ref: String, isKnown: Bool
    ) -> TicketNotification? {
        guard let snapshot else { return telling(of: event, as: kind, ref: ref) }
        let kinds = NotificationRules.possibleKinds(
            of: event, snapshot, for: person, mayBeStaff: isKnown)
        guard let right = kinds.contains(kind) ? kind : kinds.first else { return nil }
        return telling(of: event, as: right, ref: ref)
    }
}

extension NotificationRules {
    /// The kinds of notification that the event can have made for a person, the most important
    /// first. More than one: it depends on the person's role at that time.
    package static func possibleKinds(
        of event: TicketEvent, _ snapshot: Ticket, for id: ExactText, mayBeStaff: Bool
    ) -> [NotificationKind] {
        // A redaction takes away who was mentioned.
        var found: Set<NotificationKind> = event.message?.redacted == nil ? [] : [.mention]
        for role in [Role.client, .technician, .admin] {
            let person = Person(id: id, name: "", role: role)
            let isStaff = mayBeStaff && role.isStaff
            let rules = NotificationRules(staff: isStaff ? [person] : []) {
                $0 == id ? person : nil
            }
            for recipient in rules.recipients(of: event, snapshot: snapshot)
            where recipient.person.id == id && !recipient.isMailOnly {
                found.insert(recipient.kind)
            }
        }
        return NotificationKind.byWeight.filter(found.contains)
    }
}
