// The end of a worker: clients are asked to reconnect, accepted commands are finished, then the loop
// stops.

import Reactor

/// Confined to the worker's thread.
final class WorkerDrain {
    /// Connections a second that a hub takes at least, when the clients come back.
    private static let capacityMin = 500
    private static let spreadMsMax = 20_000
    /// Peers that do not answer the goodbye get this much of the remaining time.
    private static let goodbyeMs: Int64 = 2000
    private static let pollMs = 20

    private unowned let worker: Worker
    private(set) var hasBegun = false
    private var hasSaidGoodbye = false
    /// Monotonic milliseconds.
    private var deadline: Int64 = 0

    init(_ worker: Worker) { self.worker = worker }

    /// Tells all clients when to reconnect, spread by this worker's highest accept rate.
    func begin(acceptPeak: Int) {
        guard !hasBegun else { return }
        hasBegun = true
        let sessions = worker.sessions.values
        let capacity = max(acceptPeak, Self.capacityMin)
        let spreadMs = min(Self.spreadMsMax, max(1000, sessions.count * 1000 / capacity))
        for session in sessions {
            session.announceDrain(reconnectInMs: Int.random(in: 0...spreadMs))
        }
        deadline = worker.loop.now + Int64(worker.context.settings.drainSeconds) * 1000
        proceed()
    }

    /// Waits for accepted commands, says goodbye, waits for the last bytes, ends.
    private func proceed() {
        let now = worker.loop.now
        if hasSaidGoodbye {
            if worker.sessions.isEmpty || now >= deadline { return worker.loop.stop() }
        } else if !worker.requests.replies.isAwaitingJournal || now >= deadline {
            for session in worker.sessions.values { session.sayGoodbye() }
            hasSaidGoodbye = true
            deadline = min(deadline, now + Self.goodbyeMs)
        }
        _ = worker.loop.schedule(afterMilliseconds: Self.pollMs) { [unowned self] in proceed() }
    }
}
