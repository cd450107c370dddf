// The clocks of an adopted ticket: deadlines and breaches as they were, not as today's policy
// would have set them.

import Tickets

struct OldClocks {
    private let old: OldServiceLevel
    /// The ticket still has work to do at the end.
    private let endsActive: Bool
    private let resolvedAt: Timestamp?
    private let createdAt: Timestamp

    init(_ ticket: OldTicket) {
        old = ticket.sla
        endsActive = ticket.status.isActive
        createdAt = Timestamp(milliseconds: ticket.createdAt)
        resolvedAt = (ticket.sla.resolvedAt ?? ticket.resolvedAt).map(Timestamp.init(milliseconds:))
    }

    /// The clocks at creation.
    func start(at time: Timestamp, now: Timestamp) -> ServiceLevel {
        var sla = ServiceLevel(startedAt: time)
        sla.firstResponse.startedAt = time
        guard !old.isEmpty else { return sla }
        let hour = 3_600_000.0
        let deadline =
            old.deadlineAt.map(Timestamp.init(milliseconds:))
            ?? old.targetHours.map { time.advanced(byMilliseconds: Int64($0 * hour)) }
        let span = deadline.map { Double($0.elapsed(since: time)) } ?? 0
        sla.targetHours = old.targetHours ?? min(87_600, max(span, 60_000) / hour)
        sla.isTargetManual = true
        sla.deadlineAt = deadline
        sla.state = .running
        sla.warnings = SLAWarnings(
            early: time.advanced(byMilliseconds: Int64(span * 0.75)),
            late: time.advanced(byMilliseconds: Int64(span * 0.9)))
        // A warning that fell due before the move notifies no one.
        if let warnings = sla.warnings {
            sla.warnedPercent = warnings.late <= now ? 90 : warnings.early <= now ? 75 : 0
        }
        return sla
    }

    /// The time at which a running clock was missed; nil: it was not, or not as the old system saw
    /// it. What fell due unseen is recorded too, if the ticket is still open.
    func breachTime(_ sla: ServiceLevel, by moment: Timestamp) -> Timestamp? {
        guard sla.state == .running, !sla.breached, let deadline = sla.deadlineAt,
            deadline <= moment, old.breached == true || endsActive
        else { return nil }
        return deadline
    }

    func breach(_ sla: ServiceLevel, at time: Timestamp) -> (ServiceLevel, [SLAFact]) {
        var sla = sla
        sla.breached = true
        sla.breachedAt = time
        sla.warnedPercent = 90
        if sla.state == .met { sla.state = .missed }
        return (
            sla, [SLAFact(clock: .resolution, phase: .breached, deadlineAt: sla.deadlineAt)]
        )
    }

    /// The effect of one event.
    func advance(
        _ sla: inout ServiceLevel, from before: Status, to after: Status, at time: Timestamp,
        isLast: Bool, messageFrom author: Role?
    ) -> [SLAFact] {
        var facts: [SLAFact] = []
        if before != after { follow(&sla, before, after, time, isLast: isLast, &facts) }
        if let author, author.isStaff { end(&sla, time) }
        if author == .client, sla.firstResponse.metAt != nil, !sla.nextResponse.isAwaited {
            sla.nextResponse = ResponseClock()
            sla.nextResponse.startedAt = time
        }
        if !after.isActive { end(&sla, time) }
        return facts
    }

    private func end(_ sla: inout ServiceLevel, _ time: Timestamp) {
        if sla.firstResponse.isAwaited { sla.firstResponse.metAt = time }
        if sla.nextResponse.isAwaited { sla.nextResponse.metAt = time }
    }

    private func follow(
        _ sla: inout ServiceLevel, _ before: Status, _ after: Status, _ time: Timestamp,
        isLast: Bool, _ facts: inout [SLAFact]
    ) {
        let deadline = sla.deadlineAt
        func tell(_ phase: SLAFact.Phase, in facts: inout [SLAFact]) {
            facts.append(SLAFact(clock: .resolution, phase: phase, deadlineAt: deadline))
        }
        if !before.isActive, after.isActive {
            sla.resolvedAt = nil
            sla.state = sla.deadlineAt == nil ? .none : .running
            tell(.resumed, in: &facts)
        }
        if let pausedAt = sla.pausedAt {
            sla.pausedAt = nil
            sla.pausedMs += time.elapsed(since: pausedAt)
            if sla.state == .paused { sla.state = .running }
            if after.isActive { tell(.resumed, in: &facts) }
        }
        if after == .waiting, sla.state == .running {
            sla.state = .paused
            sla.pausedAt = isLast ? old.pausedAt.map(Timestamp.init(milliseconds:)) ?? time : time
            tell(.paused, in: &facts)
        }
        if before.isActive, !after.isActive { resolve(&sla, time, isLast: isLast, &facts) }
    }

    private func resolve(
        _ sla: inout ServiceLevel, _ time: Timestamp, isLast: Bool, _ facts: inout [SLAFact]
    ) {
        sla.resolvedAt = isLast ? resolvedAt ?? time : time
        guard let deadline = sla.deadlineAt else { return }
        if old.breached ?? (time > deadline), isLast || time > deadline, !sla.breached {
            sla.breached = true
            sla.breachedAt = min(deadline, time)
        }
        sla.state = sla.breached ? .missed : .met
        facts.append(
            SLAFact(
                clock: .resolution, phase: sla.breached ? .missed : .met, deadlineAt: deadline))
    }

    /// The clocks as they must be at the end; nil: they are.
    func corrected(_ sla: ServiceLevel, at time: Timestamp) -> (ServiceLevel, [SLAFact])? {
        guard let breached = old.breached, breached, !sla.breached, !old.isEmpty else { return nil }
        return breach(sla, at: time)
    }

    /// The clocks after a change of the old ticket's own; nil: they are as it says.
    /// - Parameter said: the clocks of the old system so far.
    func followed(
        _ sla: ServiceLevel, said: ServiceLevel
    ) -> (ServiceLevel, [SLAFact])? {
        var next = sla
        var facts: [SLAFact] = []
        let start = start(at: createdAt, now: createdAt)
        if let deadline = start.deadlineAt, deadline != said.deadlineAt {
            next.deadlineAt = deadline
            next.targetHours = start.targetHours
            next.isTargetManual = true
            next.warnings = start.warnings
            if next.state == .none { next.state = endsActive ? .running : .met }
            facts.append(
                SLAFact(clock: .resolution, phase: .recalculated, deadlineAt: deadline))
        }
        if !endsActive, let resolvedAt, said.resolvedAt != resolvedAt {
            next.resolvedAt = resolvedAt
        }
        if old.breached == true, !said.breached, !sla.breached, !old.isEmpty {
            let (breached, recorded) = breach(next, at: sla.deadlineAt ?? sla.startedAt)
            next = breached
            facts += recorded
        }
        return next == sla ? nil : (next, facts)
    }
}
