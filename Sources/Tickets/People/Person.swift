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

    /// The hub itself, author of what timers do.
    package static let hub = Person(id: "system", name: "Guichet", role: .system)
}

/// Who an encoding is made for. A client never receives what is internal.
package enum Audience: Sendable, Hashable, CaseIterable {
    case staff, client
}

/// A person on a connection, with the claims that decide what they reach.
package struct Caller: Hashable, Sendable {
    package let person: Person
    /// The `projects` claim: a client reaches every ticket of these.
    package let projects: [ExactText]
    /// The token has a `projects` claim. An empty one names no project, which is not the same as none.
    package let namesProjects: Bool
    /// `GUICHET_TECHNICIAN_SCOPE=all`: technicians reach every ticket.
    package let reachesAllTickets: Bool

    package init(person: Person, projects: [ExactText]? = nil, reachesAllTickets: Bool = false) {
        self.person = person
        self.projects = projects ?? []
        namesProjects = projects != nil
        self.reachesAllTickets = reachesAllTickets
    }

    /// By the role alone, for what is about no ticket. Of a ticket, `audience(of:)` tells.
    package var audience: Audience { person.role.isStaff ? .staff : .client }

    /// Everything, for the hub's own work.
    package static let hub = Caller(person: .hub, reachesAllTickets: true)

    /// Who sees a ticket (docs/protocol.md 2.7); checked at every join, call and event sent.
    package func canAccess(_ ticket: Ticket) -> Bool {
        isClient(of: ticket) || reaches(ticket)
    }

    /// Whoever asks for help may follow it, in whatever role.
    package func isClient(of ticket: Ticket) -> Bool { ticket.client.id == person.id }

    /// As whom the caller sees the ticket: staff whom their role does not open it see what its client
    /// sees, if they are that.
    package func audience(of ticket: Ticket) -> Audience {
        person.role.isStaff && reaches(ticket) ? .staff : .client
    }

    /// What the role and the claims open, whoever the ticket's client is.
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
