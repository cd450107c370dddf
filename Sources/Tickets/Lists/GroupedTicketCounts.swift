// Ticket counts by group, updated with every change, so that a page of a list does not count a
// million tickets.

package import Text

/// The fields that counted lists filter by. A ticket is in one group at a time.
package struct TicketGroup: Hashable, Sendable {
    package let status: Status
    package let priority: Priority
    package let category: Category
    package let project: ExactText
    package let assignedTo: ExactText?
    package let sla: SLAFilter

    package init(
        status: Status, priority: Priority, category: Category, project: ExactText,
        assignedTo: ExactText?, sla: SLAFilter
    ) {
        self.status = status
        self.priority = priority
        self.category = category
        self.project = project
        self.assignedTo = assignedTo
        self.sla = sla
    }

    package init(_ ticket: Ticket) {
        self.init(
            status: ticket.status, priority: ticket.priority, category: ticket.category,
            project: ticket.project, assignedTo: ticket.assignedTo?.id, sla: ticket.slaFilter)
    }
}

package struct GroupedTicketCounts: Sendable {
    private var counts: [TicketGroup: Int] = [:]

    package init() {}

    package mutating func add(_ group: TicketGroup, count: Int = 1) {
        counts[group, default: 0] += count
    }

    /// Called after an event; `before` is nil for a new ticket.
    package mutating func move(from before: TicketGroup?, to after: TicketGroup) {
        if let before {
            guard before != after else { return }
            let count = counts[before, default: 0] - 1
            counts[before] = count > 0 ? count : nil
        }
        add(after)
    }

    /// The counts of a list with this filter, ignoring its `status`; nil: only the store can count.
    ///
    /// For a technician who does not reach all tickets, the counts lack tickets assigned to others
    /// that they see as a watcher or as their client: `TicketQuery.Counting.watchedOfOthers` asks
    /// for these.
    package func counts(of filter: TicketFilter, for caller: Caller) -> [Status: Int]? {
        guard caller.audience == .staff, filter.client.isEmpty, filter.watchedBy == nil,
            filter.tag.isEmpty, filter.text == nil
        else { return nil }
        var found: [Status: Int] = [:]
        for (group, count) in counts
        where caller.reaches(assignedTo: group.assignedTo) && filter.matches(group) {
            found[group.status, default: 0] += count
        }
        return found
    }
}

extension Caller {
    /// A ticket's assignee does not limit the caller's access.
    package var reachesWhatOthersHave: Bool { person.role != .technician || reachesAllTickets }

    fileprivate func reaches(assignedTo holder: ExactText?) -> Bool {
        reachesWhatOthersHave || holder == nil || holder == person.id
    }
}

extension TicketFilter {
    fileprivate func matches(_ group: TicketGroup) -> Bool {
        (priority.isEmpty || priority.contains(group.priority))
            && (category.isEmpty || category.contains(group.category))
            && (project.isEmpty || project.contains(group.project))
            && (assignedTo.isEmpty
                || assignedTo.contains(group.assignedTo.map { .person($0) } ?? .nobody))
            && (sla.isEmpty || sla.contains(group.sla))
    }
}
