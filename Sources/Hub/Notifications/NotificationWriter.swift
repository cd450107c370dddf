// Makes notifications and e-mail entries from outbox entries: checks access, and limits the number
// of notifications per burst.

import Outbox
import Reactor
import Text
import Tickets

struct NotificationWriter {
    var settings: OutboxSettings
    private let techniciansReachAll: Bool
    private let store: any OutboxStore
    /// Contacts of people used recently.
    private var contacts: [ExactText: Contact] = [:]
    /// People who are being erased.
    private(set) var forgotten: Set<ExactText> = []
    private var mailBudget: MailBudget
    private var lastSerial: Int64 = 0

    private var overBudget: [Person] = []

    private static let contactsMax = 20_000

    init(settings: OutboxSettings, techniciansReachAll: Bool, store: any OutboxStore) {
        self.settings = settings
        self.techniciansReachAll = techniciansReachAll
        self.store = store
        mailBudget = MailBudget(perHour: settings.mailsPerHour)
    }

    struct Made {
        /// Those that are new in the store.
        let notifications: [TicketNotification]
        /// One for each entry, in their order.
        let deliveries: [Delivery]
        let hasMail: Bool
        /// People whose e-mails were left out because of the limit.
        let overBudget: [Person]
    }

    /// The contacts are stored; contacts of people without notifications are not cached.
    mutating func learn(_ newest: [ExactText: Contact]) {
        for (person, contact) in newest where contacts[person] != nil {
            contacts[person] = contact
        }
    }

    /// No notifications for this id until the erasure is done.
    mutating func forget(_ person: ExactText) {
        forgotten.insert(person)
        contacts[person] = nil
    }

    mutating func mayComeAgain(_ person: ExactText) { forgotten.remove(person) }

    /// Stores what is made of all of them in one write. An entry that cannot be read fails alone.
    mutating func write(_ taken: [LeasedEntry], now: Timestamp) throws(StoreError) -> Made {
        var notifications: [TicketNotification] = []
        var mails: [OutboxEntry] = []
        var deliveries: [Delivery] = []
        overBudget.removeAll()
        for leased in taken {
            do throws(StoreError) {
                let isWritten = try write(leased, &notifications, &mails)
                let later = Delivery.postponed(
                    until: now.advanced(byMilliseconds: Self.erasureMilliseconds),
                    "its author is being erased")
                deliveries.append(isWritten ? .delivered : later)
            } catch {
                guard case .corrupt(let reason) = error else { throw error }
                deliveries.append(.failed(reason))
            }
        }
        return Made(
            notifications: try store.deposit(notifications, mails), deliveries: deliveries,
            hasMail: !mails.isEmpty, overBudget: overBudget)
    }

    /// Delay of events whose author is being erased.
    private static let erasureMilliseconds: Int64 = 500

    /// False: the event's author is being erased, so it is tried again later.
    private mutating func write(
        _ leased: LeasedEntry, _ notifications: inout [TicketNotification],
        _ mails: inout [OutboxEntry]
    ) throws(StoreError) -> Bool {
        let (entry, event, snapshot) = try store.content(of: leased)
        guard !forgotten.contains(event.by.id) else { return false }
        for recipient in entry.recipients
        where !recipient.person.isErased && !forgotten.contains(recipient.person.id) {
            let contact = try contact(of: recipient.person)
            let caller = contact.caller(techniciansReachAll: techniciansReachAll)
            guard caller.canAccess(snapshot) else { continue }
            let audience = recipient.audience == .client ? .client : caller.audience(of: snapshot)
            guard NotificationRules.mayTell(recipient, of: event, snapshot, as: audience) else {
                continue
            }
            // A watcher gets one notification per burst. A mentioned person gets each mention in
            // their list and one e-mail per burst, since mentions are easy to write.
            let isMention = recipient.kind == .mention
            var isTold = false
            if isMention || recipient.isOnlyWatching {
                isTold = try self.isTold(recipient, before: event, notifications)
            }
            if isTold, !isMention { continue }
            if !recipient.isMailOnly {
                notifications.append(
                    TicketNotification(
                        serial: nextSerial(), recipient: recipient, event: event,
                        snapshot: snapshot,
                        as: audience))
            }
            if !isTold, let mail = mail(to: recipient, at: contact.email, for: entry) {
                mails.append(mail)
            }
        }
        return true
    }

    /// nil: the recipient gets no e-mail of this kind, has no address, or had too many this hour.
    private mutating func mail(
        to recipient: Recipient, at address: String?, for entry: OutboxEntry
    ) -> OutboxEntry? {
        guard settings.sendsMail, !recipient.isListOnly, recipient.kind.mail != nil, let address
        else { return nil }
        guard mailBudget.admits(address, now: monotonicMilliseconds()) else {
            overBudget.append(recipient.person)
            return nil
        }
        return OutboxEntry(
            target: .mail, ticket: entry.ticket, seq: entry.seq, at: entry.at,
            recipients: [recipient])
    }

    /// Whether the store or this batch has an unread notification of this burst.
    private func isTold(
        _ recipient: Recipient, before event: TicketEvent, _ notifications: [TicketNotification]
    ) throws(StoreError) -> Bool {
        guard !recipient.kind.standIns.isEmpty else { return false }
        let since = event.at.advanced(byMilliseconds: -Int64(settings.burstSeconds) * 1000)
        let (person, kinds) = (recipient.person.id, recipient.kind.standIns)
        let isHere = notifications.contains {
            $0.person == person && $0.ticket == event.ticket && $0.seq < event.seq
                && kinds.contains($0.kind) && $0.at >= since
        }
        if isHere { return true }
        return try store.hasUnread(
            kinds, of: person, on: event.ticket, since: since, before: event.seq)
    }

    private mutating func contact(of person: Person) throws(StoreError) -> Contact {
        if let contact = contacts[person.id] { return contact }
        guard let contact = try store.contact(of: person.id) else {
            return Contact(person: person, email: nil, locale: nil, projects: [])
        }
        if contacts.count > Self.contactsMax { contacts.removeAll() }
        contacts[person.id] = contact
        return contact
    }

    /// Milliseconds and a counter in one number: rising, also across restarts, and below 2^53.
    private mutating func nextSerial() -> Int64 {
        lastSerial = max(lastSerial + 1, wallClockMilliseconds() << 12)
        return lastSerial
    }
}
