// A worker's work of each second: time limits of its sessions, limits of memory, and measurements.

import Observability
import Reactor

/// Confined to the worker's thread.
final class Sweeper {
    private static let slowTurnMs = 250

    private unowned let worker: Worker
    /// The most connections accepted in one second.
    private(set) var acceptPeak = 0
    private var acceptedThisSecond = 0
    /// Bytes of closed connections.
    private var closedReceivedBytes = 0
    private var closedSentBytes = 0

    init(_ worker: Worker) { self.worker = worker }

    func noteAccepted() { acceptedThisSecond += 1 }

    func noteClosed(_ connection: Connection) {
        closedReceivedBytes += connection.bytesReceived
        closedSentBytes += connection.bytesSent
    }

    func sweepEverySecond() {
        _ = worker.loop.schedule(afterMilliseconds: 1000) { [unowned self] in
            sweep()
            sweepEverySecond()
        }
    }

    private func sweep() {
        sweepSessions(now: worker.loop.now)
        worker.admission.dropAnswered()
        worker.rooms.sweep()
        acceptPeak = max(acceptPeak, acceptedThisSecond)
        acceptedThisSecond = 0
        // One worker measures the process for all.
        if worker.index == 0 { worker.context.limits.memory.measure(worker.context.log) }
        QueueShedding(worker: worker).shed(queuedBytes: worker.metrics.queuedBytes)
        noteOverloads()
        noteLag()
        worker.postMetrics()
    }

    private func sweepSessions(now: Int64) {
        let slowReaders = SlowReaderPolicy(worker.context.settings)
        var queued = 0
        var webSockets = 0
        var (received, sent) = (closedReceivedBytes, closedSentBytes)
        for session in worker.sessions.values {
            if let connection = session.connection, slowReaders.covers(connection, now: now) {
                session.endSlowReader()
            } else {
                session.sweep(now: now)
            }
            queued += session.connection?.queuedBytes ?? 0
            received += session.connection?.bytesReceived ?? 0
            sent += session.connection?.bytesSent ?? 0
            if session is WebSocketSession { webSockets += 1 }
        }
        worker.metrics.queuedBytes = queued
        worker.metrics.webSockets = webSockets
        (worker.metrics.receivedBytes, worker.metrics.sentBytes) = (received, sent)
    }

    /// Connections refused since the process had no descriptor left; at most one line a second.
    private func noteOverloads() {
        let overloads = worker.overloads
        let turnedAway = overloads - worker.metrics.acceptOverloads
        if turnedAway > 0 {
            worker.context.log.warn("accept_overload", [("turned_away", "\(turnedAway)")])
        }
        worker.metrics.acceptOverloads = overloads
    }

    /// Read only once a second: reading resets the measurement.
    private func noteLag() {
        let lagMs = Int(worker.loop.lag)
        worker.metrics.loopLagMs = lagMs
        worker.context.metrics.workers.loopLag.observe(lagMs * 1000)
        if lagMs > Self.slowTurnMs {
            worker.context.log.warn(
                "slow_turn", [("ms", "\(lagMs)"), ("worker", "\(worker.index)")])
        }
    }
}
