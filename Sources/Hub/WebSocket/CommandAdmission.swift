// Rate limits of a session: refuses frames over the limit, and closes a peer that ignores refusals.

import Observability
import Protocol
import Reactor
import Text
import Tickets
import Wire

/// The rate of one connection's commands.
struct CommandRate {
    var limiter: RateLimiter
    /// Whether the newest command exceeded the rate: a burst makes one log line.
    var isExceeded = false

    init(_ settings: HubSettings, now: Int64) {
        limiter = RateLimiter(
            perSecond: settings.commandsPerSecond, burst: settings.commandBurst, now: now)
    }
}

extension WebSocketSession {
    /// Whether one more command is allowed; otherwise the peer gets a refusal.
    func admitCommand(re: Tree?) -> Bool {
        switch commandRate.limiter.admit(now: worker.loop.now) {
        case .admitted: return chargeCommand(re: re)
        case .ignored: close(.policyViolation, "rate limit ignored")
        case .refused(let retryAfter):
            noteRate()
            var rejection = TicketRejection(
                .rateLimited,
                "At most \(settings.commandsPerSecond) commands a second; slow down.")
            rejection.retryAfter = retryAfter
            refuse(rejection, re: re)
        }
        return false
    }

    /// The same limit for all connections of the person together.
    private func chargeCommand(re: Tree?) -> Bool {
        do throws(TicketRejection) {
            try account.charge(.commands, now: worker.loop.now)
            commandRate.isExceeded = false
            return true
        } catch {
            noteRate()
            refuse(error, re: re)
            return false
        }
    }

    private func noteRate() {
        guard !commandRate.isExceeded else { return }
        commandRate.isExceeded = true
        worker.context.log.warn(
            "rate_limited", [("user", caller.person.id.string), ("ip", peerAddress)])
    }

    func admitControl() {
        guard !controlFrames.admit(now: worker.loop.now) else { return }
        worker.refusals.count("control_frames")
        close(
            .policyViolation,
            "at most \(settings.controlFramesPerSecond) control frames a second are taken")
    }
}
