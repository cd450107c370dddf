// Makes the first event of a ticket.

package import Text

extension TicketRules {
    /// The `created` event, with its snapshot, for the ticket number that the journal has reserved.
    package func create(
        _ new: NewTicket, number: Int, by caller: Caller, key: ExactText?, fingerprint: UInt64
    ) throws(TicketRejection) -> TicketEvent {
        let client = try client(of: new, by: caller)
        let title = try title(new.title)
        let project = try project(new.project)
        try require(
            new.description.utf8.count <= limits.bodyBytes,
            tooLarge("description", limits.bodyBytes))
        try require(
            !new.description.isBlank,
            invalid("description", "A ticket needs a description."))
        if !caller.person.role.isStaff, caller.namesProjects, !caller.projects.contains(project) {
            throw TicketRejection(.forbidden, "You cannot use this project.", field: "project")
        }
        let activity = Activity(seq: 1, messageCount: 0, updatedAt: now, lastMessage: nil)
        var ticket = Ticket(
            id: .make(at: now), number: number, project: project, title: title,
            description: new.description, category: new.category, status: .open,
            priority: new.priority, client: client, assignedTo: nil, watchers: [],
            tags: try tags(new.tags), attachments: try attachments(new.attachments, of: caller),
            sla: ServiceLevel(startedAt: now), activity: activity, publicActivity: activity,
            trail: ComposeTrail(), waitingSince: now, reopenCount: 0, createdAt: now, closedAt: nil)
        ticket.sla = SLAClockwork(policy: policy, now: now).start(for: ticket)
        return TicketEvent(
            ticket: ticket.id, seq: 1, publicPrev: 0, at: now, by: caller.person, cause: .user,
            kind: .created, created: ticket, key: key, fingerprint: fingerprint)
    }

    private func client(of new: NewTicket, by caller: Caller) throws(TicketRejection) -> Person {
        guard let id = new.clientID else { return caller.person }
        guard caller.person.role.isStaff else {
            throw TicketRejection(
                .forbidden, "Only staff may open a ticket for somebody else.", field: "clientId")
        }
        return try known(id, "clientId")
    }
}
