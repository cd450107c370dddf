// Messages and fields: how a client's message changes a status, what a closed ticket accepts, and
// which commands change nothing.

import TestSupport
import Testing
import Text
import Tickets

struct TicketPlanningTests {
    // MARK: Messages

    @Test(arguments: [
        (Status.open, Status.open, Status.open), (.inProgress, .inProgress, .inProgress),
        (.waiting, .open, .inProgress), (.resolved, .open, .inProgress),
    ])
    func `a client's message wakes a ticket`(
        before: Status, unassigned: Status, assigned: Status
    ) throws {
        for (holder, after) in [(nil, unassigned), (Person.tess, assigned)] {
            var conversation = try Conversation(before, heldBy: holder)
            let event = try conversation.send(.say("Still broken"), by: .clara)
            #expect(conversation.snapshot.status == after)
            #expect(event?.changes == (before == after ? [] : [.status(from: before, to: after)]))
            #expect(conversation.snapshot.reopenCount == (before == .resolved ? 1 : 0))
        }
    }

    @Test(arguments: [Status.open, .inProgress, .waiting, .resolved])
    func `a staff member's message leaves the status alone`(status: Status) throws {
        var conversation = try Conversation(status, heldBy: .tess)
        for edit in [TicketEdit.say("Looking into it"), .note("Odd")] {
            #expect(try conversation.send(edit, by: .tess)?.changes == [])
        }
        #expect(conversation.snapshot.status == status)
    }

    @Test func `a closed ticket takes internal notes only`() throws {
        var conversation = try Conversation(.closed)
        for person in [Person.clara, .tess, .ada] {
            let refusal = conversation.refusal(of: .say("Hello?"), by: person)
            #expect(refusal?.code == .ticketClosed)
            #expect(refusal?.field == "body")
        }
        #expect(try conversation.send(.note("For the record"), by: .tess) != nil)
        #expect(conversation.snapshot.status == .closed)
    }

    @Test(arguments: [Status.waiting, .resolved])
    func `a closed ticket is not moved by a field where it is not by an action`(
        _ status: Status
    ) throws {
        let conversation = try Conversation(.closed)
        let refusal = conversation.refusal(of: .set { $0.status = status }, by: .tess)
        #expect(refusal?.code == .ticketClosed)
        #expect(refusal?.field == "status")
    }

    @Test(arguments: [Status.open, .inProgress])
    func `to reopen by a field is to reopen, also with a message`(_ status: Status) throws {
        var conversation = try Conversation(.closed)
        try conversation.send(.say("Again").and { $0.status = status }, by: .tess)
        #expect(conversation.snapshot.status == status)
        #expect(conversation.snapshot.reopenCount == 1)
    }

    @Test func `a base beyond the log is refused, also with force and for a note`() throws {
        var conversation = try Conversation()
        try conversation.send(.note("for us"), by: .tess)
        for (base, author) in [(3, Person.tess), (.max, .tess), (2, .clara)] {
            var edit = TicketEdit.say("Done").seen(base)
            #expect(conversation.refusal(of: edit, by: author)?.field == "baseSeq")
            edit.draft?.force = true
            #expect(conversation.refusal(of: edit, by: author)?.code == .badRequest)
        }
        for (base, author) in [(2, Person.tess), (1, .clara)] {
            #expect(conversation.refusal(of: .say("Done").seen(base), by: author) == nil)
        }
    }

    @Test func `staff may reopen a closed ticket with their message, a client may not`() throws {
        var conversation = try Conversation(.closed)
        let edit = TicketEdit.say("Once more").and(.reopen)
        #expect(conversation.refusal(of: edit, by: .clara)?.code == .ticketClosed)
        #expect(try conversation.send(edit, by: .tess)?.changes.map(\.field) == [.status])
        #expect(conversation.snapshot.status == .open)
    }

    @Test func `a message needs words or an attachment`() throws {
        let conversation = try Conversation()
        for body in ["", " ", "\n\t \u{a0}"] {
            let refusal = conversation.refusal(of: .say(body), by: .clara)
            #expect(refusal?.code == .badRequest)
            #expect(refusal?.field == "body")
        }
    }

    @Test func `mentions are people who are known here`() throws {
        let conversation = try Conversation()
        var edit = TicketEdit.say("Look")
        edit.draft?.mentions = ["t1", "c1"]
        let message = try conversation.decide(edit, by: .tess)?.message
        #expect(message?.mentions == ["t1", "c1"])
        edit.draft?.mentions = ["t1", "nobody"]
        #expect(conversation.refusal(of: edit, by: .tess)?.code == .badRequest)
        #expect(conversation.refusal(of: edit, by: .tess)?.field == "mentions")
    }

    // MARK: Fields

    @Test func `every field changes in one event`() throws {
        var conversation = try Conversation()
        let event = try conversation.send(
            .set { edits in
                edits.targetHours = 2
                edits[.dueAt] = .time(.start)
                edits.tags = ["paper"]
                edits.watchers = ["c2"]
                edits.title = "Scanner"
                edits.project = "zephyr"
                edits.category = .change
                edits.priority = .high
                edits.assignedTo = .caller
                edits.status = .waiting
            }, by: .tess)
        let snapshot = conversation.snapshot
        #expect(
            event?.changes.map(\.field.rawValue).sorted()
                == [
                    "assignedTo", "category", "dueAt", "priority", "project", "status", "tags",
                    "targetHours", "title", "watchers",
                ])
        #expect(
            snapshot.title == "Scanner" && snapshot.project == "zephyr"
                && snapshot.tags == ["paper"])
        #expect(
            snapshot.category == .change && snapshot.priority == .high
                && snapshot.status == .waiting)
        #expect(snapshot.assignedTo == .tess && snapshot.watchers == [.colin])
        #expect(snapshot.sla.targetHours == 2)
    }

    @Test func `asking for what already is makes no event`() throws {
        var conversation = try Conversation(.inProgress, heldBy: .tess)
        try conversation.send(.set { $0.tags = ["a", "b"] }, by: .tess)
        let snapshot = conversation.snapshot
        let same = TicketEdit.set { edits in
            edits.status = snapshot.status
            edits.priority = snapshot.priority
            edits.category = snapshot.category
            edits.title = snapshot.title
            edits.project = snapshot.project
            edits.assignedTo = .person("t1")
            edits.watchers = []
            edits.tags = ["a", "b", "a"]
            edits.targetHours = .some(nil)
            edits[.dueAt] = .empty
        }
        #expect(try conversation.decide(same, by: .ada) == nil)
        #expect(try conversation.decide(TicketEdit(), by: .ada) == nil)
        #expect(try conversation.decide(.set { $0.assignedTo = .caller }, by: .tess) == nil)
    }

    @Test func `a date is promised once, moved and taken back`() throws {
        var conversation = try Conversation()
        let later = Timestamp.start.plus(minutes: 60)
        for date in [FieldValue.time(.start), .time(later), .empty] {
            let edit = TicketEdit.set { $0[.dueAt] = date }
            let before = TicketField.dueAt.value(of: conversation.snapshot)
            let event = try conversation.send(edit, by: .tess)
            #expect(event?.changes == [FieldChange(.dueAt, from: before, to: date)])
            #expect(event?.isPublic == true, "it is a promise to the client")
            #expect(conversation.snapshot.dueAt == date.time)
            #expect(try conversation.send(edit, by: .tess) == nil)
        }
    }

    @Test func `tickets go to staff`() throws {
        let conversation = try Conversation()
        for id: ExactText in ["c1", "nobody", ""] {
            let edit = TicketEdit.set { $0.assignedTo = .person(id) }
            #expect(conversation.refusal(of: edit, by: .ada)?.code == .badRequest)
            #expect(conversation.refusal(of: edit, by: .ada)?.field == "assignedTo")
        }
        let edit = TicketEdit.set { $0.assignedTo = .person("t2") }
        #expect(
            try conversation.decide(edit, by: .tess)?.changes == [
                .assignedTo(from: nil, to: .theo)
            ])
    }

    @Test func `a target by hand is a change even when it equals the policy's`() throws {
        var conversation = try Conversation(priority: .normal)
        let byHand = try conversation.send(.set { $0.targetHours = 24 }, by: .tess)
        #expect(byHand?.changes == [.targetHours(from: nil, to: 24)])
        #expect(try conversation.send(.set { $0.targetHours = 24 }, by: .tess) == nil)
        let back = try conversation.send(.set { $0.targetHours = .some(nil) }, by: .tess)
        #expect(back?.changes == [.targetHours(from: 24, to: nil)])
        #expect(conversation.snapshot.sla.isTargetManual == false)
    }
}
