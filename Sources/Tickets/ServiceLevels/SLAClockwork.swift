// Moves the clocks of a ticket. Pure: input is what happened and the time, output is clocks and
// facts. The event of a command stores the facts and the resulting clocks, so a fold needs neither
// policy nor calendar.

struct SLAClockwork {
    let policy: SLAPolicy
    let now: Timestamp

    /// The clocks of a new ticket.
    func start(for ticket: Ticket) -> ServiceLevel {
        let terms = policy.terms(of: ticket)
        var sla = ServiceLevel(startedAt: now)
        sla.targetHours = terms.targets.resolutionHours
        schedule(&sla, terms.calendar)
        sla.state = sla.deadlineAt == nil ? .none : .running
        sla.firstResponse = responseClock(terms.targets.firstResponseMinutes, terms.calendar)
        sla.nextResponse.targetMinutes = terms.targets.nextResponseMinutes
        return sla
    }

    /// The effect on the clocks of a command that turned `before` into `after`.
    func advance(
        from before: Ticket, to after: Ticket, manualTarget: Double??, messageFrom author: Role?
    ) -> (ServiceLevel, [SLAFact]) {
        var sla = before.sla
        var facts: [SLAFact] = []
        let terms = policy.terms(of: after)
        let isRematched =
            before.priority != after.priority || before.category != after.category
            || before.project != after.project
        if isRematched || manualTarget != nil {
            retarget(&sla, terms, manualTarget: manualTarget, &facts)
        }
        followStatus(&sla, from: before.status, to: after.status, terms, &facts)
        if let author { followMessage(&sla, from: author, terms, &facts) }
        if !after.status.isActive { endResponses(&sla, &facts) }
        return (sla, facts)
    }

    // MARK: Targets

    private func retarget(
        _ sla: inout ServiceLevel, _ terms: SLATerms, manualTarget: Double??,
        _ facts: inout [SLAFact]
    ) {
        if let manualTarget {
            sla.isTargetManual = manualTarget != nil
            sla.targetHours = manualTarget ?? sla.targetHours
        }
        if !sla.isTargetManual { sla.targetHours = terms.targets.resolutionHours }
        if sla.resolvedAt == nil { reschedule(&sla, terms.calendar, &facts) }
        retarget(
            &sla.firstResponse, .firstResponse, terms.targets.firstResponseMinutes, terms.calendar,
            &facts)
        retarget(
            &sla.nextResponse, .nextResponse, terms.targets.nextResponseMinutes, terms.calendar,
            &facts)
    }

    /// A new target or new hours: the deadline moves, the banked pauses stay.
    private func reschedule(
        _ sla: inout ServiceLevel, _ calendar: WorkCalendar, _ facts: inout [SLAFact]
    ) {
        let before = sla.deadlineAt
        schedule(&sla, calendar)
        guard sla.deadlineAt != before else { return }
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
            sla.warnedPercent = sla.warnings.passedPercent(
                at: moment, noMoreThan: sla.warnedPercent)
        }
        facts.append(fact(.resolution, .recalculated, sla.deadlineAt))
    }

    private func retarget(
        _ clock: inout ResponseClock, _ name: SLAClock, _ minutes: Double?,
        _ calendar: WorkCalendar, _ facts: inout [SLAFact]
    ) {
        guard let startedAt = clock.startedAt else {
            clock.targetMinutes = minutes
            return
        }
        guard clock.metAt == nil else { return }
        let before = clock.deadlineAt
        schedule(&clock, minutes, from: startedAt, calendar)
        guard clock.deadlineAt != before else { return }
        if let deadline = clock.deadlineAt, deadline > now {
            clock.breached = false
            clock.warnedPercent = clock.warnings.passedPercent(
                at: now, noMoreThan: clock.warnedPercent)
        }
        facts.append(fact(name, .recalculated, clock.deadlineAt))
    }

    // MARK: Status and messages

    private func followStatus(
        _ sla: inout ServiceLevel, from before: Status, to after: Status, _ terms: SLATerms,
        _ facts: inout [SLAFact]
    ) {
        guard before != after else { return }
        if !before.isActive && after.isActive { restart(&sla, terms, &facts) }
        if before == .waiting {
            bankPause(&sla, terms.calendar, resumes: after.isActive, &facts)
        }
        if after == .waiting, sla.state == .running {
            sla.state = .paused
            sla.pausedAt = now
            facts.append(fact(.resolution, .paused, sla.deadlineAt))
        }
        if before.isActive && !after.isActive { resolve(&sla, &facts) }
    }

    private func restart(
        _ sla: inout ServiceLevel, _ terms: SLATerms, _ facts: inout [SLAFact]
    ) {
        var next = ServiceLevel(startedAt: now)
        next.isTargetManual = sla.isTargetManual
        next.targetHours = sla.isTargetManual ? sla.targetHours : terms.targets.resolutionHours
        next.firstResponse = sla.firstResponse
        next.nextResponse = sla.nextResponse
        schedule(&next, terms.calendar)
        next.state = next.deadlineAt == nil ? .none : .running
        sla = next
        facts.append(fact(.resolution, .resumed, sla.deadlineAt))
    }

    private func bankPause(
        _ sla: inout ServiceLevel, _ calendar: WorkCalendar, resumes: Bool,
        _ facts: inout [SLAFact]
    ) {
        guard let pausedAt = sla.pausedAt else { return }
        sla.pausedAt = nil
        sla.bank(SLAPause(from: pausedAt, to: now), calendar)
        schedule(&sla, calendar)
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
        _ sla: inout ServiceLevel, from author: Role, _ terms: SLATerms, _ facts: inout [SLAFact]
    ) {
        if author.isStaff {
            endResponses(&sla, &facts)
        } else if sla.firstResponse.metAt != nil, !sla.nextResponse.isAwaited {
            // The last clock keeps the target of its own time.
            sla.nextResponse = responseClock(terms.targets.nextResponseMinutes, terms.calendar)
        }
    }

    private func endResponses(_ sla: inout ServiceLevel, _ facts: inout [SLAFact]) {
        end(&sla.firstResponse, .firstResponse, &facts)
        end(&sla.nextResponse, .nextResponse, &facts)
    }

    private func end(_ clock: inout ResponseClock, _ name: SLAClock, _ facts: inout [SLAFact]) {
        guard clock.isAwaited else { return }
        clock.metAt = now
        guard let deadline = clock.deadlineAt else { return }
        if now > deadline { clock.breached = true }
        facts.append(fact(name, clock.breached ? .missed : .met, deadline))
    }

    // MARK: Time

    private func responseClock(_ minutes: Double?, _ calendar: WorkCalendar) -> ResponseClock {
        var clock = ResponseClock()
        clock.startedAt = now
        schedule(&clock, minutes, from: now, calendar)
        return clock
    }

    private func schedule(
        _ clock: inout ResponseClock, _ minutes: Double?, from start: Timestamp,
        _ calendar: WorkCalendar
    ) {
        clock.targetMinutes = minutes
        let schedule = minutes.map { SLASchedule(minutes: $0, from: start, calendar) }
        clock.deadlineAt = schedule?.deadline
        clock.warnings = schedule?.warnings
    }

    private func schedule(_ sla: inout ServiceLevel, _ calendar: WorkCalendar) {
        let schedule = sla.targetHours.map {
            SLASchedule(
                minutes: $0 * 60, from: sla.startedAt, calendar,
                pausedMs: sla.pausedWorkMs(calendar))
        }
        sla.deadlineAt = schedule?.deadline
        sla.warnings = schedule?.warnings
    }

    private func fact(_ clock: SLAClock, _ phase: SLAFact.Phase, _ deadline: Timestamp?) -> SLAFact
    {
        SLAFact(clock: clock, phase: phase, deadlineAt: deadline)
    }
}
