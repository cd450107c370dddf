// Alarms: when a timer must fire, and the facts it makes of a ticket then.

extension ServiceLevel {
    /// When a timer must check this ticket again: the next warning or deadline of a running clock.
    package var nextAlarm: Timestamp? {
        clocks.compactMap { $0.nextAlarm }.min()
    }

    /// Facts due at `now`: one per clock, the gravest. The returned clocks are marked, so that each
    /// warning and breach happens once.
    package func alarms(at now: Timestamp) -> (ServiceLevel, [SLAFact]) {
        var sla = self
        var facts: [SLAFact] = []
        for clock in clocks {
            guard let percent = clock.duePercent(at: now) else { continue }
            facts.append(
                SLAFact(
                    clock: clock.name, phase: percent == 100 ? .breached : .warning,
                    deadlineAt: clock.deadline, percent: percent == 100 ? nil : percent))
            sla.mark(clock.name, percent: percent, at: now)
        }
        return (sla, facts)
    }

    private mutating func mark(_ clock: SLAClock, percent: Int, at now: Timestamp) {
        let isBreach = percent == 100
        switch clock {
        case .firstResponse:
            if isBreach { firstResponse.breached = true }
            firstResponse.warnedPercent = isBreach ? 90 : percent
        case .nextResponse:
            if isBreach { nextResponse.breached = true }
            nextResponse.warnedPercent = isBreach ? 90 : percent
        case .resolution:
            if isBreach {
                breached = true
                breachedAt = now
            }
            warnedPercent = isBreach ? 90 : percent
        }
    }

    /// The clocks that can still give an alarm.
    private var clocks: [RunningClock] {
        var clocks: [RunningClock] = []
        func add(_ name: SLAClock, _ clock: ResponseClock) {
            guard clock.isRunning, !clock.breached, let deadline = clock.deadlineAt else { return }
            clocks.append(
                RunningClock(
                    name: name, deadline: deadline, warnings: clock.warnings,
                    warnedPercent: clock.warnedPercent))
        }
        add(.firstResponse, firstResponse)
        add(.nextResponse, nextResponse)
        if state == .running, !breached, let deadlineAt {
            clocks.append(
                RunningClock(
                    name: .resolution, deadline: deadlineAt, warnings: warnings,
                    warnedPercent: warnedPercent))
        }
        return clocks
    }
}

private struct RunningClock {
    let name: SLAClock
    let deadline: Timestamp
    let warnings: SLAWarnings?
    let warnedPercent: Int

    var nextAlarm: Timestamp? {
        [75, 90, 100].lazy.filter { $0 > warnedPercent }.compactMap(moment).first
    }

    /// The gravest that is due and not reported yet.
    func duePercent(at now: Timestamp) -> Int? {
        [100, 90, 75].first { percent in
            percent > warnedPercent && moment(of: percent).map { $0 <= now } ?? false
        }
    }

    private func moment(of percent: Int) -> Timestamp? {
        switch percent {
        case 75: warnings?.early
        case 90: warnings?.late
        default: deadline
        }
    }
}
