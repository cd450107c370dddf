// The thread that turns outbox entries into notifications and e-mail entries. It has its own
// connection to the outbox, so that neither the journal nor a worker waits for it.

import Glibc
import Observability
import Reactor
import Text
import Tickets

final class NotificationThread {
    private let context: HubContext
    private let store: any OutboxStore
    private var inbox: Mailbox<NotificationMessage> { context.notifications.inbox }
    private var writer: NotificationWriter
    private var contacts: [ExactText: Contact] = [:]
    private var readers: [(notifications: ReadNotifications, person: ExactText)] = []
    private var marks: [TicketID: [ExactText: Int]] = [:]
    /// Callers that wait for `readers` or `marks`.
    private var waiters: [ReplyAddress] = []
    private var isStopping = false
    /// Monotonic milliseconds.
    private var nextLook: Int64 = 0
    private var nextCensus: Int64 = 0
    private var nextPurge: Int64 = 0

    private static let pollMilliseconds: Int64 = 2000
    private static let batchMax = 200
    private static let marksMax = 500
    /// Short, since only the store can be slow here.
    private static let leaseMilliseconds: Int64 = 10_000
    private static let day: Int64 = 86_400_000

    init(context: HubContext, store: any OutboxStore) {
        self.context = context
        self.store = store
        writer = NotificationWriter(
            settings: context.settings.outbox,
            techniciansReachAll: context.settings.techniciansReachAll, store: store)
    }

    func run() {
        while !isStopping {
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
            if !writer.forgotten.contains(contact.person.id) {
                contacts[contact.person.id] = contact
            }
        case .forget(let person):
            contacts[person] = nil
            marks = marks.mapValues { $0.filter { $0.key != person } }
            writer.forget(person)
            context.journal.post(.notificationsForgot(person))
        case .mayComeAgain(let person): writer.mayComeAgain(person)
        case .markRead(let notifications, let person, let reply):
            readers.append((notifications, person))
            waiters.append(reply)
        case .read(let mark, let reply):
            marks[mark.ticket, default: [:]][mark.person] = max(
                mark.seq, marks[mark.ticket]?[mark.person] ?? 0)
            if let reply { waiters.append(reply) }
        case .reload(let settings): writer.settings = settings
        case .stop: isStopping = true
        }
    }

    private func work() throws(StoreError) {
        try saveContacts()
        try deliver()
        try markRead()
        answerWaiters(.success(()))
        try pruneExpired()
    }

    /// Runs after `deliver`: events that were durable before the read are in the person's list by
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
        writer.learn(contacts)
        contacts.removeAll()
    }

    private func answerWaiters(_ outcome: Result<any Sendable, StoreError>) {
        for reply in waiters {
            context.workers[reply.worker].post(.answer(token: reply.token, outcome))
        }
        waiters.removeAll()
        readers.removeAll()
        marks.removeAll()
    }

    /// Delivers all due entries, a batch at a time.
    private func deliver() throws(StoreError) {
        while true {
            let now = Timestamp(milliseconds: wallClockMilliseconds())
            let taken = try store.take(
                .people, now: now,
                leasedUntil: now.advanced(byMilliseconds: Self.leaseMilliseconds),
                limit: Self.batchMax)
            guard !taken.isEmpty else { return }
            // The authors of these events were announced earlier, perhaps since the last look.
            for message in inbox.drain() { take(message) }
            try saveContacts()
            let made = try writer.write(taken, now: now)
            show(made.notifications)
            note(made.results, now: now)
            note(overBudget: made.overBudget)
            if made.hasMail { context.notifications.ring() }
        }
    }

    private func note(_ results: [OutboxResult], now: Timestamp) {
        for result in results {
            context.notifications.metrics.note(
                result.outcome, of: .people,
                ageMs: result.entry.entry.map { now.elapsed(since: $0.at) } ?? 0)
            if case .dead(let reason) = result.outcome {
                context.log.error(
                    "outbox_dead", [("entry", result.entry.id.string), ("reason", reason)])
            }
        }
    }

    private func note(overBudget people: [Person]) {
        context.notifications.metrics.noteWithheld(people.count)
        for person in people {
            context.log.warn(
                "mail_withheld",
                [
                    ("user", person.id.string),
                    ("per_hour", "\(context.settings.outbox.mailsPerHour)"),
                ])
        }
    }

    /// The notifications are stored: sends them to the workers.
    private func show(_ notifications: [TicketNotification]) {
        guard !notifications.isEmpty else { return }
        let frames = notifications.map { NotificationFrame($0) }
        for worker in context.workers { worker.post(.notifications(frames)) }
    }

    private func pruneExpired() throws(StoreError) {
        let now = monotonicMilliseconds()
        if now >= nextCensus {
            nextCensus = now + 5000
            context.notifications.metrics.note(try store.depths())
        }
        guard now >= nextPurge else { return }
        nextPurge = now + 300_000
        let today = Timestamp(milliseconds: wallClockMilliseconds())
        try store.purge(
            sent: today.advanced(byMilliseconds: -3_600_000),
            dead: today.advanced(byMilliseconds: -30 * Self.day),
            notifications: today.advanced(byMilliseconds: -90 * Self.day))
    }
}
