// A ticket's clocks in working hours: nights, pauses, and changes of policy.

import TestSupport
import Testing
import Text
import Tickets

extension SLAPolicy {
    /// Office hours in Paris, except for urgent tickets, which run around the clock, and for
    /// the project “atoll”, where nothing is promised.
    static func offices() throws -> SLAPolicy {
        let office = try #require(
            WorkHours.office().laidOut(over: CivilDay(number: 20_454)..<CivilDay(number: 21_184)))
        func rule(_ first: Double?, _ next: Double?, _ hours: Double?, _ calendar: WorkCalendar)
            -> SLARule
        {
            SLARule(
                SLATerms(
                    targets: SLATargets(
                        firstResponseMinutes: first, nextResponseMinutes: next,
                        resolutionHours: hours),
                    calendar: calendar))
        }
        var nothing = rule(nil, nil, nil, .aroundTheClock)
        nothing.projects = ["atoll"]
        var urgent = rule(30, 60, 4, .aroundTheClock)
        urgent.priorities = [.urgent]
        var changes = rule(240, 240, 40, office)
        changes.categories = [.change]
        changes.projects = ["atlas", "zephyr"]
        var normal = rule(60, 120, 8, office)
        normal.priorities = [.normal, .high]
        return SLAPolicy(rules: [nothing, urgent, changes, normal])
    }
}

struct BusinessHoursTests {
    private func facts(_ event: TicketEvent?) -> [String] {
        event?.sla.map { "\($0.clock.rawValue) \($0.phase.rawValue)" } ?? []
    }

    /// Opened at that moment, in UTC; Paris is an hour ahead in November.
    private func conversation(
        _ start: String = "2026-11-23 16:00", _ priority: Priority = .normal
    ) throws -> Conversation {
        try Conversation(priority: priority, at: try Timestamp(utc: start), policy: .offices())
    }

    @Test func `the first rule that matches wins, and the defaults are for the rest`() throws {
        let policy = try SLAPolicy.offices()
        func hours(_ priority: Priority, _ category: Tickets.Category, _ project: ExactText)
            -> Double?
        {
            policy.terms(priority: priority, category: category, project: project).targets
                .resolutionHours
        }
        #expect(hours(.urgent, .change, "atoll") == nil)
        #expect(hours(.urgent, .change, "atlas") == 4)
        #expect(hours(.normal, .change, "zephyr") == 40)
        #expect(hours(.normal, .change, "other") == 8)
        #expect(hours(.high, .incident, "atlas") == 8)
        #expect(hours(.low, .incident, "atlas") == 72)
        let terms = policy.terms(priority: .low, category: .incident, project: "atlas")
        #expect(terms.calendar == .aroundTheClock)
    }

    @Test func `deadlines and warnings keep to the office's hours`() throws {
        let sla = try conversation().snapshot.sla
        #expect(sla.firstResponse.deadlineAt?.rfc3339 == "2026-11-23T17:00:00.000Z")
        #expect(sla.deadlineAt?.rfc3339 == "2026-11-24T16:00:00.000Z")
        #expect(sla.warnings?.early.rfc3339 == "2026-11-24T14:00:00.000Z")
        #expect(sla.warnings?.late.rfc3339 == "2026-11-24T15:12:00.000Z")
        #expect(sla.nextDue?.clock == .firstResponse)
    }

    @Test func `a night costs nothing, and warnings come in the morning`() throws {
        var conversation = try conversation("2026-11-23 16:30")
        var heard: [String] = []
        for _ in 0..<2880 {
            conversation.wait(minutes: 1)
            guard let event = conversation.ring() else { continue }
            heard += facts(event).map { "\(conversation.now.rfc3339.dropFirst(8).prefix(8)) \($0)" }
        }
        #expect(
            heard == [
                "24T07:45 firstResponse warning", "24T07:54 firstResponse warning",
                "24T08:00 firstResponse breached", "24T14:30 resolution warning",
                "24T15:42 resolution warning", "24T16:30 resolution breached",
            ])
    }

    @Test func `a pause over the night moves no deadline of an office`() throws {
        var conversation = try conversation()
        conversation.now = try Timestamp(utc: "2026-11-23 17:00")
        try conversation.send(.act(.wait), by: .tess)
        conversation.now = try Timestamp(utc: "2026-11-24 07:30")
        try conversation.send(.say("Here"), by: .clara)
        let sla = conversation.snapshot.sla
        #expect(sla.pausedMs == (14 * 60 + 30) * 60_000)
        #expect(sla.deadlineAt?.rfc3339 == "2026-11-24T16:00:00.000Z")
    }

    @Test func `a pause counts the working time in it`() throws {
        var conversation = try conversation()
        conversation.now = try Timestamp(utc: "2026-11-23 16:30")
        try conversation.send(.act(.wait), by: .tess)
        conversation.now = try Timestamp(utc: "2026-11-24 08:30")
        try conversation.send(.say("Here"), by: .clara)
        // Half an hour in the evening, an hour in the morning.
        #expect(conversation.snapshot.sla.deadlineAt?.rfc3339 == "2026-11-25T08:00:00.000Z")
    }

    @Test func `another calendar counts the same pauses anew`() throws {
        var conversation = try conversation("2026-11-27 16:00")
        try conversation.send(.act(.wait), by: .tess)
        conversation.now = try Timestamp(utc: "2026-11-30 07:30")
        try conversation.send(.say("Here"), by: .clara)
        #expect(conversation.snapshot.sla.deadlineAt?.rfc3339 == "2026-11-30T17:00:00.000Z")
        let pausedMs = conversation.snapshot.sla.pausedMs
        // Around the clock the whole weekend was a pause: four hours are left, and not none.
        let event = try conversation.send(.set { $0.priority = .urgent }, by: .tess)
        #expect(facts(event) == ["resolution recalculated", "firstResponse recalculated"])
        #expect(conversation.snapshot.sla.deadlineAt?.rfc3339 == "2026-11-30T11:30:00.000Z")
        #expect(!conversation.snapshot.sla.breached)
        try conversation.send(.set { $0.priority = .high }, by: .tess)
        #expect(conversation.snapshot.sla.deadlineAt?.rfc3339 == "2026-11-30T17:00:00.000Z")
        #expect(conversation.snapshot.sla.pausedMs == pausedMs)
    }

    @Test func `a priority changed while paused is judged as of the stop`() throws {
        var conversation = try conversation("2026-11-23 08:00")
        conversation.now = try Timestamp(utc: "2026-11-23 09:00")
        try conversation.send(.act(.wait), by: .tess)
        conversation.now = try Timestamp(utc: "2026-11-26 09:00")
        let event = try conversation.send(.set { $0.priority = .urgent }, by: .tess)
        #expect(facts(event).contains("resolution recalculated"))
        #expect(conversation.snapshot.sla.state == .paused && !conversation.snapshot.sla.breached)
        conversation.now = try Timestamp(utc: "2026-11-28 03:00")
        try conversation.send(.act(.release), by: .tess)
        #expect(conversation.snapshot.sla.deadlineAt?.rfc3339 == "2026-11-28T06:00:00.000Z")
    }

    @Test func `category and project move the deadlines too`() throws {
        var conversation = try conversation("2026-11-23 07:30")
        let event = try conversation.send(.set { $0.category = .change }, by: .tess)
        #expect(facts(event) == ["resolution recalculated", "firstResponse recalculated"])
        #expect(conversation.snapshot.sla.deadlineAt?.rfc3339 == "2026-11-27T17:00:00.000Z")
        try conversation.send(.set { $0.project = "other" }, by: .tess)
        #expect(conversation.snapshot.sla.targetHours == 8)
        #expect(conversation.snapshot.sla.deadlineAt?.rfc3339 == "2026-11-23T17:00:00.000Z")
    }

    @Test func `a target by hand is counted in the hours of the policy`() throws {
        var conversation = try conversation("2026-11-23 16:00")
        try conversation.send(.set { $0.targetHours = 2 }, by: .tess)
        #expect(conversation.snapshot.sla.deadlineAt?.rfc3339 == "2026-11-24T08:30:00.000Z")
        try conversation.send(.set { $0.priority = .urgent }, by: .tess)
        #expect(conversation.snapshot.sla.targetHours == 2)
        #expect(conversation.snapshot.sla.deadlineAt?.rfc3339 == "2026-11-23T18:00:00.000Z")
        try conversation.send(.set { $0.targetHours = .some(nil) }, by: .tess)
        #expect(conversation.snapshot.sla.deadlineAt?.rfc3339 == "2026-11-23T20:00:00.000Z")
    }

    @Test func `without a target no clock runs`() throws {
        var conversation = try conversation()
        try conversation.send(.set { $0.project = "atoll" }, by: .tess)
        let sla = conversation.snapshot.sla
        #expect(sla.state == .none && sla.deadlineAt == nil && sla.nextAlarm == nil)
        conversation.wait(minutes: 10_000)
        #expect(conversation.ring() == nil)
        #expect(facts(try conversation.send(.say("Hello"), by: .tess)).isEmpty)
        #expect(conversation.snapshot.sla.firstResponse.metAt == conversation.now)
        try conversation.send(.say("Hello?"), by: .clara)
        #expect(conversation.snapshot.sla.nextResponse.deadlineAt == nil)
        // A promise made later counts from when the client began to wait.
        let asked = conversation.now
        conversation.wait(minutes: 30)
        let event = try conversation.send(.set { $0.priority = .urgent }, by: .tess)
        #expect(facts(event).isEmpty)
        try conversation.send(.set { $0.project = "atlas" }, by: .tess)
        #expect(conversation.snapshot.sla.nextResponse.deadlineAt == asked.plus(minutes: 60))
        #expect(conversation.snapshot.sla.state == .running)
    }

    @Test func `a new policy waits for a reason to recalculate`() throws {
        var conversation = try conversation("2026-11-23 08:00")
        let before = conversation.snapshot.sla
        conversation.policy = SLAPolicy()
        #expect(try conversation.send(.say("Hello?"), by: .clara)?.slaAfter == nil)
        #expect(conversation.snapshot.sla == before)
        try conversation.send(.set { $0.priority = .low }, by: .tess)
        #expect(conversation.snapshot.sla.targetHours == 72)
    }

    @Test func `reopening starts by the policy of that day`() throws {
        var conversation = try conversation("2026-11-23 08:00")
        try conversation.send(.act(.resolve), by: .tess)
        conversation.policy = SLAPolicy()
        conversation.wait(minutes: 60)
        try conversation.send(.act(.reopen), by: .tess)
        #expect(conversation.snapshot.sla.targetHours == 24)
        #expect(conversation.snapshot.sla.deadlineAt == conversation.now.plus(minutes: 1440))
    }

    @Test func `very many pauses are kept as a number`() throws {
        var conversation = try conversation("2026-11-23 08:00")
        for _ in 0..<100 {
            try conversation.send(.act(.wait), by: .tess)
            conversation.wait(minutes: 1)
            try conversation.send(.act(.release), by: .tess)
        }
        #expect(conversation.snapshot.sla.pauses.count == 32)
        #expect(conversation.snapshot.sla.bankedMs == 68 * 60_000)
        #expect(conversation.snapshot.sla.pausedMs == 100 * 60_000)
        #expect(conversation.snapshot.sla.deadlineAt?.rfc3339 == "2026-11-24T09:40:00.000Z")
    }

    @Test func `a fold needs no policy`() throws {
        var conversation = try conversation()
        for minutes in [700, 40, 900, 2000] as [Int64] {
            try conversation.send(.act(.wait), by: .tess)
            conversation.wait(minutes: minutes)
            try conversation.send(.say("Here"), by: .clara)
            try conversation.send(.set { $0.category = .change }, by: .tess)
            conversation.ring()
        }
        let records = conversation.events.map(\.record)
        let events = try records.map { try TicketEvent(record: $0) }
        #expect(events == conversation.events)
        #expect(Ticket.fold(events) == conversation.snapshot)
    }
}
