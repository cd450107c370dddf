// Passes work between threads: any thread posts values, the owner's thread takes them. The
// few other values that threads share are listed in docs/architecture.md.
//
// ThreadSanitizer does not see the lock of the standard library's Mutex on Linux: it reports the
// array inside as a race, here as in the smallest program that has one.

import CLinux
import Glibc
import Synchronization

/// A queue with many writers and one reader, drained whole.
///
/// Messages of one thread keep their order. The reader is either an `EventLoop`, through
/// `attach`, or a plain thread that alternates `wait` and `drain`.
package final class Mailbox<Message: Sendable>: Sendable {
    /// An eventfd whose counter rises once per burst: readable means "drain me".
    package let wakeup: Descriptor
    private let pending = Mutex<[Message]>([])

    package init() throws(SystemError) {
        wakeup = Descriptor(adopting: eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)))
        guard wakeup.rawValue >= 0 else { throw SystemError(lastOf: "eventfd") }
    }

    package func post(_ message: Message) {
        let isFirst = pending.withLock { queue in
            queue.append(message)
            return queue.count == 1
        }
        if isFirst { wake() }
    }

    /// Takes everything posted so far, oldest first.
    package func drain() -> [Message] {
        var batch: [Message] = []
        drain(into: &batch)
        return batch
    }

    /// Like `drain()`, but replaces the contents of `batch` and leaves its storage for the next
    /// burst.
    package func drain(into batch: inout [Message]) {
        batch.removeAll(keepingCapacity: batch.capacity <= Self.keptCapacity)
        pending.withLock { queue in swap(&queue, &batch) }
    }

    /// Number of waiting messages; for metrics, outdated as soon as it is read.
    package var pendingCount: Int { pending.withLock { queue in queue.count } }

    /// Sleeps until a message is posted or the time is up; nil means no limit.
    ///
    /// Only for a reader without an event loop. May return early without a message.
    package func wait(timeoutMilliseconds: Int? = nil) {
        var request = pollfd(fd: wakeup.rawValue, events: Int16(POLLIN), revents: 0)
        let timeout = timeoutMilliseconds.map { Int32(clamping: max(0, $0)) } ?? -1
        guard unsafe poll(&request, 1, timeout) > 0 else { return }
        // The counter goes to zero before the following drain, never after it: a post in between
        // raises it again, and costs at most one idle round.
        var counter: UInt64 = 0
        _ = unsafe eventfd_read(wakeup.rawValue, &counter)
    }

    /// Storage above this many messages is freed after a burst.
    private static var keptCapacity: Int { 4096 }

    private func wake() {
        // Cannot fail: the counter overflows after 2^64 bursts without a reader.
        _ = eventfd_write(wakeup.rawValue, 1)
    }
}
