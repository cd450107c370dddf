// The SLA of one ticket: three clocks as values. SLAClockwork moves them.

package enum SLAClock: String, Sendable, Hashable, CaseIterable {
    case firstResponse, nextResponse, resolution
}

package enum SLAState: String, Sendable, Hashable {
    case running, paused, met, missed, none
}

/// When 75 % and 90 % of a target have passed. Kept beside the deadline, so that a timer needs
/// neither the policy nor its calendar.
package struct SLAWarnings: Hashable, Sendable {
    package let early: Timestamp
    package let late: Timestamp

    package init(early: Timestamp, late: Timestamp) {
        self.early = early
        self.late = late
    }
}

/// One period in the status `waiting`.
package struct SLAPause: Hashable, Sendable {
    package let from: Timestamp
    package let to: Timestamp

    package init(from: Timestamp, to: Timestamp) {
        self.from = from
        self.to = to
    }
}

/// A response clock: from a client's message to a staff member's public answer.
package struct ResponseClock: Hashable, Sendable {
    package var targetMinutes: Double?
    package var startedAt: Timestamp?
    package var deadlineAt: Timestamp?
    package var warnings: SLAWarnings?
    package var metAt: Timestamp?
    package var breached = false
    /// The last warning given, in percent of the target: 0, 75 or 90.
    package var warnedPercent = 0

    package init() {}

    /// An answer is due, with or without a deadline.
    package var isAwaited: Bool { startedAt != nil && metAt == nil }
    package var isRunning: Bool { deadlineAt != nil && metAt == nil }
}

package struct ServiceLevel: Hashable, Sendable {
    /// Resolution target in hours; nil: none applies.
    package var targetHours: Double?
    /// Set by hand: wins over the policy until it is set to null.
    package var isTargetManual = false
    /// Start of the current run of the resolution clock (creation, or the last reopening).
    package var startedAt: Timestamp
    package var deadlineAt: Timestamp?
    package var warnings: SLAWarnings?
    package var breached = false
    package var breachedAt: Timestamp?
    package var resolvedAt: Timestamp?
    package var state = SLAState.none
    package var pausedAt: Timestamp?
    /// Pauses of the current run, in wall-clock time.
    package var pausedMs: Int64 = 0
    /// The newest pauses one by one: another calendar counts them again.
    package var pauses: [SLAPause] = []
    /// Working time of older pauses, as counted when they were dropped.
    package var bankedMs: Int64 = 0
    package var warnedPercent = 0
    package var firstResponse = ResponseClock()
    package var nextResponse = ResponseClock()

    package init(startedAt: Timestamp) { self.startedAt = startedAt }

    /// The next deadline still to be met.
    package var nextDue: (clock: SLAClock, deadlineAt: Timestamp)? {
        var due: (clock: SLAClock, deadlineAt: Timestamp)?
        func consider(_ clock: SLAClock, _ deadline: Timestamp?) {
            guard let deadline, deadline < due?.deadlineAt ?? Timestamp(milliseconds: .max) else {
                return
            }
            due = (clock, deadline)
        }
        if firstResponse.isRunning { consider(.firstResponse, firstResponse.deadlineAt) }
        if nextResponse.isRunning { consider(.nextResponse, nextResponse.deadlineAt) }
        if state == .running { consider(.resolution, deadlineAt) }
        return due
    }

    /// A deadline has passed and the work is not done.
    package var isOverdue: Bool {
        (breached && (state == .running || state == .paused))
            || (firstResponse.breached && firstResponse.isRunning)
            || (nextResponse.breached && nextResponse.isRunning)
    }

    /// A warning was given for a clock that still runs.
    package var isWarned: Bool {
        (warnedPercent > 0 && state == .running)
            || (firstResponse.warnedPercent > 0 && firstResponse.isRunning)
            || (nextResponse.warnedPercent > 0 && nextResponse.isRunning)
    }
}

/// One event of a clock, as a ticket event stores it.
package struct SLAFact: Hashable, Sendable {
    package enum Phase: String, Sendable, Hashable {
        case warning, breached, met, missed, recalculated, paused, resumed
    }

    package let clock: SLAClock
    package let phase: Phase
    package let deadlineAt: Timestamp?
    /// 75 or 90, for a warning.
    package let percent: Int?

    package init(clock: SLAClock, phase: Phase, deadlineAt: Timestamp?, percent: Int? = nil) {
        self.clock = clock
        self.phase = phase
        self.deadlineAt = deadlineAt
        self.percent = percent
    }
}
