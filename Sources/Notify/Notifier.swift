// Delivers webhooks and e-mail: one thread for each webhook, one for e-mail.

package import Observability
package import Outbox
import Reactor
import Text
package import Tickets
import Wire

/// A configuration error, for the operator who starts the hub.
package struct NotifyError: Error, CustomStringConvertible {
    package let description: String
    /// Where in the file, from 1; nil: not in a file.
    package private(set) var line: Int?
    /// The value at fault.
    private let path: [JSONStep]

    init(_ description: String, at path: [JSONStep] = []) {
        self.description = description
        self.path = path
    }

    /// Reads a file of JSON; errors get their lines.
    static func naming<Value>(
        linesOf bytes: [UInt8], _ read: (Tree) throws(NotifyError) -> Value
    ) throws(NotifyError) -> Value {
        var fault: NotifyError
        do throws(JSONError) {
            let json = try JSONReader.parse(bytes)
            do throws(NotifyError) {
                return try read(json)
            } catch {
                fault = error
                fault.line = JSONLine.number(of: error.path, in: bytes)
            }
        } catch {
            fault = NotifyError("it is not JSON: \(error.reason)")
            fault.line = JSONLine.number(atByte: error.offset, of: bytes)
        }
        throw fault
    }
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
    private let inboxes: [Mailbox<OutboxThread.Signal>]
    private let threads: [LoopThread]
    private let signal: OutboxSignal
    private let listeners: [Int]

    /// Starts the threads. The store must be prepared; `signal` wakes them. Contacts who are
    /// technicians have access to all tickets if `techniciansReachAll`.
    package init(
        _ settings: NotifySettings, _ outbox: OutboxSettings, techniciansReachAll: Bool,
        signal: OutboxSignal, opener: any TicketStoreOpener, log: Log
    ) throws {
        var makers: [@Sendable (any OutboxStore) -> any DeliveryTransport] = []
        for webhook in settings.webhooks {
            makers.append { _ in WebhookTransport(webhook) }
        }
        if let mail = settings.mail {
            makers.append { store in
                MailTransport(
                    mail, store: store, leaseSeconds: outbox.leaseSeconds,
                    techniciansReachAll: techniciansReachAll)
            }
        }
        var inboxes: [Mailbox<OutboxThread.Signal>] = []
        var threads: [LoopThread] = []
        var listeners: [Int] = []
        for (index, make) in makers.enumerated() {
            let inbox = try Mailbox<OutboxThread.Signal>()
            listeners.append(signal.listen { inbox.post(.ring) })
            let metrics = signal.metrics
            inboxes.append(inbox)
            threads.append(
                try LoopThread.start(name: "outbox-\(index)") {
                    Self.run(inbox, opener, make, outbox, metrics, log)
                })
        }
        self.inboxes = inboxes
        self.threads = threads
        self.listeners = listeners
        self.signal = signal
    }

    private static func run(
        _ inbox: Mailbox<OutboxThread.Signal>, _ opener: any TicketStoreOpener,
        _ make: @Sendable (any OutboxStore) -> any DeliveryTransport, _ settings: OutboxSettings,
        _ metrics: OutboxMetrics, _ log: Log
    ) {
        while true {
            do throws(StoreError) {
                let store = try opener.openOutbox()
                return OutboxThread(inbox, store, make(store), settings, metrics, log).run()
            } catch {
                log.error("outbox_failed", [("reason", error.description)])
            }
            inbox.wait(timeoutMilliseconds: 2000)
            if inbox.drain().contains(.stop) { return }
        }
    }

    /// Starts no further deliveries; waiting entries stay in the outbox.
    package func beginStop() {
        for listener in listeners { signal.ignore(listener) }
        for inbox in inboxes { inbox.post(.stop) }
    }

    package func join() {
        for thread in threads { thread.join() }
    }
}
