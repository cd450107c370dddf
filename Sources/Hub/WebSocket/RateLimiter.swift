// A token bucket per connection, and the patience that ends in close code 1008.

struct RateLimiter {
    enum Verdict: Equatable {
        case admitted
        /// Seconds until there is room for one more.
        case refused(retryAfter: Int)
        /// Refusals went on for ten seconds at more than the burst.
        case ignored
    }

    static let patienceMs: Int64 = 10_000

    private let perSecond: Int
    private let burst: Int
    private var tokens: Double
    private var filledAt: Int64
    private var refusedSince: Int64?
    private var refusals = 0

    /// `perSecond` 0: no limit.
    init(perSecond: Int, burst: Int, now: Int64) {
        self.perSecond = perSecond
        self.burst = max(1, burst)
        tokens = Double(max(1, burst))
        filledAt = now
    }

    /// `now`: monotonic milliseconds.
    mutating func admit(now: Int64) -> Verdict {
        guard perSecond > 0 else { return .admitted }
        tokens = min(
            Double(burst), tokens + Double(max(0, now - filledAt)) * Double(perSecond) / 1000)
        filledAt = now
        if tokens >= 1 {
            tokens -= 1
            // A whole bucket again: the peer has understood.
            if tokens >= Double(burst) - 1 { refusedSince = nil }
            return .admitted
        }
        if let since = refusedSince {
            refusals += 1
            if now - since >= Self.patienceMs, refusals > burst { return .ignored }
        } else {
            refusedSince = now
            refusals = 1
        }
        return .refused(retryAfter: max(1, 1 / perSecond))
    }
}
