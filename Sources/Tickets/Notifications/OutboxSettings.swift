// Operator settings for the outbox.

package struct OutboxSettings: Sendable {
    package var plan = OutboxPlan()
    /// Entries for e-mails are made.
    package var sendsMail = false
    /// Of a ticket's follow-ups within so many seconds those who only watch it are told once, as
    /// long as they have not read that.
    package var burstSeconds = 600
    /// E-mails to one address; 0: no limit.
    package var mailsPerHour = 60
    /// For how long whoever has taken an entry may deliver it.
    package var leaseSeconds = 30
    package var retries = RetrySchedule()

    package init() {}
}

/// When a delivery that failed is tried again.
package struct RetrySchedule: Sendable, Hashable {
    /// Seconds after the first failure, after the second …; after the last the entry is dead.
    package let waits: [Int]

    /// Eleven tries in about 28 hours.
    package init(waits: [Int] = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200]) {
        self.waits = waits
    }

    package var attemptsMax: Int { waits.count + 1 }

    /// Milliseconds to wait after `attempts` failures; nil: that was the last try. `jitter`, from
    /// -1 to 1, moves it by up to a fifth, so that what failed together does not come back together.
    package func wait(afterAttempts attempts: Int, jitter: Double) -> Int64? {
        guard attempts >= 1, attempts <= waits.count else { return nil }
        let milliseconds = Double(waits[attempts - 1]) * 1000
        return Int64(milliseconds * (1 + min(max(jitter, -1), 1) / 5))
    }

    /// What becomes of an entry that failed: another try, or the dead letters.
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
