// When a failed delivery (webhook or e-mail) is tried again.

/// Times of retries after a failed delivery.
package struct RetrySchedule: Sendable, Hashable {
    /// Seconds after the first failure, after the second …; after the last the entry is a dead
    /// letter.
    package let waits: [Int]

    /// Eleven tries in about 28 hours.
    package init(waits: [Int] = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200]) {
        self.waits = waits
    }

    package var attemptsMax: Int { waits.count + 1 }

    /// Milliseconds to wait after `attempts` failures; nil: that was the last try. `jitter`, from
    /// -1 to 1, moves the wait by up to a fifth, so that entries that failed together do not return
    /// together.
    package func wait(afterAttempts attempts: Int, jitter: Double) -> Int64? {
        guard attempts >= 1, attempts <= waits.count else { return nil }
        let milliseconds = Double(waits[attempts - 1]) * 1000
        return Int64(milliseconds * (1 + min(max(jitter, -1), 1) / 5))
    }

    /// The outcome of a failed entry: another try, or a dead letter.
    package func outcome(
        afterAttempts attempts: Int, reason: String, now: Timestamp,
        jitter: Double = .random(in: -1...1)
    ) -> OutboxOutcome {
        guard let wait = wait(afterAttempts: attempts, jitter: jitter) else {
            return .dead(reason: reason)
        }
        return .retry(at: now.advanced(byMilliseconds: wait), reason: reason)
    }
}
