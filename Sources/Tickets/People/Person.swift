// People, callers and their access rights.

package import Text

package enum Role: String, Sendable, Hashable {
    case client, technician, admin, system

    package var isStaff: Bool { self != .client }
}

package struct Person: Hashable, Sendable {
    package let id: ExactText
    package let name: String
    package let role: Role

    package init(id: ExactText, name: String, role: Role) {
        self.id = id
        self.name = name
        self.role = role
    }

    /// The hub itself, the author of timers' events.
    package static let hub = Person(id: "system", name: "Guichet", role: .system)
}

/// The audience of an encoding. A client never receives what is internal.
package enum Audience: Sendable, Hashable, CaseIterable {
    case staff, client
}

/// A person on a connection, with the claims that decide what they reach.
package struct Caller: Hashable, Sendable {
    package let person: Person
    /// The `projects` claim: a client reaches every ticket of these.
    package let projects: [ExactText]
    /// The token has a `projects` claim. An empty claim names no project, which differs from no
    /// claim.
    package let namesProjects: Bool
    /// `GUICHET_TECHNICIAN_SCOPE=all`: technicians reach every ticket.
    package let reachesAllTickets: Bool

    package init(person: Person, projects: [ExactText]? = nil, reachesAllTickets: Bool = false) {
        self.person = person
        self.projects = projects ?? []
        namesProjects = projects != nil
        self.reachesAllTickets = reachesAllTickets
    }

    /// From the role alone, for encodings that concern no ticket. For a ticket use `audience(of:)`.
    package var audience: Audience { person.role.isStaff ? .staff : .client }

    /// Access to everything, for the hub's own work.
    package static let hub = Caller(person: .hub, reachesAllTickets: true)

    /// Whether the caller may see the ticket (docs/protocol.md 2.7); checked at every join, call
    /// and event sent.
    package func canAccess(_ ticket: Ticket) -> Bool {
        isClient(of: ticket) || reaches(ticket)
    }

    /// The client of a ticket may follow it, in any role.
    package func isClient(of ticket: Ticket) -> Bool { ticket.client.id == person.id }

    /// The caller's audience for the ticket: staff without access by their role see what the client
    /// sees, if they are its client.
    package func audience(of ticket: Ticket) -> Audience {
        person.role.isStaff && reaches(ticket) ? .staff : .client
    }

    /// Access by the role and the claims, without regard to the ticket's client.
    private func reaches(_ ticket: Ticket) -> Bool {
        switch person.role {
        case .admin, .system: true
        case .client:
            projects.contains(ticket.project) || ticket.isOpenToWatcher(person.id)
        case .technician:
            reachesAllTickets || ticket.assignedTo == nil || ticket.assignedTo?.id == person.id
                || ticket.isOpenToWatcher(person.id)
        }
    }
}
