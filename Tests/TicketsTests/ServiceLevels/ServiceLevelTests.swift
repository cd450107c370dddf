// Warnings and breaches: on time, late, once.

import TestSupport
import Testing
import Tickets

struct ServiceLevelTests {
    private func facts(_ event: TicketEvent?) -> [String] {
        event?.sla.map { fact in
            let percent = fact.percent.map { " \($0)" } ?? ""
            return "\(fact.clock.rawValue) \(fact.phase.rawValue)\(percent)"
        } ?? []
    }

    /// Answered at once, so that only the resolution clock (24 h) runs.
    private func answered() throws -> Conversation {
        var conversation = try Conversation()
        try conversation.send(.say("Hello"), by: .tess)
        return conversation
    }

    @Test func `warns at 75 and 90 percent and breaches at the deadline, to the millisecond`()
        throws
    {
        var conversation = try answered()
        for (minutes, fact) in [
            (Int64(1080), "resolution warning 75"), (1296, "resolution warning 90"),
            (1440, "resolution breached"),
        ] {
            let moment = Timestamp.start.plus(minutes: minutes)
            #expect(conversation.snapshot.sla.nextAlarm == moment)
            conversation.now = moment.advanced(byMilliseconds: -1)
            #expect(conversation.ring() == nil)
            conversation.now = moment
            #expect(facts(conversation.ring()) == [fact])
            #expect(conversation.ring() == nil)
        }
        #expect(conversation.snapshot.sla.nextAlarm == nil)
        #expect(conversation.snapshot.sla.breached)
        #expect(conversation.snapshot.sla.breachedAt == .start.plus(minutes: 1440))
    }

    @Test func `a response clock warns and breaches`() throws {
        var conversation = try Conversation()
        var heard: [String] = []
        for minute in Int64(1)...240 {
            conversation.now = .start.plus(minutes: minute)
            heard += facts(conversation.ring()).map { "\(minute) \($0)" }
        }
        #expect(
            heard == [
                "180 firstResponse warning 75", "216 firstResponse warning 90",
                "240 firstResponse breached",
            ])
        try conversation.send(.say("Sorry"), by: .tess)
        #expect(conversation.snapshot.sla.firstResponse.breached)
        #expect(conversation.snapshot.sla.firstResponse.metAt == .start.plus(minutes: 240))
    }

    @Test func `what comes late comes once, the gravest only`() throws {
        var conversation = try answered()
        conversation.wait(minutes: 1300)
        #expect(facts(conversation.ring()) == ["resolution warning 90"])
        #expect(conversation.ring() == nil)
        conversation = try answered()
        conversation.wait(minutes: 100_000)
        #expect(facts(conversation.ring()) == ["resolution breached"])
        #expect(conversation.ring() == nil)
    }

    @Test func `clocks that are due together make one event`() throws {
        var conversation = try Conversation()
        conversation.wait(minutes: 1080)
        #expect(facts(conversation.ring()) == ["firstResponse breached", "resolution warning 75"])
        #expect(conversation.ring() == nil)
    }

    @Test func `a clock set back repeats nothing`() throws {
        var conversation = try answered()
        conversation.wait(minutes: 1440)
        conversation.ring()
        conversation.now = .start
        #expect(conversation.ring() == nil)
        conversation.wait(minutes: 1440)
        #expect(conversation.ring() == nil)
    }

    @Test func `a ticket folded from its log repeats no alarm`() throws {
        var conversation = try answered()
        conversation.wait(minutes: 1440)
        conversation.ring()
        let reloaded = try #require(Ticket.fold(conversation.events))
        #expect(Conversation.rules(at: conversation.now).decideAlarm(on: reloaded) == nil)
    }

    @Test func `a paused or resolved ticket is silent`() throws {
        for action in [TicketAction.wait, .resolve, .close] {
            var conversation = try answered()
            try conversation.send(.act(action), by: .tess)
            #expect(conversation.snapshot.sla.nextAlarm == nil)
            conversation.wait(minutes: 100_000)
            #expect(conversation.ring() == nil)
        }
    }

    @Test func `a response clock runs on while the ticket waits`() throws {
        var conversation = try Conversation()
        try conversation.send(.act(.wait), by: .tess)
        conversation.wait(minutes: 240)
        #expect(facts(conversation.ring()) == ["firstResponse breached"])
    }

    @Test func `a later deadline takes the breach back, and may be broken again`() throws {
        var conversation = try answered()
        conversation.wait(minutes: 1440)
        conversation.ring()
        try conversation.send(.set { $0.targetHours = 48 }, by: .tess)
        #expect(!conversation.snapshot.sla.breached)
        #expect(conversation.snapshot.sla.breachedAt == nil)
        #expect(conversation.snapshot.sla.nextAlarm == .start.plus(minutes: 2160))
        conversation.wait(minutes: 1440)
        #expect(facts(conversation.ring()) == ["resolution breached"])
        #expect(conversation.ring() == nil)
    }

    @Test func `a paused clock is judged as of its stop, however long ago`() throws {
        var conversation = try answered()
        conversation.wait(minutes: 1440)
        conversation.ring()
        try conversation.send(.act(.wait), by: .tess)
        conversation.wait(minutes: 100_000)
        try conversation.send(.set { $0.targetHours = 32 }, by: .tess)
        #expect(conversation.snapshot.sla.state == .paused)
        #expect(!conversation.snapshot.sla.breached)
        #expect(conversation.snapshot.sla.warnedPercent == 75)
        try conversation.send(.act(.release), by: .tess)
        #expect(conversation.snapshot.sla.nextAlarm == conversation.now.plus(minutes: 288))
    }

    @Test func `a lower priority takes a broken response back`() throws {
        var conversation = try Conversation(priority: .urgent)
        conversation.wait(minutes: 30)
        conversation.ring()
        #expect(conversation.snapshot.sla.firstResponse.breached)
        try conversation.send(.set { $0.priority = .high }, by: .tess)
        #expect(!conversation.snapshot.sla.firstResponse.breached)
        #expect(conversation.snapshot.sla.nextAlarm == .start.plus(minutes: 45))
        try conversation.send(.set { $0.priority = .urgent }, by: .tess)
        #expect(facts(conversation.ring()) == ["firstResponse breached"])
    }

    @Test func `a deadline moved into the past is broken at once, and once`() throws {
        var conversation = try answered()
        conversation.wait(minutes: 300)
        try conversation.send(.set { $0.priority = .urgent }, by: .tess)
        #expect(facts(conversation.ring()) == ["resolution breached"])
        try conversation.send(.set { $0.targetHours = 1 }, by: .tess)
        #expect(conversation.snapshot.sla.breached)
        #expect(conversation.ring() == nil)
    }

    @Test func `a breached ticket stays missed though the clock is set back`() throws {
        var conversation = try answered()
        conversation.wait(minutes: 1440)
        conversation.ring()
        conversation.now = .start
        try conversation.send(.act(.resolve), by: .tess)
        #expect(conversation.snapshot.sla.state == .missed)
    }

    @Test func `tells what is next, what is overdue and what was warned of`() throws {
        var conversation = try Conversation()
        #expect(conversation.snapshot.sla.nextDue?.deadlineAt == .start.plus(minutes: 240))
        #expect(!conversation.snapshot.sla.isWarned && !conversation.snapshot.sla.isOverdue)
        conversation.wait(minutes: 180)
        conversation.ring()
        #expect(conversation.snapshot.sla.isWarned && !conversation.snapshot.sla.isOverdue)
        conversation.wait(minutes: 60)
        conversation.ring()
        #expect(conversation.snapshot.sla.isOverdue)
        try conversation.send(.say("Sorry"), by: .tess)
        #expect(!conversation.snapshot.sla.isWarned && !conversation.snapshot.sla.isOverdue)
        #expect(conversation.snapshot.sla.nextDue?.clock == .resolution)
    }
}
