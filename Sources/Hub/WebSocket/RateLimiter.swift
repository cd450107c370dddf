// A token bucket per connection, and the limit of refusals that leads to close code 1008.

struct RateLimiter {
    enum Verdict: Equatable {
        case admitted
        /// Seconds until the next command is allowed.
        case refused(retryAfter: Int)
        /// More refusals than the burst within ten seconds: the peer ignores refusals.
        case ignored
    }

    static let refusalWindowMs: Int64 = 10_000

    private let perSecond: Int
    private let burst: Int
    private var tokens: Double
    private var filledAt: Int64
    private var windowStart: Int64
    private var refusals = 0

    /// `perSecond` 0: no limit.
    init(perSecond: Int, burst: Int, now: Int64) {
        self.perSecond = perSecond
        self.burst = max(1, burst)
        tokens = Double(max(1, burst))
        filledAt = now
        windowStart = now
    }

    /// `now`: monotonic milliseconds.
    mutating func admit(now: Int64) -> Verdict {
        guard perSecond > 0 else { return .admitted }
        tokens = min(
            Double(burst), tokens + Double(max(0, now - filledAt)) * Double(perSecond) / 1000)
        filledAt = now
        if tokens >= 1 {
            tokens -= 1
            return .admitted
        }
        refusals += 1
        if now - windowStart >= Self.refusalWindowMs {
            // Old refusals do not show that the peer ignores them now.
            if refusals > burst, now - windowStart < 2 * Self.refusalWindowMs { return .ignored }
            windowStart = now
            refusals = 1
        }
        return .refused(retryAfter: max(1, 1 / perSecond))
    }
}
