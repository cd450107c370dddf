// The recipients of each notification.

import TestSupport
import Testing
import Text
import Tickets

@Suite struct NotificationRulesTests {
    private static let rules = NotificationRules(staff: [.tess, .theo, .ada]) { id in
        Person.everybody.first { $0.id == id }
    }

    /// Kinds by person of the newest event.
    private func told(_ talk: Conversation) throws -> [String: NotificationKind] {
        let event = try #require(talk.events.last)
        let recipients = Self.rules.recipients(of: event, snapshot: talk.snapshot)
        #expect(Set(recipients.map(\.person.id)).count == recipients.count)
        return Dictionary(uniqueKeysWithValues: recipients.map { ($0.person.name, $0.kind) })
    }

    private func watched(by people: [Person]) throws -> Conversation {
        var talk = try Conversation(.inProgress, heldBy: .tess)
        try talk.send(.set { $0.watchers = people.map(\.id) }, by: .ada)
        return talk
    }

    @Test func `a new ticket: the team in their lists, its own client by e-mail alone`() throws {
        let talk = try Conversation()
        let created = try #require(talk.events.first)
        let recipients = Self.rules.recipients(of: created, snapshot: try #require(created.created))
        #expect(recipients.map(\.person) == [.ada, .clara, .tess, .theo])
        #expect(recipients.allSatisfy { $0.kind == .created })
        #expect(recipients.filter(\.isMailOnly).map(\.person) == [.clara])
        #expect(recipients.filter(\.isListOnly).map(\.person) == [.ada, .tess, .theo])
    }

    @Test func `a large team watches the queue instead`() throws {
        let team = (0...NotificationRules.teamMax).map {
            Person(id: "s\($0)", name: "S", role: .technician)
        }
        let created = try #require(try Conversation().events.first)
        let recipients = NotificationRules(staff: team) { _ in nil }
            .recipients(of: created, snapshot: try #require(created.created))
        #expect(recipients.map(\.person) == [.clara])
    }

    @Test func `a public message: everyone involved but its author`() throws {
        var talk = try watched(by: [.theo, .colin])
        try talk.send(.say("Hello"), by: .tess)
        #expect(try told(talk) == ["Clara": .reply, "Theo": .reply, "Colin": .reply])
        try talk.send(.say("Hello too"), by: .clara)
        #expect(try told(talk) == ["Tess": .reply, "Theo": .reply, "Colin": .reply])
    }

    @Test func `only mere watchers are notified once a burst`() throws {
        var talk = try watched(by: [.theo, .tess])
        try talk.send(.say("Hello"), by: .ada)
        let event = try #require(talk.events.last)
        let watching = Self.rules.recipients(of: event, snapshot: talk.snapshot)
            .filter(\.isOnlyWatching).map(\.person)
        #expect(watching == [.theo])
    }

    @Test func `a note: staff alone`() throws {
        var talk = try watched(by: [.theo, .colin])
        var note = TicketEdit.note("Between us")
        note.draft?.mentions = ["c1", "a1"]
        try talk.send(note, by: .tess)
        #expect(try told(talk) == ["Theo": .note, "Ada": .mention])
    }

    @Test func `of a note with a public change, clients get the change`() throws {
        var talk = try watched(by: [.theo])
        try talk.send(TicketEdit.note("Done, I think").and(.resolve), by: .tess)
        #expect(try told(talk) == ["Clara": .resolved, "Theo": .resolved])
    }

    @Test func `a client is mentioned only where they may read`() throws {
        var talk = try watched(by: [])
        var message = TicketEdit.say("Ask them")
        message.draft?.mentions = ["c2", "t2", "c1"]
        try talk.send(message, by: .tess)
        #expect(try told(talk) == ["Clara": .mention, "Theo": .mention])
    }

    @Test func `an assignment notifies the assigned technician`() throws {
        var talk = try Conversation(.open)
        try talk.send(.set { $0.assignedTo = .person("t2") }, by: .ada)
        #expect(try told(talk)["Theo"] == .assigned)
        try talk.send(.set { $0.assignedTo = .person("a1") }, by: .ada)
        #expect(try told(talk)["Ada"] == nil, "nobody is told what they did themselves")
    }

    @Test func `changes of tags, watchers and targets notify no one`() throws {
        var talk = try watched(by: [.theo])
        #expect(try told(talk).isEmpty)
        try talk.send(.set { $0.tags = ["paper"] }, by: .ada)
        #expect(try told(talk).isEmpty)
        try talk.send(.set { $0.targetHours = .some(3) }, by: .ada)
        #expect(try told(talk).isEmpty)
        try talk.send(.set { $0.priority = .urgent }, by: .ada)
        #expect(try told(talk) == ["Tess": .change, "Theo": .change])
    }

    @Test func `deadlines: a warning to the assignee, a breach to watchers and admins too`() throws
    {
        var talk = try watched(by: [.theo, .colin])
        var phases: Set<SLAFact.Phase> = []
        for _ in 0..<2000 where phases.count < 2 {
            talk.wait(minutes: 5)
            guard let event = talk.ring(), let phase = event.sla.first?.phase else { continue }
            phases.insert(phase)
            if event.sla.contains(where: { $0.phase == .breached }) {
                #expect(
                    try told(talk) == [
                        "Tess": .slaBreach, "Theo": .slaBreach, "Ada": .slaBreach,
                    ])
            } else {
                #expect(try told(talk) == ["Tess": .slaWarning])
            }
        }
        #expect(phases == [.warning, .breached])
    }

    @Test func `a warning about an unassigned ticket goes to the admins`() throws {
        var talk = try Conversation(.open)
        var event: TicketEvent?
        while event == nil {
            talk.wait(minutes: 5)
            event = talk.ring()
        }
        #expect(try told(talk) == ["Ada": .slaWarning])
    }

    // MARK: The outbox

    @Test func `an entry for the people, and one for each webhook that takes the event`() throws {
        var plan = OutboxPlan()
        plan.webhooks = [
            WebhookFilter(name: "all", kinds: nil, takesInternal: false),
            WebhookFilter(name: "notes", kinds: [.message], takesInternal: true),
            WebhookFilter(name: "changes", kinds: [.change], takesInternal: false),
        ]
        var talk = try watched(by: [])
        func targets() throws -> [ExactText] {
            let event = try #require(talk.events.last)
            return plan.entries(for: event, snapshot: talk.snapshot, by: Self.rules).map(
                \.target.name)
        }
        try talk.send(.note("Between us"), by: .theo)
        #expect(try targets() == ["people", "webhook:notes"])
        // To those who may not read the note, what is left of it is a change.
        try talk.send(TicketEdit.note("Done").and(.resolve), by: .theo)
        #expect(
            try targets() == ["people", "webhook:all", "webhook:notes", "webhook:changes"])
    }

    @Test func `ids name event and target`() throws {
        let ticket = TicketID(high: 1, low: 2)
        let recipient = Recipient(person: .clara, kind: .reply)
        let names: [ExactText] = ["people", "mail", "webhook:h/1"]
        let ids = names.compactMap { OutboxTarget(name: $0) }.map {
            OutboxEntry(target: $0, ticket: ticket, seq: 7, at: .start, recipients: [recipient]).id
        }
        #expect(
            ids == ["people", "mail-c1", "webhook:h/1"].map { "\(ticket)-7-\($0)" as ExactText })
        #expect(OutboxTarget(name: "pigeon") == nil)
    }
}
