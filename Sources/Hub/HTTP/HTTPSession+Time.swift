// Time limits of connections and requests.

import Observability
import Reactor
import Wire

extension HTTPSession {
    func sweep(now: Int64) {
        guard let connection, connection.queuedBytes == 0, times.heldSince == nil else { return }
        let settings = worker.context.settings
        switch state {
        case .answering, .finished: return
        case _ where refusal != nil:
            guard let refusal, now - times.quietSince >= Self.firstByteMs else { return }
            refuseForLoad(refusal)
        case .discarding:
            if times.isBodyTooSlow(at: now, by: settings, isDropped: true) || hasStalled(now) {
                end()
            }
        case .receiving, .uploading:
            if times.isBodyTooSlow(at: now, by: settings, isDropped: false) || hasStalled(now) {
                refuseAsTooSlow()
            }
        case .waiting:
            if times.isHeadTooSlow(at: now, by: settings) {
                refuseAsTooSlow()
            } else if times.isSilent(at: now, by: settings) {
                end()
            }
        }
    }

    /// How long a refused connection may ask whether the hub is alive.
    private static let firstByteMs: Int64 = 1000

    private func refuseAsTooSlow() {
        worker.refusals.count("http_408")
        write(
            .problem(status: 408, "The request took too long to arrive."), to: incoming,
            keepAlive: false)
    }

    /// A body that came fast at first must not stall on the time it has earned.
    private func hasStalled(_ now: Int64) -> Bool {
        guard let connection else { return false }
        return now - connection.lastReceived
            > Int64(worker.context.settings.keepAliveSeconds) * 1000
    }
}
