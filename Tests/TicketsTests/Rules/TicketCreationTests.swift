// The first event: who may open a ticket for whom, and the resulting snapshot.

import TestSupport
import Testing
import Text
import Tickets

struct TicketCreationTests {
    private func create(
        _ new: NewTicket, by caller: Caller = Caller(person: .clara)
    ) throws(TicketRejection) -> TicketEvent {
        try Conversation.rules(at: .start).create(
            new, number: 1042, by: caller, key: "k", fingerprint: 5)
    }

    private func refusal(
        of new: NewTicket, by caller: Caller = Caller(person: .clara)
    ) -> TicketRejection? {
        do throws(TicketRejection) {
            _ = try create(new, by: caller)
            return nil
        } catch {
            return error
        }
    }

    private func changed(_ change: (inout NewTicket) -> Void) -> NewTicket {
        var new = NewTicket.about("Printer")
        change(&new)
        return new
    }

    @Test func `a log begins with its snapshot`() throws {
        let event = try create(changed { $0.tags = ["a", "b", "a"] })
        let snapshot = try #require(event.created)
        #expect(event.seq == 1 && event.publicPrev == 0 && event.kind == .created)
        #expect(event.key == "k" && event.fingerprint == 5)
        #expect(event.ticket == snapshot.id && snapshot.ref == "T-1042" && snapshot.seq == 1)
        #expect(snapshot.client == .clara && snapshot.status == .open && snapshot.assignedTo == nil)
        #expect(snapshot.tags == ["a", "b"])
        #expect(snapshot.activity == snapshot.publicActivity)
        #expect(snapshot.activity.messageCount == 0 && snapshot.activity.lastMessage == nil)
        #expect(
            snapshot.createdAt == .start && snapshot.closedAt == nil && snapshot.reopenCount == 0)
        #expect(Ticket.fold([event]) == snapshot)
    }

    @Test func `the description waits for an answer`() throws {
        #expect(try create(.about("Printer")).created?.waitingSince == .start)
    }

    @Test func `staff may open a ticket for a client`() throws {
        let event = try create(changed { $0.clientID = "c1" }, by: Caller(person: .tess))
        #expect(event.created?.client == .clara)
        #expect(event.by == .tess)
        let nobody = changed { $0.clientID = "nobody" }
        #expect(refusal(of: nobody, by: Caller(person: .tess))?.code == .badRequest)
        #expect(refusal(of: nobody, by: Caller(person: .tess))?.field == "clientId")
    }

    @Test func `a client may not open a ticket for somebody else`() {
        for id: ExactText in ["c2", "nobody"] {
            let refusal = refusal(of: changed { $0.clientID = id })
            #expect(refusal?.code == .forbidden)
            #expect(refusal?.field == "clientId")
        }
    }

    @Test func `a client with projects stays within them`() {
        let caller = Caller(person: .clara, projects: ["atlas", "borealis"])
        #expect(refusal(of: .about("Printer"), by: caller) == nil)
        let elsewhere = refusal(of: changed { $0.project = "zephyr" }, by: caller)
        #expect(elsewhere?.code == .forbidden)
        #expect(elsewhere?.field == "project")
    }

    @Test func `title, description and project are not blank`() {
        #expect(refusal(of: changed { $0.title = " " })?.field == "title")
        #expect(refusal(of: changed { $0.description = "\n" })?.field == "description")
        #expect(refusal(of: changed { $0.project = "" })?.field == "project")
        #expect(refusal(of: changed { $0.title = "" })?.code == .badRequest)
    }

    @Test func `sizes have limits`() {
        func text(_ count: Int) -> String { String(repeating: "x", count: count) }
        #expect(refusal(of: changed { $0.title = text(200) }) == nil)
        #expect(refusal(of: changed { $0.title = text(201) })?.field == "title")
        #expect(refusal(of: changed { $0.description = text(16_384) }) == nil)
        let long = refusal(of: changed { $0.description = text(16_385) })
        #expect(long?.code == .tooLarge)
        #expect(long?.field == "description")
        #expect(refusal(of: changed { $0.tags = (0...20).map { "\($0)" } })?.field == "tags")
    }

    @Test func `a client without projects opens tickets in no project`() throws {
        let refusal = refusal(
            of: .about("Printer"), by: Caller(person: .clara, projects: []))
        #expect(refusal?.code == .forbidden && refusal?.field == "project")
        for caller in [
            Caller(person: .clara), Caller(person: .clara, projects: ["atlas"]),
            Caller(person: .tess, projects: []),
        ] {
            #expect(self.refusal(of: .about("Printer"), by: caller) == nil)
        }
    }
}
