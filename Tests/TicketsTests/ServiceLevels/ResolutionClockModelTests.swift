// The resolution clock against a model that counts minutes one by one.

import TestSupport
import Testing
import Tickets

/// Minutes of work, ticked off by hand.
private struct SlowClock {
    enum Phase { case running, paused, over }

    var phase = Phase.running
    var worked = 0
    /// Reached by the policy, and by hand.
    var policyTarget = 1440
    var manualTarget: Int?
    /// 0, 75, 90, or 100 for a breach.
    var given = 0
    var isMissed = false
    /// Where the deadline stood when the clock last stopped.
    var stoppedDeadline: Timestamp?

    var target: Int { manualTarget ?? policyTarget }

    private func reached(_ percent: Int) -> Bool { worked * 100 >= target * percent }

    mutating func tick() { if phase == .running { worked += 1 } }

    /// What an alarm says now.
    mutating func ring() -> Int? {
        guard phase == .running, given < 100 else { return nil }
        guard let percent = [100, 90, 75].first(where: reached), percent > given else { return nil }
        given = percent
        return percent
    }

    mutating func retarget(_ change: (inout SlowClock) -> Void, at now: Timestamp) {
        let before = target
        change(&self)
        guard target != before, phase != .over else { return }
        if worked < target { given = [90, 75].first { $0 <= given && reached($0) } ?? 0 }
        if let deadline = stoppedDeadline {
            stoppedDeadline = deadline.plus(minutes: Int64(target - before))
        }
    }

    mutating func move(to status: Status, at now: Timestamp) {
        if phase == .over, status.isActive { (worked, given, isMissed) = (0, 0, false) }
        let next: Phase =
            status == .waiting ? .paused : status.isActive ? .running : .over
        guard next != phase else { return }
        if next == .over { isMissed = given == 100 || worked > target }
        phase = next
        stoppedDeadline = next == .running ? nil : now.plus(minutes: Int64(target - worked))
    }

    func deadline(at now: Timestamp) -> Timestamp {
        stoppedDeadline ?? now.plus(minutes: Int64(target - worked))
    }

    var state: SLAState {
        switch phase {
        case .running: .running
        case .paused: .paused
        case .over: isMissed ? .missed : .met
        }
    }
}

struct ResolutionClockModelTests {
    @Test(arguments: UInt64(1)...8)
    func `agrees with counting minutes`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var conversation = try Conversation()
        var model = SlowClock()
        var alarms = 0
        for minute in 1...3000 {
            conversation.wait(minutes: 1)
            model.tick()
            // Alarms may come late, but come before the next command sees the snapshot.
            if Int.random(in: 0..<3, using: &generator) > 0 {
                alarms += ring(&conversation, &model, minute)
            }
            if Int.random(in: 0..<30, using: &generator) == 0 {
                try command(&conversation, &model, &generator)
            }
            let sla = conversation.snapshot.sla
            guard sla.state == model.state, sla.deadlineAt == model.deadline(at: conversation.now),
                sla.targetHours == Double(model.target) / 60
            else {
                Issue.record("minute \(minute): \(sla) is not \(model)")
                return
            }
        }
        #expect(alarms > 0)
    }

    private func ring(
        _ conversation: inout Conversation, _ model: inout SlowClock, _ minute: Int
    ) -> Int {
        let facts = conversation.ring()?.sla.filter { $0.clock == .resolution } ?? []
        let percents = facts.map { $0.phase == .breached ? 100 : $0.percent }
        let expected = model.ring()
        #expect(percents == (expected.map { [$0] } ?? []), "minute \(minute)")
        if let alarm = conversation.snapshot.sla.nextAlarm { #expect(alarm > conversation.now) }
        return facts.count
    }

    private func command(
        _ conversation: inout Conversation, _ model: inout SlowClock,
        _ generator: inout SeededGenerator
    ) throws {
        let now = conversation.now
        switch Int.random(in: 0..<6, using: &generator) {
        case 0:
            let priority = Priority.allCases.randomElement(using: &generator) ?? .low
            try conversation.send(.set { $0.priority = priority }, by: .ada)
            let minutes = [Priority.urgent: 240, .high: 480, .normal: 1440, .low: 4320][priority]
            model.retarget({ $0.policyTarget = minutes ?? 0 }, at: now)
        case 1:
            // Multiples of 20, so that 75 and 90 percent are whole minutes.
            let minutes = 20 * Int.random(in: 1...40, using: &generator)
            try conversation.send(.set { $0.targetHours = Double(minutes) / 60 }, by: .ada)
            model.retarget({ $0.manualTarget = minutes }, at: now)
        case 2:
            try conversation.send(.set { $0.targetHours = .some(nil) }, by: .ada)
            model.retarget({ $0.manualTarget = nil }, at: now)
        default:
            let status = conversation.randomStatus(&generator)
            try conversation.send(.set { $0.status = status }, by: .ada)
            model.move(to: status, at: now)
        }
    }
}
