// Tells the threads of the outbox that there are new entries.

import Observability
import Synchronization

/// Shared by the threads that write entries and those that deliver them.
package final class OutboxSignal: Sendable {
    package let metrics = OutboxMetrics()
    private let listeners = Mutex<[Int: @Sendable () -> Void]>([:])
    private let nextListener = Counter()

    package init() {}

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
    package func ring() {
        for wake in listeners.withLock({ Array($0.values) }) { wake() }
    }
}
