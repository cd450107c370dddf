// The doors of the outbox: where the hub's threads post to it, and who wakes when something is in it.

import Observability
import Reactor
import Synchronization
import Text
import Tickets

/// What reaches the notification thread.
enum NotificationMessage: Sendable {
    /// Something may be in the outbox.
    case ring
    /// A person's newest token says so.
    case contact(Contact)
    case markRead(ReadNotifications, of: ExactText, ReplyAddress)
    /// A person has read a ticket up to there, and is not told of it any more.
    case read(ReadMark, ReplyAddress?)
    /// Settings that were read again.
    indirect case reload(OutboxSettings)
    /// Nothing about this person is written any more, until they may come again.
    case forget(ExactText)
    case mayComeAgain(ExactText)
    case stop
}

/// Shared by every thread of a hub.
package final class OutboxSignal: Sendable {
    let inbox: Mailbox<NotificationMessage>
    package let metrics = OutboxMetrics()
    private let listeners = Mutex<[Int: @Sendable () -> Void]>([:])
    private let nextListener = Counter()

    init() throws(SystemError) {
        let inbox = try Mailbox<NotificationMessage>()
        self.inbox = inbox
        _ = listen { inbox.post(.ring) }
    }

    /// `wake` runs on whatever thread rings, and must not block. Returns what `ignore` takes.
    package func listen(_ wake: @escaping @Sendable () -> Void) -> Int {
        listeners.withLock { listeners in
            nextListener.add(1)
            let listener = nextListener.current
            listeners[listener] = wake
            return listener
        }
    }

    /// The listener is not woken any more.
    package func ignore(_ listener: Int) {
        listeners.withLock { $0[listener] = nil }
    }

    /// After entries have become durable.
    func ring() {
        for wake in listeners.withLock({ Array($0.values) }) { wake() }
    }
}
