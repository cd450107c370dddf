// Alarms: when a timer must fire, and the facts it makes of a ticket then.

extension ServiceLevel {
    /// When a timer must check this ticket again: the next warning or deadline of a running clock.
    ///
    /// Every stored event asks this twice, so it makes no list of the clocks.
    package var nextAlarm: Timestamp? {
        earlier(
            RunningClock(.firstResponse, firstResponse)?.nextAlarm,
            earlier(RunningClock(.nextResponse, nextResponse)?.nextAlarm, resolution?.nextAlarm))
    }

    private func earlier(_ left: Timestamp?, _ right: Timestamp?) -> Timestamp? {
        guard let left, let right else { return left ?? right }
        return min(left, right)
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
        [
            RunningClock(.firstResponse, firstResponse), RunningClock(.nextResponse, nextResponse),
            resolution,
        ].compactMap(\.self)
    }

    private var resolution: RunningClock? {
        guard state == .running, !breached, let deadlineAt else { return nil }
        return RunningClock(
            name: .resolution, deadline: deadlineAt, warnings: warnings,
            warnedPercent: warnedPercent)
    }
}

private struct RunningClock {
    let name: SLAClock
    let deadline: Timestamp
    let warnings: SLAWarnings?
    let warnedPercent: Int

    var nextAlarm: Timestamp? {
        if warnedPercent < 75, let early = warnings?.early { return early }
        if warnedPercent < 90, let late = warnings?.late { return late }
        return warnedPercent < 100 ? deadline : nil
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

extension RunningClock {
    /// nil: it can give no alarm any more.
    init?(_ name: SLAClock, _ clock: ResponseClock) {
        guard clock.isRunning, !clock.breached, let deadline = clock.deadlineAt else { return nil }
        self.init(
            name: name, deadline: deadline, warnings: clock.warnings,
            warnedPercent: clock.warnedPercent)
    }
}
