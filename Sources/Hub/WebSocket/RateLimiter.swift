// A token bucket per connection, and the patience that ends in close code 1008.

struct RateLimiter {
    enum Verdict: Equatable {
        case admitted
        /// Seconds until there is room for one more.
        case refused(retryAfter: Int)
        /// More refusals than the burst in ten seconds: the peer does not listen.
        case ignored
    }

    static let patienceMs: Int64 = 10_000

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
        if now - windowStart >= Self.patienceMs {
            // Refusals of long ago are no sign of a peer that does not listen now.
            if refusals > burst, now - windowStart < 2 * Self.patienceMs { return .ignored }
            windowStart = now
            refusals = 1
        }
        return .refused(retryAfter: max(1, 1 / perSecond))
    }
}
