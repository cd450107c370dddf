// What waits for slow readers is bounded for each of them, and here for all of them together.

import Observability
import Reactor

extension Worker {
    /// False when so much waits that events must become `behind`: within the second between two
    /// sweeps, or even within a turn, a fast room and many members could fill all memory.
    var hasRoomInQueues: Bool { loop.queuedBytes < queueShareBytes }

    /// A reader that has taken nothing for so long may be let go of.
    private static var stalledMs: Int64 { 1000 }

    /// Over the bound, or when memory is short, those who read nothing are hung up on, the longest queue first: they come
    /// back and fetch what they missed, where the process would be killed and all would have to.
    func shedQueues(of sessions: some Collection<any WorkerSession>, queuedBytes: Int) {
        let share = queueShareBytes
        // Half of a message serves nobody: it goes before what readers wait for.
        let shortage = context.memory.excessBytes / context.workers.count
        var excess = max(queuedBytes - share, shortage - shedInput(forExcess: shortage))
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
