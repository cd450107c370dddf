// Computes the times of a target: the deadline of a clock, its warnings, and the effect of pauses.

package struct SLASchedule: Hashable, Sendable {
    package let deadline: Timestamp
    package let warnings: SLAWarnings

    /// - Parameters:
    ///   - minutes: of working time; fractions count, to the millisecond.
    ///   - pausedMs: working time since `start` in which the clock stood still.
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

    /// Targets are bounded where they are set; rounded, since 2.3 hours are 138 minutes and not a
    /// millisecond less.
    static func milliseconds(minutes: Double) -> Int64 {
        Int64((min(max(minutes, 0), 1e9) * 60_000).rounded())
    }
}

extension SLAWarnings? {
    /// The warning that has passed at `now`, though no graver one than was `given`: 0, 75 or 90.
    func passedPercent(at now: Timestamp, noMoreThan given: Int) -> Int {
        guard let self else { return 0 }
        if given >= 90, self.late <= now { return 90 }
        return given >= 75 && self.early <= now ? 75 : 0
    }
}

extension ServiceLevel {
    /// Pauses that are kept one by one; beyond, the oldest become a number.
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

    /// Working time that the pauses took out of the present run.
    func pausedWorkMs(_ calendar: WorkCalendar) -> Int64 {
        pauses.reduce(bankedMs) { $0 + calendar.worked(from: $1.from, until: $1.to) }
    }
}
