// Who may ask for what: every refusal names its field.

import Testing
import Tickets

struct TicketPermissionsTests {
    /// Each field of `set` that is for staff, alone.
    static let staffFields: [FieldEdits] = [
        edits { $0.status = .open }, edits { $0.priority = .urgent },
        edits { $0.category = .change }, edits { $0.project = "zephyr" },
        edits { $0.assignedTo = .nobody }, edits { $0.tags = [] },
        edits { $0.targetHours = .some(nil) },
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
        #expect(refusal?.field == edits.names.first)
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
        #expect(conversation.head.title == "Scanner")

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
    func `taking what somebody else has tells who, also when out of sight`(status: Status) throws {
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

    @Test func `a client out of sight is not told who has a ticket`() throws {
        let conversation = try Conversation(heldBy: .theo)
        #expect(conversation.refusal(of: .act(.take), by: .colin) == .notFound)
    }
}
