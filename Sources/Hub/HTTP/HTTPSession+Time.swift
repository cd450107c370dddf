// Time limits of connections and requests.

import Observability
import Reactor
import Wire

extension HTTPSession {
    func sweep(now: Int64) {
        guard let connection else { return }
        if connection.queuedBytes > 0 {
            let limitMs = Int64(worker.context.settings.slowReaderSeconds) * 1000
            if now - connection.lastWriteProgress > limitMs { connection.closeNow() }
        } else if isFinished || heldSince != nil || exchange != nil {
            return
        } else if let refusal {
            if now - quietSince >= Self.newcomerMs { refuseForLoad(refusal) }
        } else if discarding != nil {
            if isTooSlow(now: now) || hasStalled(now: now) { end() }
        } else if isTooSlow(now: now) || incoming != nil && hasStalled(now: now) {
            refuseAsTooSlow()
        } else if isSilent(now: now) {
            end()
        }
    }

    /// How long a refused connection may ask whether the hub is alive.
    static let newcomerMs: Int64 = 1000

    private func refuseAsTooSlow() {
        worker.metrics.refusals["http_408", default: 0] += 1
        write(
            .problem(status: 408, "The request took too long to arrive."), to: incoming,
            keepAlive: false)
    }

    /// Between requests there is nothing to answer. A request in progress has other limits.
    private func isSilent(now: Int64) -> Bool {
        let settings = worker.context.settings
        guard incoming == nil else { return false }
        if !hasAsked, requestSince == nil, settings.headSeconds > 0,
            now - quietSince > Int64(settings.headSeconds) * 1000
        {
            return true
        }
        return now - quietSince > Int64(settings.keepAliveSeconds) * 1000
    }

    /// A head has a fixed time, however slowly it comes. A body has that time and a second for
    /// every KiB; a body that is dropped gets at most a minute more.
    private func isTooSlow(now: Int64) -> Bool {
        let limitMs = Int64(worker.context.settings.headSeconds) * 1000
        guard limitMs > 0, let since = requestSince else { return false }
        guard incoming != nil, let bodySince else { return now - since > limitMs }
        let mostMs =
            discarding == nil ? Int64(UploadSettings.uploadSecondsMax) * 1000 : Self.discardMs
        return now - bodySince > limitMs + min(mostMs, Int64(bodyBytes))
    }

    private static let discardMs: Int64 = 60_000

    /// A body that came fast at first must not stall on the time it has earned.
    private func hasStalled(now: Int64) -> Bool {
        guard let connection else { return false }
        return now - connection.lastReceived
            > Int64(worker.context.settings.keepAliveSeconds) * 1000
    }
}
