// The effect of commands on the clocks: targets, pauses, answers, resolution, reopening.

import TestSupport
import Testing
import Text
import Tickets

struct SLAClockworkTests {
    private func facts(_ event: TicketEvent?) -> [String] {
        event?.sla.map { "\($0.clock.rawValue) \($0.phase.rawValue)" } ?? []
    }

    @Test(arguments: [
        (Priority.urgent, 30, 60, 4), (.high, 60, 120, 8), (.normal, 240, 480, 24),
        (.low, 480, 1440, 72),
    ])
    func `a new ticket gets its priority's targets`(
        priority: Priority, first: Int64, next: Int64, hours: Int64
    ) throws {
        let sla = try Conversation(priority: priority).snapshot.sla
        #expect(sla.state == .running)
        #expect(sla.firstResponse.deadlineAt == .start.plus(minutes: first))
        #expect(sla.nextResponse.deadlineAt == nil)
        #expect(sla.nextResponse.targetMinutes == Double(next))
        #expect(sla.targetHours == Double(hours))
        #expect(sla.deadlineAt == .start.plus(minutes: hours * 60))
        #expect(sla.nextDue?.clock == .firstResponse)
    }

    // MARK: Responses

    @Test func `only a public word of staff is a first response`() throws {
        var conversation = try Conversation()
        conversation.wait(minutes: 240)
        #expect(facts(try conversation.send(.say("Hello?"), by: .clara)).isEmpty)
        #expect(facts(try conversation.send(.note("Hm"), by: .tess)).isEmpty)
        #expect(facts(try conversation.send(.act(.take), by: .tess)).isEmpty)
        #expect(facts(try conversation.send(.say("Yes"), by: .tess)) == ["firstResponse met"])
        #expect(conversation.snapshot.sla.firstResponse.metAt == .start.plus(minutes: 240))
        #expect(facts(try conversation.send(.say("Well"), by: .tess)).isEmpty)
    }

    @Test func `a late first response is missed, also before its alarm`() throws {
        var conversation = try Conversation()
        conversation.wait(minutes: 241)
        #expect(facts(try conversation.send(.say("Yes"), by: .tess)) == ["firstResponse missed"])
        #expect(conversation.snapshot.sla.firstResponse.breached)
    }

    @Test func `the next response is due from the oldest unanswered message`() throws {
        var conversation = try Conversation()
        try conversation.send(.say("Yes?"), by: .tess)
        #expect(conversation.snapshot.sla.nextResponse.isRunning == false)
        conversation.wait(minutes: 10)
        try conversation.send(.say("It smokes"), by: .clara)
        conversation.wait(minutes: 10)
        try conversation.send(.say("It burns"), by: .clara)
        let due = conversation.snapshot.sla.nextDue
        #expect(due?.clock == .nextResponse)
        #expect(due?.deadlineAt == .start.plus(minutes: 490))
        #expect(facts(try conversation.send(.say("Run"), by: .tess)) == ["nextResponse met"])
        #expect(conversation.snapshot.sla.nextDue?.clock == .resolution)
    }

    @Test func `each next response starts afresh`() throws {
        var conversation = try Conversation()
        try conversation.send(.say("Yes?"), by: .tess)
        try conversation.send(.say("It smokes"), by: .clara)
        conversation.wait(minutes: 481)
        #expect(facts(try conversation.send(.say("Sorry"), by: .tess)) == ["nextResponse missed"])
        try conversation.send(.say("It burns"), by: .clara)
        #expect(conversation.snapshot.sla.nextResponse.breached == false)
        #expect(conversation.snapshot.sla.nextResponse.metAt == nil)
        #expect(conversation.snapshot.sla.nextResponse.deadlineAt == .start.plus(minutes: 961))
    }

    @Test func `the next response follows the priority of its own time`() throws {
        var conversation = try Conversation(priority: .normal)
        for _ in 0..<2 {
            try conversation.send(.say("It smokes"), by: .clara)
            try conversation.send(.say("Yes?"), by: .tess)
        }
        try conversation.send(.say("It smokes"), by: .clara)
        try conversation.send(.say("Yes?"), by: .tess)
        try conversation.send(.set { $0.priority = .urgent }, by: .tess)
        try conversation.send(.say("It burns"), by: .clara)
        #expect(conversation.snapshot.sla.nextResponse.targetMinutes == 60)
        #expect(conversation.snapshot.sla.nextResponse.deadlineAt == .start.plus(minutes: 60))
    }

    @Test func `resolving ends the response clocks`() throws {
        var conversation = try Conversation()
        let event = try conversation.send(.act(.resolve), by: .tess)
        #expect(facts(event) == ["resolution met", "firstResponse met"])
        #expect(conversation.snapshot.sla.nextDue == nil)
        #expect(conversation.snapshot.sla.nextAlarm == nil)
    }

    // MARK: Pauses

    @Test func `waiting pauses the resolution, and the pause is banked`() throws {
        var conversation = try Conversation()
        conversation.wait(minutes: 60)
        #expect(facts(try conversation.send(.act(.wait), by: .tess)) == ["resolution paused"])
        #expect(conversation.snapshot.sla.state == .paused)
        #expect(conversation.snapshot.sla.pausedAt == .start.plus(minutes: 60))
        conversation.wait(minutes: 100)
        let resumed = try conversation.send(.say("Here it is"), by: .clara)
        #expect(facts(resumed) == ["resolution resumed"])
        #expect(conversation.snapshot.sla.state == .running)
        #expect(conversation.snapshot.sla.pausedAt == nil)
        #expect(conversation.snapshot.sla.pausedMs == 6_000_000)
        #expect(conversation.snapshot.sla.deadlineAt == .start.plus(minutes: 1440 + 100))
    }

    @Test func `pauses add up and survive a new target`() throws {
        var conversation = try Conversation()
        for _ in 0..<3 {
            try conversation.send(.act(.wait), by: .tess)
            conversation.wait(minutes: 10)
            try conversation.send(.set { $0.status = .inProgress }, by: .tess)
        }
        #expect(conversation.snapshot.sla.deadlineAt == .start.plus(minutes: 1470))
        let event = try conversation.send(.set { $0.priority = .high }, by: .tess)
        #expect(facts(event) == ["resolution recalculated", "firstResponse recalculated"])
        #expect(conversation.snapshot.sla.deadlineAt == .start.plus(minutes: 510))
        #expect(conversation.snapshot.sla.firstResponse.deadlineAt == .start.plus(minutes: 60))
    }

    @Test func `a clock set back during a pause adds no time`() throws {
        var conversation = try Conversation()
        conversation.wait(minutes: 60)
        try conversation.send(.act(.wait), by: .tess)
        conversation.wait(minutes: -30)
        try conversation.send(.act(.release), by: .tess)
        #expect(conversation.snapshot.sla.pausedMs == 0)
        #expect(conversation.snapshot.sla.deadlineAt == .start.plus(minutes: 1440))
    }

    // MARK: Targets

    @Test func `a target by hand wins over the priority until it is taken back`() throws {
        var conversation = try Conversation()
        try conversation.send(.set { $0.targetHours = 2 }, by: .tess)
        #expect(conversation.snapshot.sla.deadlineAt == .start.plus(minutes: 120))
        try conversation.send(.set { $0.priority = .urgent }, by: .tess)
        #expect(conversation.snapshot.sla.targetHours == 2)
        #expect(conversation.snapshot.sla.deadlineAt == .start.plus(minutes: 120))
        try conversation.send(.set { $0.targetHours = .some(nil) }, by: .tess)
        #expect(conversation.snapshot.sla.deadlineAt == .start.plus(minutes: 240))
    }

    @Test func `a target may be any number of minutes, to the millisecond`() throws {
        for minutes in 1...600 {
            var conversation = try Conversation()
            try conversation.send(.set { $0.targetHours = Double(minutes) / 60 }, by: .tess)
            let deadline = conversation.snapshot.sla.deadlineAt
            #expect(deadline == .start.plus(minutes: Int64(minutes)), "\(minutes) minutes")
        }
    }

    @Test func `category and project leave the default targets alone`() throws {
        var conversation = try Conversation()
        let before = conversation.snapshot.sla
        let event = try conversation.send(
            .set {
                $0.category = .change
                $0.project = "zephyr"
            }, by: .tess)
        #expect(event?.slaAfter == nil)
        #expect(conversation.snapshot.sla == before)
    }

    // MARK: The end

    @Test(arguments: [(1440, SLAState.met, "met"), (1441, .missed, "missed")])
    func `resolving keeps or misses the deadline`(
        minutes: Int64, state: SLAState, phase: String
    ) throws {
        var conversation = try Conversation()
        conversation.wait(minutes: minutes)
        let event = try conversation.send(.act(.resolve), by: .tess)
        #expect(facts(event).first == "resolution \(phase)")
        #expect(conversation.snapshot.sla.state == state)
        #expect(conversation.snapshot.sla.breached == (state == .missed))
        #expect(conversation.snapshot.sla.resolvedAt == .start.plus(minutes: minutes))
    }

    @Test func `a ticket may be resolved out of its pause`() throws {
        var conversation = try Conversation()
        conversation.wait(minutes: 1000)
        try conversation.send(.act(.wait), by: .tess)
        conversation.wait(minutes: 10_000)
        try conversation.send(.act(.resolve), by: .clara)
        #expect(conversation.snapshot.sla.state == .met)
        #expect(conversation.snapshot.sla.pausedAt == nil)
    }

    @Test func `closing a resolved ticket moves no clock`() throws {
        var conversation = try Conversation()
        try conversation.send(.act(.resolve), by: .tess)
        let sla = conversation.snapshot.sla
        conversation.wait(minutes: 5000)
        #expect(try conversation.send(.act(.close), by: .tess)?.slaAfter == nil)
        #expect(conversation.snapshot.sla == sla)
    }

    @Test func `reopening starts the resolution again`() throws {
        var conversation = try Conversation()
        conversation.wait(minutes: 2000)
        try conversation.send(.act(.resolve), by: .tess)
        conversation.wait(minutes: 1000)
        let event = try conversation.send(.act(.reopen), by: .clara)
        #expect(facts(event) == ["resolution resumed"])
        let sla = conversation.snapshot.sla
        #expect(sla.state == .running && !sla.breached && sla.resolvedAt == nil)
        #expect(sla.breachedAt == nil && sla.pausedMs == 0 && sla.warnedPercent == 0)
        #expect(sla.deadlineAt == .start.plus(minutes: 3000 + 1440))
    }
}
