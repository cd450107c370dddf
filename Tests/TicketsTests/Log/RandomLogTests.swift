// Random commands by random people: invariants of every log, checked by simple reference folds.

import TestSupport
import Testing
import Text
import Tickets

struct RandomLogTests {
    /// A log of all accepted commands; the clock sometimes goes back.
    private func randomConversation(seed: UInt64, commands: Int = 150) throws -> Conversation {
        var generator = SeededGenerator(seed: seed)
        var conversation = try Conversation()
        for _ in 0..<commands {
            conversation.wait(minutes: .random(in: -10...200, using: &generator))
            if Int.random(in: 0..<4, using: &generator) == 0 { conversation.ring() }
            let edit = randomEdit(&generator)
            let person = Person.everybody.randomElement(using: &generator) ?? .ada
            if conversation.refusal(of: edit, by: person) == nil {
                let before = conversation.snapshot
                try check(
                    conversation.send(edit, by: person), from: before, to: conversation.snapshot)
            }
        }
        return conversation
    }

    private func randomEdit(_ generator: inout SeededGenerator) -> TicketEdit {
        func odds(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }
        var edit = TicketEdit()
        if odds(2) { edit = odds(3) ? .note("n") : .say("m") }
        if odds(3) { edit.action = TicketAction.allCases.randomElement(using: &generator) }
        guard odds(2) else { return edit }
        if odds(6) { edit.edits.status = Status.allCases.randomElement(using: &generator) }
        if odds(6) { edit.edits.priority = Priority.allCases.randomElement(using: &generator) }
        if odds(6) { edit.edits.category = Category.allCases.randomElement(using: &generator) }
        if odds(6) { edit.edits.title = ["Printer", "Scanner"].randomElement(using: &generator) }
        if odds(6) { edit.edits.project = ["atlas", "zephyr"].randomElement(using: &generator) }
        if odds(6) { edit.edits.assignedTo = odds(2) ? .nobody : .person(odds(2) ? "t1" : "t2") }
        if odds(4) { edit.edits.watchers = odds(2) ? ["me"] : ["c2", "t1"] }
        if odds(6) { edit.edits.tags = odds(2) ? [] : ["paper"] }
        if odds(6) { edit.edits.targetHours = odds(2) ? .some(nil) : 2.5 }
        return edit
    }

    private func check(_ event: TicketEvent?, from before: Ticket, to after: Ticket) throws {
        guard let event else { return #expect(before == after) }
        #expect(event.seq == before.seq + 1)
        #expect(event.publicPrev == before.publicActivity.seq)
        if !after.status.isActive {
            // What `TicketQuery.knownSortValues` rests on.
            #expect(after.sla.nextDue == nil && !after.sla.isOverdue)
        }
        if !event.isPublic {
            #expect(after.publicActivity == before.publicActivity)
            #expect(after.trail == before.trail)
            #expect(after.waitingSince == before.waitingSince)
        }
    }

    @Test(arguments: UInt64(1)...12)
    func `the fold of the events is the snapshot that was kept`(seed: UInt64) throws {
        let conversation = try randomConversation(seed: seed)
        #expect(conversation.events.count > 30)
        #expect(Ticket.fold(conversation.events) == conversation.snapshot)
        #expect(conversation.events.map(\.seq) == Array(1...conversation.events.count))
    }

    @Test(arguments: UInt64(1)...12, Audience.allCases)
    func `prev chains what an audience sees`(seed: UInt64, audience: Audience) throws {
        let conversation = try randomConversation(seed: seed)
        let visible = conversation.events.filter { $0.isVisible(to: audience) }
        #expect(visible.map { $0.prev(for: audience) } == [0] + visible.dropLast().map(\.seq))
        #expect(conversation.snapshot.activity(for: audience).seq == visible.last?.seq)
        #expect(conversation.snapshot.activity(for: audience).updatedAt == visible.last?.at)
        let messages = visible.filter {
            audience == .staff ? $0.message != nil : $0.hasPublicMessage
        }
        #expect(conversation.snapshot.activity(for: audience).messageCount == messages.count)
        #expect(
            conversation.snapshot.activity(for: audience).lastMessage?.seq == messages.last?.seq)
    }

    @Test(arguments: UInt64(1)...12)
    func `status, reopenings and closing agree with the log`(seed: UInt64) throws {
        let conversation = try randomConversation(seed: seed)
        var status = Status.open
        var reopenCount = 0
        var closedAt: Timestamp?
        for event in conversation.events {
            for (from, to) in event.changes.compactMap(\.status) {
                #expect(from == status && to != from)
                let wasOver = from == .resolved || from == .closed
                if wasOver, to != .resolved, to != .closed { reopenCount += 1 }
                closedAt = to == .closed ? event.at : nil
                status = to
            }
        }
        #expect(conversation.snapshot.status == status)
        #expect(conversation.snapshot.reopenCount == reopenCount)
        #expect(conversation.snapshot.closedAt == closedAt)
    }

    @Test(arguments: UInt64(1)...12)
    func `waitingSince is the oldest unanswered word of a client`(seed: UInt64) throws {
        let conversation = try randomConversation(seed: seed)
        let spoken = conversation.events.filter { $0.kind == .created || $0.hasPublicMessage }
        let answer = spoken.lastIndex { $0.by.role != .client } ?? -1
        #expect(conversation.snapshot.waitingSince == spoken.dropFirst(answer + 1).first?.at)
    }

    @Test(arguments: UInt64(1)...6)
    func `the compose guard agrees with a search of the log`(seed: UInt64) throws {
        let conversation = try randomConversation(seed: seed)
        for person in Person.everybody {
            for base in 0...conversation.events.count {
                let isStale = conversation.events.dropFirst(base).contains { event in
                    (event.hasPublicMessage && event.by.id != person.id)
                        || event.changes.contains { $0.field == .status }
                }
                #expect(conversation.snapshot.trail.isStale(at: base, for: person.id) == isStale)
            }
        }
    }

    @Test(arguments: UInt64(1)...6)
    func `events and snapshots survive their records`(seed: UInt64) throws {
        let conversation = try randomConversation(seed: seed)
        for event in conversation.events {
            #expect(try TicketEvent(record: event.record) == event)
        }
        #expect(try Ticket(record: conversation.snapshot.record) == conversation.snapshot)
    }
}
