// canAccess: role, ownership, project, watching and scope.

import TestSupport
import Testing
import Text
import Tickets

struct PersonTests {
    private func ticket(heldBy holder: Person? = nil, watchedBy watchers: [Person] = []) throws
        -> Ticket
    {
        var ticket = try Conversation(heldBy: holder).snapshot
        ticket.watchers = watchers
        return ticket
    }

    @Test(arguments: [nil, Person.tess, .theo])
    func `an admin and the hub reach every ticket`(holder: Person?) throws {
        let ticket = try ticket(heldBy: holder)
        #expect(Caller(person: .ada).canAccess(ticket))
        #expect(Caller.hub.canAccess(ticket))
    }

    @Test func `a client reaches their own tickets, assigned or not`() throws {
        for holder in [nil, Person.tess] {
            #expect(Caller(person: .clara).canAccess(try ticket(heldBy: holder)))
            #expect(!Caller(person: .colin).canAccess(try ticket(heldBy: holder)))
        }
    }

    @Test func `a client reaches the tickets of their projects`() throws {
        let ticket = try ticket(heldBy: .tess)
        #expect(Caller(person: .colin, projects: ["zephyr", "atlas"]).canAccess(ticket))
        #expect(!Caller(person: .colin, projects: ["zephyr", "Atlas", ""]).canAccess(ticket))
    }

    @Test func `a client reaches the tickets that they watch`() throws {
        #expect(Caller(person: .colin).canAccess(try ticket(watchedBy: [.tess, .colin])))
        #expect(!Caller(person: .colin).canAccess(try ticket(watchedBy: [.tess])))
    }

    @Test func `an unassigned ticket is no reason for a client`() throws {
        #expect(!Caller(person: .colin).canAccess(try ticket()))
        #expect(!Caller(person: .colin, reachesAllTickets: true).canAccess(try ticket()))
    }

    @Test func `a technician reaches unassigned, own and watched tickets`() throws {
        let caller = Caller(person: .tess)
        #expect(caller.canAccess(try ticket()))
        #expect(caller.canAccess(try ticket(heldBy: .tess)))
        #expect(!caller.canAccess(try ticket(heldBy: .theo)))
        #expect(caller.canAccess(try ticket(heldBy: .theo, watchedBy: [.clara, .tess])))
        #expect(!caller.canAccess(try ticket(heldBy: .theo, watchedBy: [.clara])))
    }

    @Test func `the scope “all” opens every ticket to technicians`() throws {
        let caller = Caller(person: .tess, reachesAllTickets: true)
        #expect(caller.canAccess(try ticket(heldBy: .theo)))
    }

    @Test func `projects are no reason for a technician`() throws {
        let caller = Caller(person: .tess, projects: ["atlas"])
        #expect(!caller.canAccess(try ticket(heldBy: .theo)))
    }

    @Test func `the requester follows the ticket in any role`() throws {
        let clara = Caller(person: Person(id: Person.clara.id, name: "Clara", role: .technician))
        #expect(clara.canAccess(try ticket(heldBy: .theo)))
        #expect(clara.audience(of: try ticket(heldBy: .theo)) == .client, "as its client")
        for ticket in [
            try ticket(), try ticket(heldBy: .theo, watchedBy: [clara.person]),
        ] {
            #expect(clara.audience(of: ticket) == .staff, "by the role's right")
        }
        let admin = Caller(person: Person(id: Person.clara.id, name: "Clara", role: .admin))
        #expect(admin.audience(of: try ticket(heldBy: .theo)) == .staff)
    }

    @Test func `a person without access reads as a client`() throws {
        #expect(Caller(person: .tess).audience(of: try ticket(heldBy: .theo)) == .client)
    }

    @Test func `an empty claim of projects is a claim`() {
        #expect(!Caller(person: .clara).namesProjects)
        #expect(Caller(person: .clara, projects: []).namesProjects)
    }

    @Test func `only clients read as clients`() {
        #expect(Caller(person: .clara).audience == .client)
        for person in [Person.tess, .ada, .hub] {
            #expect(Caller(person: person).audience == .staff)
        }
    }
}
