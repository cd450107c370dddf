// Computes the times of a target: the deadline of a clock, its warnings, and the effect of pauses.

package struct SLASchedule: Hashable, Sendable {
    package let deadline: Timestamp
    package let warnings: SLAWarnings

    /// - Parameters:
    ///   - minutes: of working time; fractions count, to the millisecond.
    ///   - pausedMs: working time since `start` during which the clock was paused.
    package init(
        minutes: Double, from start: Timestamp, _ calendar: WorkCalendar, pausedMs: Int64 = 0
    ) {
        let targetMs = Self.milliseconds(minutes: minutes)
        func moment(ofPercent percent: Int64) -> Timestamp {
            let worked = targetMs - targetMs / 100 * (100 - percent)
            return calendar.moment(after: worked + pausedMs, from: start)
        }
        deadline = moment(ofPercent: 100)
        warnings = SLAWarnings(early: moment(ofPercent: 75), late: moment(ofPercent: 90))
    }

    /// Rounded, because 2.3 hours are exactly 138 minutes. Targets are limited where they are set.
    static func milliseconds(minutes: Double) -> Int64 {
        Int64((min(max(minutes, 0), 1e9) * 60_000).rounded())
    }
}

extension SLAWarnings? {
    /// The highest warning reached at `now`, at most `given`: 0, 75 or 90.
    func passedPercent(at now: Timestamp, noMoreThan given: Int) -> Int {
        guard let self else { return 0 }
        if given >= 90, self.late <= now { return 90 }
        return given >= 75 && self.early <= now ? 75 : 0
    }
}

extension ServiceLevel {
    /// Limit of pauses kept one by one; older ones become a sum.
    static let pausesMax = 32

    mutating func bank(_ pause: SLAPause, _ calendar: WorkCalendar) {
        // A clock set back during the pause counts as no time.
        pausedMs += pause.to.elapsed(since: pause.from)
        guard pause.from < pause.to else { return }
        pauses.append(pause)
        guard pauses.count > Self.pausesMax else { return }
        let oldest = pauses.removeFirst()
        bankedMs += calendar.worked(from: oldest.from, until: oldest.to)
    }

    /// Working time taken by the pauses from the current run.
    func pausedWorkMs(_ calendar: WorkCalendar) -> Int64 {
        pauses.reduce(bankedMs) { $0 + calendar.worked(from: $1.from, until: $1.to) }
    }
}
