// When a peer counts as a slow reader: the same for all kinds of session (docs/architecture.md,
// “Slow readers”).

import Reactor

/// A peer that takes nothing of what is queued for it, for `settings.slowReaderSeconds`, loses its
/// connection. `QueueShedding` bounds the queues of all of them together.
struct SlowReaderPolicy {
    private let limitMs: Int64

    init(_ settings: HubSettings) { limitMs = Int64(settings.slowReaderSeconds) * 1000 }

    func covers(_ connection: Connection, now: Int64) -> Bool {
        connection.queuedBytes > 0 && now - connection.lastWriteProgress > limitMs
    }
}

extension WorkerSession {
    func endSlowReader() { connection?.closeNow() }
}
