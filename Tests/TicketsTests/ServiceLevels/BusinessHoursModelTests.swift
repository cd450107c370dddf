// All three clocks in working hours against a model that counts every minute of the ticket's life,
// under its policy at that moment.

import TestSupport
import Testing
import Tickets

/// A ticket's clocks by counting: which minutes were paused, and which are worked.
private struct MinuteLedger {
    let start: Timestamp
    let office: [Bool]
    /// Of the present run of the resolution clock.
    var runStart = 0
    var isPaused: [Bool]
    var isUrgent = false

    private func isWorked(_ minute: Int) -> Bool { isUrgent || office[minute] }

    /// The first minute by which `target` minutes of unpaused work were done; pauses that come
    /// after the target was reached put it off as well.
    func deadline(target: Int, until now: Int) -> Int? {
        let paused = (runStart..<now).count { isWorked($0) && isPaused[$0] }
        return minute(after: target + paused, from: runStart)
    }

    func minute(after target: Int, from first: Int) -> Int? {
        var left = target
        for minute in first..<office.count {
            if left == 0 { return minute }
            if isWorked(minute) { left -= 1 }
        }
        return nil
    }
}

struct BusinessHoursModelTests {
    private static let minutes = 6 * 1440

    /// Weekdays from 08:30 to 12:00 and 13:30 to 18:00 in Paris, by the minute, from a Monday.
    private static let office: [Bool] = (0..<(4 * minutes)).map { minute in
        let local = minute + 60
        let time = local % 1440
        return local / 1440 % 7 < 5 && ((510..<720).contains(time) || (810..<1080).contains(time))
    }

    @Test(arguments: UInt64(1)...6)
    func `agrees with walking through every minute`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let start = try Timestamp(utc: "2026-11-23 00:00")
        var conversation = try Conversation(at: start, policy: .offices())
        var quota = MinuteLedger(
            start: start, office: Self.office,
            isPaused: Array(repeating: false, count: Self.minutes))
        for minute in 1..<Self.minutes {
            quota.isPaused[minute - 1] = conversation.snapshot.status == .waiting
            conversation.wait(minutes: 1)
            conversation.ring()
            let sla = conversation.snapshot.sla
            if sla.state == .running, !sla.breached, let deadline = sla.deadlineAt {
                #expect(deadline > conversation.now, "a deadline has passed and was not told")
            }
            guard Int.random(in: 0..<40, using: &generator) == 0 else { continue }
            try command(&conversation, &quota, minute, &generator)
            try check(conversation.snapshot.sla, quota, minute)
        }
    }

    private func command(
        _ conversation: inout Conversation, _ quota: inout MinuteLedger, _ minute: Int,
        _ generator: inout SeededGenerator
    ) throws {
        switch Int.random(in: 0..<5, using: &generator) {
        case 0:
            let priority: Priority = Bool.random(using: &generator) ? .urgent : .normal
            try conversation.send(.set { $0.priority = priority }, by: .ada)
            quota.isUrgent = priority == .urgent
        case 1:
            let minutes =
                Bool.random(using: &generator)
                ? nil : Double(Int.random(in: 1...30, using: &generator) * 20)
            try conversation.send(.set { $0.targetHours = minutes.map { $0 / 60 } }, by: .ada)
        default:
            let wasActive = conversation.snapshot.status.isActive
            let status = conversation.randomStatus(&generator)
            try conversation.send(.set { $0.status = status }, by: .ada)
            if !wasActive, status.isActive { quota.runStart = minute }
        }
    }

    private func check(_ sla: ServiceLevel, _ quota: MinuteLedger, _ minute: Int) throws {
        guard sla.resolvedAt == nil else { return }
        let target = try #require(sla.targetHours)
        // What is paused now is counted up to where it stopped.
        let now = sla.pausedAt.map { Int(($0.milliseconds - quota.start.milliseconds) / 60_000) }
        let expected = quota.deadline(target: Int((target * 60).rounded()), until: now ?? minute)
        let deadline = sla.deadlineAt.map {
            Int(($0.milliseconds - quota.start.milliseconds) / 60_000)
        }
        #expect(deadline == expected, "minute \(minute)")
    }
}
