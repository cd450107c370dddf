// Token bucket: a rate with a burst.

/// Counts in shares of a token, as many as the period has milliseconds, so that nothing is rounded.
struct TokenBucket {
    /// Shares that come back per millisecond. 0: no limit.
    private let perMillisecond: Int64
    /// Shares per token.
    private let token: Int64
    private let capacity: Int64
    private var shares: Int64
    private var filledAt: Int64

    /// Full at `now`, in monotonic milliseconds. `count` per `period`, up to a million each; 0: no
    /// limit.
    init(count: Int, perMilliseconds period: Int64, burst: Int, now: Int64) {
        perMillisecond = Int64(count)
        token = max(1, period)
        capacity = Int64(max(1, burst)) * token
        shares = capacity
        filledAt = now
    }

    /// nil: `cost` was taken. Otherwise the milliseconds until the next try can succeed.
    ///
    /// One token is enough to begin. A higher cost leaves a debt that delays later calls.
    mutating func take(_ cost: Int = 1, now: Int64) -> Int64? {
        guard perMillisecond > 0 else { return nil }
        fill(now: now)
        guard shares >= token else {
            return (token - shares + perMillisecond - 1) / perMillisecond
        }
        shares -= Int64(cost) * token
        return nil
    }

    /// The bucket can be dropped without loss.
    mutating func isFull(now: Int64) -> Bool {
        fill(now: now)
        return perMillisecond == 0 || shares >= capacity
    }

    private mutating func fill(now: Int64) {
        guard perMillisecond > 0 else { return }
        // A clock that stands still gives nothing; a long pause at most fills the bucket.
        let elapsed = min(max(0, now - filledAt), (capacity - shares) / perMillisecond + 1)
        shares = min(capacity, shares + elapsed * perMillisecond)
        filledAt = now
    }
}
