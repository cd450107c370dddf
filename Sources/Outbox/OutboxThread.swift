// Runs the loop of one target on a thread of its own: a target that is down delays no other.

import Glibc
package import Observability
package import Reactor
import Text
package import Tickets

package final class OutboxThread {
    package enum Signal: Sendable { case ring, stop }

    private let inbox: Mailbox<Signal>
    private let loop: OutboxLoop
    private let target: OutboxTarget
    private let log: Log
    private var isStopping = false

    private static let pollMilliseconds = 1000
    private static let failureMicroseconds: UInt32 = 500_000

    package init(
        _ inbox: Mailbox<Signal>, _ store: any OutboxStore, _ transport: any DeliveryTransport,
        _ settings: OutboxSettings, _ metrics: OutboxMetrics, _ log: Log
    ) {
        self.inbox = inbox
        self.log = log
        target = transport.target
        loop = OutboxLoop(
            store, transport, leaseSeconds: settings.leaseSeconds, retries: settings.retries,
            metrics, log)
    }

    /// Returns after `stop`.
    package func run() {
        var isBusy = false
        while !isStopping {
            inbox.wait(timeoutMilliseconds: isBusy ? 0 : Self.pollMilliseconds)
            guard !receivesStop() else { return }
            do throws(StoreError) {
                isBusy = try loop.deliverDue(isStopping: receivesStop)
            } catch {
                isBusy = false
                log.error(
                    "outbox_failed",
                    [("target", target.name.string), ("reason", error.description)])
                usleep(Self.failureMicroseconds)
            }
        }
    }

    private func receivesStop() -> Bool {
        for signal in inbox.drain() where signal == .stop { isStopping = true }
        return isStopping
    }
}
