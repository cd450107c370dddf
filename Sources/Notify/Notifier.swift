// Delivers webhooks and e-mail: one thread for each webhook, one for e-mail.

package import Hub
package import Observability
import Reactor
package import Tickets

/// A configuration error, for the operator who starts the hub.
package struct NotifyError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

package struct NotifySettings: Sendable {
    package var webhooks: [Webhook] = []
    package var mail: MailSettings?

    package init() {}

    /// Completes the hub's settings: which entries are made.
    package func complete(_ settings: inout OutboxSettings) {
        settings.plan.webhooks = webhooks.map(\.filter)
        settings.sendsMail = mail != nil
    }
}

package final class Notifier: Sendable {
    private let inboxes: [Mailbox<OutboxWorker.Signal>]
    private let threads: [LoopThread]
    private let office: OutboxSignal
    private let listeners: [Int]

    /// Starts the threads. The hub must exist: it prepares the store and wakes the workers.
    package init(
        _ settings: NotifySettings, hub: Hub, hubSettings: HubSettings,
        opener: any TicketStoreOpener, log: Log
    ) throws {
        var makers: [@Sendable (any OutboxStore) -> any DeliveryTransport] = []
        for webhook in settings.webhooks {
            makers.append { _ in WebhookTransport(webhook) }
        }
        if let mail = settings.mail {
            let reachesAll = hubSettings.techniciansReachAll
            let leaseSeconds = hubSettings.outbox.leaseSeconds
            makers.append { store in
                MailTransport(
                    mail, store: store, leaseSeconds: leaseSeconds,
                    techniciansReachAll: reachesAll)
            }
        }
        var inboxes: [Mailbox<OutboxWorker.Signal>] = []
        var threads: [LoopThread] = []
        var listeners: [Int] = []
        for (index, make) in makers.enumerated() {
            let inbox = try Mailbox<OutboxWorker.Signal>()
            listeners.append(hub.notifications.listen { inbox.post(.ring) })
            let outbox = hubSettings.outbox
            let metrics = hub.notifications.metrics
            inboxes.append(inbox)
            threads.append(
                try LoopThread.start(name: "outbox-\(index)") {
                    Self.run(inbox, opener, make, outbox, metrics, log)
                })
        }
        self.inboxes = inboxes
        self.threads = threads
        self.listeners = listeners
        office = hub.notifications
    }

    private static func run(
        _ inbox: Mailbox<OutboxWorker.Signal>, _ opener: any TicketStoreOpener,
        _ make: @Sendable (any OutboxStore) -> any DeliveryTransport, _ settings: OutboxSettings,
        _ metrics: OutboxMetrics, _ log: Log
    ) {
        while true {
            do throws(StoreError) {
                let store = try opener.openOutbox()
                return OutboxWorker(inbox, store, make(store), settings, metrics, log).run()
            } catch {
                log.error("outbox_failed", [("reason", error.description)])
            }
            inbox.wait(timeoutMilliseconds: 2000)
            if inbox.drain().contains(.stop) { return }
        }
    }

    /// Starts no further deliveries; waiting entries stay in the outbox.
    package func beginStop() {
        for listener in listeners { office.ignore(listener) }
        for inbox in inboxes { inbox.post(.stop) }
    }

    package func join() {
        for thread in threads { thread.join() }
    }
}
