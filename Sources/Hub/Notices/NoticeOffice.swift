// The doors of the outbox: where the hub's threads post to it, and who wakes when something is in it.

import Reactor
import Synchronization
import Tickets

/// What reaches the notice thread.
enum NoticeMessage: Sendable {
    /// Something may be in the outbox.
    case ring
    /// A person's newest token says so.
    case contact(Contact)
    case markRead(ReadNotices, of: String, ReplyAddress)
    /// A person has read a ticket up to there, and is not told of it any more.
    case read(ReadMark, ReplyAddress?)
    /// Nothing about this person is written any more, until they may come again.
    case forget(String)
    case mayComeAgain(String)
    case stop
}

/// Shared by every thread of a hub.
package final class NoticeOffice: Sendable {
    let inbox: Mailbox<NoticeMessage>
    package let metrics = OutboxMetrics()
    private let listeners = Mutex<[@Sendable () -> Void]>([])

    init() throws(SystemError) {
        let inbox = try Mailbox<NoticeMessage>()
        self.inbox = inbox
        listen { inbox.post(.ring) }
    }

    /// `wake` runs on whatever thread rings, and must not block.
    package func listen(_ wake: @escaping @Sendable () -> Void) {
        listeners.withLock { $0.append(wake) }
    }

    /// After entries have become durable.
    func ring() {
        for wake in listeners.withLock({ $0 }) { wake() }
    }
}
