// Permissions for commands: every refusal names its field.

import TestSupport
import Testing
import Text
import Tickets

struct TicketPermissionsTests {
    /// Each field of `set` that is for staff, alone.
    static let staffFields: [FieldEdits] = [
        edits { $0.status = .open }, edits { $0.priority = .urgent },
        edits { $0.category = .change }, edits { $0.project = "zephyr" },
        edits { $0.assignedTo = .nobody }, edits { $0.tags = [] },
        edits { $0.targetHours = .some(nil) }, edits { $0[.dueAt] = .time(.start) },
    ]

    private static func edits(_ change: (inout FieldEdits) -> Void) -> FieldEdits {
        TicketEdit.set(change).edits
    }

    @Test(arguments: staffFields)
    func `a client may not set the fields of staff`(edits: FieldEdits) throws {
        let conversation = try Conversation()
        let edit = TicketEdit.set { $0 = edits }
        let refusal = conversation.refusal(of: edit, by: .clara)
        #expect(refusal?.code == .forbidden)
        #expect(refusal?.field == edits.fields.first?.rawValue)
        #expect(conversation.refusal(of: edit, by: .tess) == nil)
    }

    @Test(arguments: [TicketAction.take, .release, .close, .wait], Status.allCases)
    func `a client may not do this`(action: TicketAction, status: Status) throws {
        let conversation = try Conversation(status)
        let refusal = conversation.refusal(of: .act(action), by: .clara)
        #expect(refusal?.code == .forbidden)
        #expect(refusal?.field == "action")
    }

    @Test func `a client may not write internal notes`() throws {
        let refusal = try Conversation().refusal(of: .note("Psst"), by: .clara)
        #expect(refusal?.code == .forbidden)
        #expect(refusal?.field == "internal")
    }

    @Test func `a client may rename their own ticket only`() throws {
        var conversation = try Conversation()
        let rename = TicketEdit.set { $0.title = "Scanner" }
        try conversation.send(rename, by: .clara)
        #expect(conversation.snapshot.title == "Scanner")

        let inProject = Caller(person: .colin, projects: ["atlas"])
        let refusal = #expect(throws: TicketRejection.self) {
            try conversation.decide(.set { $0.title = "Mine" }, as: inProject)
        }
        #expect(refusal?.code == .forbidden)
        #expect(refusal?.field == "title")
    }

    @Test func `one forbidden field refuses the whole command`() throws {
        let conversation = try Conversation()
        let edit = TicketEdit.say("Please hurry").and { $0.priority = .urgent }
        #expect(conversation.refusal(of: edit, by: .clara)?.field == "priority")
    }

    @Test func `a ticket out of sight does not exist`() throws {
        let conversation = try Conversation(heldBy: .theo)
        for caller in [Caller(person: .tess), Caller(person: .colin, projects: ["zephyr"])] {
            let refusal = #expect(throws: TicketRejection.self) {
                try conversation.decide(.say("Hello"), as: caller)
            }
            #expect(refusal == .notFound)
        }
    }

    @Test(arguments: Status.allCases)
    func `taking an assigned ticket names the assignee, also without access to it`(status: Status)
        throws
    {
        let conversation = try Conversation(status, heldBy: .theo)
        for caller in [Caller(person: .tess), Caller(person: .ada)] {
            let refusal = #expect(throws: TicketRejection.self) {
                try conversation.decide(.act(.take), as: caller)
            }
            #expect(refusal?.code == .alreadyTaken)
            #expect(refusal?.assignedTo == .theo)
            #expect(refusal?.field == "action")
        }
    }

    @Test func `a client without access does not learn who is assigned`() throws {
        let conversation = try Conversation(heldBy: .theo)
        #expect(conversation.refusal(of: .act(.take), by: .colin) == .notFound)
    }

    // MARK: Staff whose own request it is

    /// Theo's request, which Tess has.
    private func ownRequest() throws -> (snapshot: Ticket, theo: Caller) {
        let theo = Caller(person: .theo)
        let created = try Conversation.rules(at: .start).create(
            .about("Chair"), number: 7, by: theo, key: nil, fingerprint: 0)
        let snapshot = try #require(created.created)
        let taken = try Conversation.rules(at: .start).decide(
            .act(.take), on: snapshot, by: Caller(person: .tess), key: nil, fingerprint: 0)
        return (snapshot.applying(try #require(taken)), theo)
    }

    @Test func `a colleague has it: they may do what its client may`() throws {
        let (snapshot, theo) = try ownRequest()
        let rules = Conversation.rules(at: .start)
        func refusal(_ edit: TicketEdit) -> TicketRejection? {
            do throws(TicketRejection) {
                _ = try rules.decide(edit, on: snapshot, by: theo, key: nil, fingerprint: 0)
                return nil
            } catch {
                return error
            }
        }
        for edit in [
            TicketEdit.say("Thanks"), .act(.resolve), .set { $0.title = "Stool" },
            .set { $0.watchers = ["me"] },
        ] {
            #expect(refusal(edit) == nil)
        }
        #expect(refusal(.note("Psst"))?.field == "internal")
        #expect(refusal(.act(.take))?.code == .alreadyTaken)
        #expect(refusal(.act(.close))?.code == .forbidden)
        #expect(refusal(.set { $0.priority = .urgent })?.code == .forbidden)
        #expect(refusal(.set { $0.watchers = ["c1"] })?.code == .forbidden)
    }

    @Test func `their words are never the team's answer`() throws {
        var (snapshot, _) = try ownRequest()
        let rules = Conversation.rules(at: Timestamp.start.plus(minutes: 5))
        // By the role's right too: an admin sees all of their own request.
        for caller in [
            Caller(person: .theo), Caller(person: .theo, reachesAllTickets: true),
        ] {
            let event = try #require(
                try rules.decide(
                    .say("Any news?").seen(0), on: snapshot, by: caller, key: nil, fingerprint: 0),
                "nobody composes an answer to themselves")
            #expect(event.isByRequester && !event.isByTeam)
            #expect(event.sla.isEmpty)
            snapshot = snapshot.applying(event)
            #expect(snapshot.waitingSince == .start)
            #expect(snapshot.sla.firstResponse.metAt == nil)
            #expect(try TicketEvent(record: event.record) == event)
        }
        let answer = try #require(
            try rules.decide(
                .say("Soon"), on: snapshot, by: Caller(person: .tess), key: nil, fingerprint: 0))
        snapshot = snapshot.applying(answer)
        #expect(snapshot.waitingSince == nil && snapshot.sla.firstResponse.metAt != nil)
    }

    @Test func `their answer to a question sets the ticket going again`() throws {
        var (snapshot, theo) = try ownRequest()
        let rules = Conversation.rules(at: .start)
        for status in [Status.waiting, .resolved] {
            snapshot.status = status
            let event = try rules.decide(
                .say("Yes"), on: snapshot, by: theo, key: nil, fingerprint: 0)
            #expect(event?.changes == [.status(from: status, to: .inProgress)])
        }
    }

    // MARK: Mentions

    @Test func `to a client, people outside the ticket do not exist`() throws {
        var conversation = try Conversation(heldBy: .tess)
        try conversation.send(.set { $0.watchers = ["c2"] }, by: .ada)
        let unwatched = try Conversation(heldBy: .tess)
        func mention(_ id: ExactText) -> TicketEdit {
            var edit = TicketEdit.say("Look")
            edit.draft?.mentions = [id]
            return edit
        }
        for id in ["c1", "t1", "t2", "a1", "c2"] as [ExactText] {
            #expect(conversation.refusal(of: mention(id), by: .clara) == nil, "\(id)")
        }
        let known = try #require(unwatched.refusal(of: mention("c2"), by: .clara))
        let unknown = try #require(unwatched.refusal(of: mention("c9"), by: .clara))
        #expect(known.message == unknown.message.replacing("c9", with: "c2"))
        #expect(known.code == unknown.code && known.field == unknown.field)
        #expect(unwatched.refusal(of: mention("c2"), by: .tess) == nil)
    }
}
