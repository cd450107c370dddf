// The thread that makes notifications, and writes contacts and what people have read. It has its own
// connection to the outbox, so that neither the journal nor a worker waits for it.

import Glibc
import Observability
import Outbox
import Reactor
import Text
import Tickets

final class NotificationThread {
    private let context: HubContext
    private let store: any OutboxStore
    private let transport: NotificationTransport
    private let outbox: OutboxLoop
    private var inbox: Mailbox<NotificationMessage> { context.notifications }
    private var contacts: [ExactText: Contact] = [:]
    private var readers: [(notifications: ReadNotifications, person: ExactText)] = []
    private var marks: [TicketID: [ExactText: Int]] = [:]
    /// Callers that wait for `readers` or `marks`.
    private var waiters: [ReplyAddress] = []
    /// Monotonic milliseconds; nil: nobody has asked for a stop.
    private var stopAskedAt: Int64?
    /// Tests wait for less time.
    var lastDeliveriesMs: Int64 = 2000
    /// Monotonic milliseconds.
    private var nextLook: Int64 = 0
    private var nextDepths: Int64 = 0
    private var nextPurge: Int64 = 0

    private static let pollMilliseconds: Int64 = 2000
    private static let depthsMilliseconds: Int64 = 5000
    private static let marksMax = 500
    private static let day: Int64 = 86_400_000

    init(context: HubContext, store: any OutboxStore) {
        self.context = context
        self.store = store
        let settings = context.settings.outbox
        let writer = NotificationWriter(
            settings: settings, techniciansReachAll: context.settings.techniciansReachAll,
            store: store)
        transport = NotificationTransport(
            writer, workers: context.workers, outbox: context.outbox, context.log)
        outbox = OutboxLoop(
            store, transport, leaseSeconds: NotificationTransport.leaseSeconds,
            retries: settings.retries, context.outbox.metrics, context.log)
        transport.beforeWriting = { [unowned self] () throws(StoreError) in
            for message in inbox.drain() { take(message) }
            try saveContacts()
        }
    }

    func run() {
        while stopAskedAt == nil {
            inbox.wait(timeoutMilliseconds: Int(max(0, nextLook - monotonicMilliseconds())))
            // Collects entries to write them together; a short delay harms no caller.
            usleep(20_000)
            for message in inbox.drain() { take(message) }
            do throws(StoreError) {
                try work()
                nextLook = monotonicMilliseconds() + Self.pollMilliseconds
            } catch {
                context.log.error("outbox_failed", [("reason", error.description)])
                answerWaiters(.failure(error))
                // Pauses after a store failure.
                usleep(500_000)
                nextLook = monotonicMilliseconds() + Self.pollMilliseconds
            }
        }
    }

    private func take(_ message: NotificationMessage) {
        switch message {
        case .ring: nextLook = 0
        case .contact(let contact):
            if !transport.writer.forgotten.contains(contact.person.id) {
                contacts[contact.person.id] = contact
            }
        case .forget(let person):
            contacts[person] = nil
            marks = marks.mapValues { $0.filter { $0.key != person } }
            transport.writer.forget(person)
            context.journal.post(.notificationsForgot(person))
        case .mayComeAgain(let person): transport.writer.mayComeAgain(person)
        case .markRead(let notifications, let person, let reply):
            readers.append((notifications, person))
            waiters.append(reply)
        case .read(let mark, let reply):
            marks[mark.ticket, default: [:]][mark.person] = max(
                mark.seq, marks[mark.ticket]?[mark.person] ?? 0)
            if let reply { waiters.append(reply) }
        case .reload(let settings):
            transport.writer.settings = settings
            outbox.retries = settings.retries
        case .stop: stopAskedAt = stopAskedAt ?? monotonicMilliseconds()
        }
    }

    private func work() throws(StoreError) {
        try updateDepths()
        try saveContacts()
        while try outbox.deliverDue(isStopping: mustEnd) { try updateDepths() }
        try markRead()
        answerWaiters(.success(()))
        try pruneExpired()
    }

    /// What is due when the hub stops may be more than it makes in minutes. The rest is made at the
    /// next start: it is durable with its events.
    private func mustEnd() -> Bool {
        guard let stopAskedAt else { return false }
        return monotonicMilliseconds() - stopAskedAt >= lastDeliveriesMs
    }

    /// Runs after deliveries: events that were durable before the read are in the person's list by
    /// now.
    private func markRead() throws(StoreError) {
        for (notifications, person) in readers { try store.markRead(notifications, of: person) }
        let marks = marks.flatMap { ticket, people in
            people.map { ReadMark(ticket: ticket, person: $0.key, seq: $0.value) }
        }
        for start in stride(from: 0, to: marks.count, by: Self.marksMax) {
            try store.markRead(Array(marks[start..<min(start + Self.marksMax, marks.count)]))
        }
    }

    private func saveContacts() throws(StoreError) {
        guard !contacts.isEmpty else { return }
        try store.save(Array(contacts.values))
        transport.writer.learn(contacts)
        contacts.removeAll()
    }

    private func answerWaiters(_ outcome: Result<any Sendable, StoreError>) {
        for reply in waiters {
            context.workers.answer(reply, outcome)
        }
        waiters.removeAll()
        readers.removeAll()
        marks.removeAll()
    }

    /// Also while there is more to deliver. Counting a long queue takes at most a part of the time.
    private func updateDepths() throws(StoreError) {
        let start = monotonicMilliseconds()
        guard start >= nextDepths else { return }
        context.outbox.metrics.note(try store.depths())
        let end = monotonicMilliseconds()
        nextDepths = end + max(Self.depthsMilliseconds, 20 * (end - start))
    }

    private func pruneExpired() throws(StoreError) {
        let now = monotonicMilliseconds()
        guard now >= nextPurge else { return }
        nextPurge = now + 300_000
        let today = Timestamp(milliseconds: wallClockMilliseconds())
        try store.purge(
            sent: today.advanced(byMilliseconds: -3_600_000),
            dead: today.advanced(byMilliseconds: -30 * Self.day),
            notifications: today.advanced(byMilliseconds: -90 * Self.day))
    }
}
