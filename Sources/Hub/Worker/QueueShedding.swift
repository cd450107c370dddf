// Bounds all outbound queues of slow readers together; each also has a bound of its own.

import Observability
import Reactor

struct QueueShedding {
    /// A reader that has taken nothing for this long may be closed.
    private static let stalledMs: Int64 = 1000

    let worker: Worker

    /// Above the bound, or when memory is short, closes readers that read nothing, longest queue
    /// first. They reconnect and fetch what they missed; otherwise the kernel would kill the
    /// process, and all would reconnect.
    func shed(queuedBytes: Int) {
        let (context, share) = (worker.context, worker.queueShareBytes)
        // Incomplete messages are dropped before queued data.
        let shortage = context.limits.memory.excessBytes / context.workers.count
        var excess = max(
            queuedBytes - share, shortage - worker.unfinishedInputs.shed(forExcess: shortage))
        guard excess > 0, queuedBytes > 0 else { return }
        let stalled = worker.sessions.values.compactMap {
            session -> (session: any WorkerSession, bytes: Int)? in
            guard let connection = session.connection, connection.queuedBytes > 0,
                worker.loop.now - connection.lastWriteProgress >= Self.stalledMs
            else { return nil }
            return (session, connection.queuedBytes)
        }
        var count = 0
        for (session, bytes) in stalled.sorted(by: { $0.bytes > $1.bytes }) where excess > 0 {
            session.shed()
            excess -= bytes
            count += 1
        }
        guard count > 0 || queuedBytes > share else { return }
        worker.metrics.shed += count
        context.log.warn(
            "queues_shed", [("connections", "\(count)"), ("queued_bytes", "\(queuedBytes)")])
    }
}

extension WorkerSession {
    /// Closes a peer that reads nothing.
    func shed() { connection?.closeNow() }
}
