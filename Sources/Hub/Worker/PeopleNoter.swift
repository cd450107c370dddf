// Passes on what tokens say about people: names to the directory, contacts to the notifications.

import Reactor
import Text
import Tickets

/// Confined to one worker's thread.
final class PeopleNoter {
    /// With more, all are forgotten and passed on again.
    private static let peopleMax = 100_000

    private let directory: PeopleDirectory
    private let journal: Mailbox<JournalMessage>
    private let notifications: Mailbox<NotificationMessage>
    /// Hashes of people's newest contacts, to recognise unchanged ones.
    private var contacts: [ExactText: Int] = [:]

    init(_ context: HubContext) {
        directory = context.directory
        journal = context.journal
        notifications = context.notifications
    }

    /// Notes the person of a token, and their contact in it.
    func note(_ identity: Identity) {
        let person = identity.caller.person
        if directory.note(person) { journal.post(.seen(person)) }
        let contact = Contact(
            person: person, email: identity.email, locale: identity.locale,
            projects: identity.caller.projects)
        let hash = contact.hashValue
        guard contacts[person.id] != hash else { return }
        if contacts.count > Self.peopleMax { contacts.removeAll() }
        contacts[person.id] = hash
        notifications.post(.contact(contact))
    }

    func forget(_ person: ExactText) { contacts[person] = nil }
}
