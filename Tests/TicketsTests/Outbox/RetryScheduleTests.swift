// When failed deliveries are tried again.

import TestSupport
import Testing
import Tickets

@Suite struct RetryScheduleTests {
    @Test func `waits grow, vary by a fifth and end`() {
        let schedule = RetrySchedule(waits: [10, 100])
        #expect(schedule.attemptsMax == 3)
        #expect(schedule.wait(afterAttempts: 1, jitter: 0) == 10_000)
        #expect(schedule.wait(afterAttempts: 2, jitter: 1) == 120_000)
        #expect(schedule.wait(afterAttempts: 2, jitter: -7) == 80_000)
        for attempts in [0, 3, .max] {
            #expect(schedule.wait(afterAttempts: attempts, jitter: 0) == nil)
        }
        #expect(
            schedule.outcome(afterAttempts: 3, reason: "no", now: .start) == .dead(reason: "no"))
    }
}
