// Hourly limit of e-mails per address. Above it notifications appear only in the person's list.

import Text

struct MailBudget {
    private let perHour: Int
    private var buckets: [ExactText: TokenBucket] = [:]
    private var sweepAt = Self.fewest

    private static let fewest = 4096

    /// 0: no limit.
    init(perHour: Int) { self.perHour = perHour }

    /// Whether one more e-mail may go to the address. `now`: monotonic milliseconds.
    mutating func admits(_ address: String, now: Int64) -> Bool {
        guard perHour > 0 else { return true }
        if buckets.count >= sweepAt {
            buckets = buckets.filter { entry in
                var bucket = entry.value
                return !bucket.isFull(now: now)
            }
            sweepAt = max(Self.fewest, 2 * buckets.count)
        }
        let key = ExactText(address)
        var bucket =
            buckets[key]
            ?? TokenBucket(
                count: perHour, perMilliseconds: 3_600_000, burst: perHour, now: now)
        let isAdmitted = bucket.take(now: now) == nil
        buckets[key] = bucket
        return isAdmitted
    }
}
