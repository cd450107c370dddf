// Signals between the hub's threads and the outbox: who posts to it, and which threads wake.

import Observability
import Reactor
import Synchronization
import Text
import Tickets

/// Messages to the notification thread.
enum NotificationMessage: Sendable {
    /// Something may be in the outbox.
    case ring
    /// A person's contact from their newest token.
    case contact(Contact)
    case markRead(ReadNotifications, of: ExactText, ReplyAddress)
    /// A person has read a ticket up to this mark: its notifications become read.
    case read(ReadMark, ReplyAddress?)
    /// Settings were reloaded.
    indirect case reload(OutboxSettings)
    /// Nothing about this person is written until the erasure is done.
    case forget(ExactText)
    case mayComeAgain(ExactText)
    case stop
}

/// Shared by all threads of a hub.
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

    /// `wake` runs on the thread that rings, and must not block. Returns the argument of `ignore`.
    package func listen(_ wake: @escaping @Sendable () -> Void) -> Int {
        listeners.withLock { listeners in
            nextListener.add(1)
            let listener = nextListener.current
            listeners[listener] = wake
            return listener
        }
    }

    /// Removes the listener.
    package func ignore(_ listener: Int) {
        listeners.withLock { $0[listener] = nil }
    }

    /// Call it after entries have become durable.
    func ring() {
        for wake in listeners.withLock({ Array($0.values) }) { wake() }
    }
}
