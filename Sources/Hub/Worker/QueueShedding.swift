// What waits for slow readers is bounded for each of them, and here for all of them together.

import Reactor

extension Worker {
    /// What may wait in the queues of this worker.
    var queueShareBytes: Int { context.settings.outboundTotalBytes / context.workers.count }

    /// False when so much has come to wait since the queues were last counted that events must
    /// become `behind`: a fast room and many members fill all memory within the second otherwise.
    func takeFromQueueBudget(_ bytes: Int) -> Bool {
        queueBudget -= bytes
        return queueBudget >= 0
    }

    /// A reader that has taken nothing for so long may be let go of.
    private static var stalledMs: Int64 { 1000 }

    /// Over the bound, or when memory is short, those who read nothing are hung up on, the longest queue first: they come
    /// back and fetch what they missed, where the process would be killed and all would have to.
    func shedQueues(of sessions: some Collection<any WorkerSession>, queuedBytes: Int) {
        let share = queueShareBytes
        queueBudget = context.memory.isShort ? 0 : max(0, share - queuedBytes)
        var excess = max(queuedBytes - share, context.memory.excessBytes / context.workers.count)
        guard excess > 0, queuedBytes > 0 else { return }
        let stalled = sessions.compactMap { session -> (session: any WorkerSession, bytes: Int)? in
            guard let connection = session.connection, connection.queuedBytes > 0,
                loop.now - connection.lastWriteProgress >= Self.stalledMs
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
        metrics.shed += count
        context.log.warn(
            "queues_shed", [("connections", "\(count)"), ("queued_bytes", "\(queuedBytes)")])
    }
}

extension WorkerSession {
    /// Hang up on a peer that reads nothing.
    func shed() { connection?.closeNow() }
}
