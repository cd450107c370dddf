// Delivers outbox entries of the target `people`: notifications, which workers show, and entries for
// e-mail.

import Observability
import Outbox
import Reactor
import Text
import Tickets

final class NotificationTransport: DeliveryTransport {
    var writer: NotificationWriter
    /// Runs between taking entries and writing them: the authors of their events were announced
    /// earlier, and must be known by then.
    var beforeWriting: () throws(StoreError) -> Void = {}

    private let workers: [Mailbox<WorkerMessage>]
    private let outbox: OutboxSignal
    private let log: Log

    let target = OutboxTarget.people
    let manner = DeliveryManner.together(200)
    /// Short, since only the store can be slow here.
    static let leaseSeconds = 10
    let secondsMax = 2

    init(
        _ writer: NotificationWriter, workers: [Mailbox<WorkerMessage>], outbox: OutboxSignal,
        _ log: Log
    ) {
        self.writer = writer
        self.workers = workers
        self.outbox = outbox
        self.log = log
    }

    func deliver(
        _ entries: [LeasedEntry], from store: any OutboxStore
    ) throws(StoreError) -> [Delivery] {
        try beforeWriting()
        let now = Timestamp(milliseconds: wallClockMilliseconds())
        let made = try writer.write(entries, now: now)
        show(made.notifications)
        note(overBudget: made.overBudget)
        if made.hasMail { outbox.ring() }
        return made.deliveries
    }

    /// The notifications are stored: sends them to the workers.
    private func show(_ notifications: [TicketNotification]) {
        guard !notifications.isEmpty else { return }
        let frames = notifications.map { NotificationFrame($0) }
        for worker in workers { worker.post(.notifications(frames)) }
    }

    private func note(overBudget people: [Person]) {
        outbox.metrics.noteWithheld(people.count)
        for person in people {
            log.warn(
                "mail_withheld",
                [("user", person.id.string), ("per_hour", "\(writer.settings.mailsPerHour)")])
        }
    }
}
