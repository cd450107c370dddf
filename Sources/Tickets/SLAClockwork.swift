// Moves the clocks of a ticket. Pure: what happened and the time go in, clocks and facts come out.
// Working hours have their place in `deadline(from:after:)`; today every policy runs around the clock.

struct SLAClockwork {
    let policy: SLAPolicy
    let now: Timestamp

    /// The clocks of a new ticket.
    func start(for ticket: Ticket) -> ServiceLevel {
        let targets = targets(of: ticket)
        var sla = ServiceLevel(startedAt: now)
        sla.targetHours = targets.resolutionHours
        sla.deadlineAt = resolutionDeadline(of: sla)
        sla.state = sla.deadlineAt == nil ? .none : .running
        sla.firstResponse = responseClock(targetMinutes: targets.firstResponseMinutes)
        sla.nextResponse.targetMinutes = targets.nextResponseMinutes
        return sla
    }

    /// What a command that turned `before` into `after` does to the clocks.
    func advance(
        from before: Ticket, to after: Ticket, manualTarget: Double??, messageFrom author: Role?
    ) -> (ServiceLevel, [SLAFact]) {
        var sla = before.sla
        var facts: [SLAFact] = []
        retarget(&sla, after, manualTarget: manualTarget, &facts)
        followStatus(&sla, from: before.status, to: after.status, &facts)
        if let author { followMessage(&sla, on: after, from: author, &facts) }
        if !after.status.isActive { endResponses(&sla, &facts) }
        return (sla, facts)
    }

    // MARK: Targets

    private func targets(of ticket: Ticket) -> SLATargets {
        policy.targets(
            priority: ticket.priority, category: ticket.category, project: ticket.project)
    }

    private func retarget(
        _ sla: inout ServiceLevel, _ ticket: Ticket, manualTarget: Double??,
        _ facts: inout [SLAFact]
    ) {
        let targets = targets(of: ticket)
        if let manualTarget {
            sla.isTargetManual = manualTarget != nil
            if let manualTarget { setResolutionTarget(&sla, manualTarget, &facts) }
        }
        if !sla.isTargetManual { setResolutionTarget(&sla, targets.resolutionHours, &facts) }
        retarget(&sla.firstResponse, .firstResponse, targets.firstResponseMinutes, &facts)
        retarget(&sla.nextResponse, .nextResponse, targets.nextResponseMinutes, &facts)
    }

    private func setResolutionTarget(
        _ sla: inout ServiceLevel, _ hours: Double?, _ facts: inout [SLAFact]
    ) {
        guard sla.targetHours != hours else { return }
        sla.targetHours = hours
        guard sla.resolvedAt == nil else { return }
        sla.deadlineAt = resolutionDeadline(of: sla)
        if sla.deadlineAt == nil {
            sla.state = .none
        } else if sla.state == .none {
            sla.state = sla.pausedAt == nil ? .running : .paused
        }
        // A paused clock is judged as of the moment at which it stopped.
        let moment = sla.pausedAt ?? now
        if let deadline = sla.deadlineAt, deadline > moment {
            sla.breached = false
            sla.breachedAt = nil
            sla.warnedPercent = passedPercent(
                deadline, targetMs: milliseconds(hours: hours), at: moment,
                noMoreThan: sla.warnedPercent)
        }
        facts.append(fact(.resolution, .recalculated, sla.deadlineAt))
    }

    private func retarget(
        _ clock: inout ResponseClock, _ name: SLAClock, _ minutes: Double?,
        _ facts: inout [SLAFact]
    ) {
        guard clock.targetMinutes != minutes else { return }
        guard clock.metAt == nil, let startedAt = clock.startedAt else {
            if clock.startedAt == nil { clock.targetMinutes = minutes }
            return
        }
        clock.targetMinutes = minutes
        clock.deadlineAt = minutes.map {
            deadline(from: startedAt, after: milliseconds(minutes: $0))
        }
        if let deadline = clock.deadlineAt, deadline > now {
            clock.breached = false
            clock.warnedPercent = passedPercent(
                deadline, targetMs: milliseconds(minutes: minutes ?? 0), at: now,
                noMoreThan: clock.warnedPercent)
        }
        facts.append(fact(name, .recalculated, clock.deadlineAt))
    }

    // MARK: Status and messages

    private func followStatus(
        _ sla: inout ServiceLevel, from before: Status, to after: Status, _ facts: inout [SLAFact]
    ) {
        guard before != after else { return }
        if !before.isActive && after.isActive { restart(&sla, &facts) }
        if before == .waiting { bankPause(&sla, resumes: after.isActive, &facts) }
        if after == .waiting, sla.state == .running {
            sla.state = .paused
            sla.pausedAt = now
            facts.append(fact(.resolution, .paused, sla.deadlineAt))
        }
        if before.isActive && !after.isActive { resolve(&sla, &facts) }
    }

    private func restart(_ sla: inout ServiceLevel, _ facts: inout [SLAFact]) {
        sla.startedAt = now
        sla.pausedMs = 0
        sla.pausedAt = nil
        sla.breached = false
        sla.breachedAt = nil
        sla.resolvedAt = nil
        sla.warnedPercent = 0
        sla.deadlineAt = resolutionDeadline(of: sla)
        sla.state = sla.deadlineAt == nil ? .none : .running
        facts.append(fact(.resolution, .resumed, sla.deadlineAt))
    }

    private func bankPause(_ sla: inout ServiceLevel, resumes: Bool, _ facts: inout [SLAFact]) {
        guard let pausedAt = sla.pausedAt else { return }
        sla.pausedMs += now.elapsed(since: pausedAt)
        sla.pausedAt = nil
        sla.deadlineAt = resolutionDeadline(of: sla)
        sla.state = sla.deadlineAt == nil ? .none : .running
        if resumes { facts.append(fact(.resolution, .resumed, sla.deadlineAt)) }
    }

    private func resolve(_ sla: inout ServiceLevel, _ facts: inout [SLAFact]) {
        sla.resolvedAt = now
        guard let deadline = sla.deadlineAt else { return }
        if now > deadline, !sla.breached {
            sla.breached = true
            sla.breachedAt = deadline
        }
        sla.state = sla.breached ? .missed : .met
        facts.append(fact(.resolution, sla.breached ? .missed : .met, deadline))
    }

    private func followMessage(
        _ sla: inout ServiceLevel, on ticket: Ticket, from author: Role, _ facts: inout [SLAFact]
    ) {
        if author.isStaff {
            endResponses(&sla, &facts)
        } else if sla.firstResponse.metAt != nil, !sla.nextResponse.isRunning {
            // The last clock kept the target of its own time.
            sla.nextResponse = responseClock(targetMinutes: targets(of: ticket).nextResponseMinutes)
        }
    }

    private func endResponses(_ sla: inout ServiceLevel, _ facts: inout [SLAFact]) {
        end(&sla.firstResponse, .firstResponse, &facts)
        end(&sla.nextResponse, .nextResponse, &facts)
    }

    private func end(_ clock: inout ResponseClock, _ name: SLAClock, _ facts: inout [SLAFact]) {
        guard clock.isRunning, let deadline = clock.deadlineAt else { return }
        clock.metAt = now
        if now > deadline { clock.breached = true }
        facts.append(fact(name, clock.breached ? .missed : .met, deadline))
    }

    // MARK: Time

    private func responseClock(targetMinutes: Double?) -> ResponseClock {
        var clock = ResponseClock()
        clock.targetMinutes = targetMinutes
        clock.startedAt = now
        clock.deadlineAt = targetMinutes.map {
            deadline(from: now, after: milliseconds(minutes: $0))
        }
        return clock
    }

    private func resolutionDeadline(of sla: ServiceLevel) -> Timestamp? {
        sla.targetHours.map {
            deadline(from: sla.startedAt, after: milliseconds(hours: $0))
                .advanced(byMilliseconds: sla.pausedMs)
        }
    }

    private func deadline(from start: Timestamp, after milliseconds: Int64) -> Timestamp {
        start.advanced(byMilliseconds: milliseconds)
    }

    private func fact(_ clock: SLAClock, _ phase: SLAFact.Phase, _ deadline: Timestamp?) -> SLAFact
    {
        SLAFact(clock: clock, phase: phase, deadlineAt: deadline)
    }
}

// MARK: Deadlines that come

extension ServiceLevel {
    /// When a timer must look at this ticket again: the next warning or deadline of a running clock.
    package var nextAlarm: Timestamp? {
        clocks.compactMap { $0.nextAlarm }.min()
    }

    /// What is due at `now`: one fact a clock, the gravest. The clocks come back marked, so that
    /// each warning and breach happens once.
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
            guard clock.isRunning, !clock.breached, let deadline = clock.deadlineAt,
                let minutes = clock.targetMinutes
            else { return }
            clocks.append(
                RunningClock(
                    name: name, deadline: deadline, targetMs: milliseconds(minutes: minutes),
                    warnedPercent: clock.warnedPercent))
        }
        add(.firstResponse, firstResponse)
        add(.nextResponse, nextResponse)
        if state == .running, !breached, let deadlineAt, let targetHours {
            clocks.append(
                RunningClock(
                    name: .resolution, deadline: deadlineAt,
                    targetMs: milliseconds(hours: targetHours), warnedPercent: warnedPercent))
        }
        return clocks
    }
}

private struct RunningClock {
    let name: SLAClock
    let deadline: Timestamp
    let targetMs: Int64
    let warnedPercent: Int

    var nextAlarm: Timestamp? {
        [75, 90, 100].first { $0 > warnedPercent }
            .map { moment(ofPercent: Int64($0), of: targetMs, before: deadline) }
    }

    func duePercent(at now: Timestamp) -> Int? {
        [100, 90, 75].first {
            $0 > warnedPercent
                && moment(ofPercent: Int64($0), of: targetMs, before: deadline) <= now
        }
    }
}

/// When `percent` of a target that ends at `deadline` has passed.
private func moment(
    ofPercent percent: Int64, of targetMs: Int64, before deadline: Timestamp
) -> Timestamp {
    deadline.advanced(byMilliseconds: -(targetMs / 100 * (100 - percent)))
}

private func passedPercent(
    _ deadline: Timestamp, targetMs: Int64, at now: Timestamp, noMoreThan given: Int
) -> Int {
    [90, 75].first {
        $0 <= given && moment(ofPercent: Int64($0), of: targetMs, before: deadline) <= now
    } ?? 0
}

/// Targets are bounded where they are set, so these cannot leave Int64.
private func milliseconds(hours: Double?) -> Int64 {
    milliseconds(minutes: (hours ?? 0) * 60)
}

private func milliseconds(minutes: Double) -> Int64 {
    // Rounded: 2.3 hours are 138 minutes, not a millisecond less.
    Int64((min(max(minutes, 0), 1e9) * 60_000).rounded())
}
