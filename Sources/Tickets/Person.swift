// Who acts, and what they may reach.

package enum Role: String, Sendable, Hashable {
    case client, technician, admin, system

    package var isStaff: Bool { self != .client }
}

package struct Person: Hashable, Sendable {
    package let id: String
    package let name: String
    package let role: Role

    package init(id: String, name: String, role: Role) {
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
    package let projects: [String]
    /// `GUICHET_TECHNICIAN_SCOPE=all`: technicians reach every ticket.
    package let reachesAllTickets: Bool

    package init(person: Person, projects: [String] = [], reachesAllTickets: Bool = false) {
        self.person = person
        self.projects = projects
        self.reachesAllTickets = reachesAllTickets
    }

    package var audience: Audience { person.role.isStaff ? .staff : .client }

    /// Everything, for the hub's own work.
    package static let hub = Caller(person: .hub, reachesAllTickets: true)

    /// The contract's `canAccess`, asked at every join, call and event sent.
    package func canAccess(_ ticket: Ticket) -> Bool {
        switch person.role {
        case .admin, .system: true
        case .client:
            ticket.client.id == person.id || projects.contains(ticket.project)
                || ticket.isWatched(by: person.id)
        case .technician:
            reachesAllTickets || ticket.assignedTo == nil || ticket.assignedTo?.id == person.id
                || ticket.isWatched(by: person.id)
        }
    }
}
