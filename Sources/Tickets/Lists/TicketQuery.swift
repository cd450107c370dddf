// Filters and orders of ticket lists. Both stores and the live queue answer by these definitions.

package import Text

package enum AssigneeFilter: Hashable, Sendable {
    case nobody
    case person(ExactText)
}

package enum SLAFilter: String, Hashable, Sendable, CaseIterable {
    case ok, warning, breached, paused
}

/// Values of one field are alternatives; all fields must match. An empty list matches everything.
package struct TicketFilter: Hashable, Sendable {
    package var status: [Status] = []
    package var priority: [Priority] = []
    package var category: [Category] = []
    package var project: [ExactText] = []
    /// Ids of clients.
    package var client: [ExactText] = []
    package var assignedTo: [AssigneeFilter] = []
    /// Id of a watcher.
    package var watchedBy: ExactText?
    package var tag: [ExactText] = []
    package var sla: [SLAFilter] = []
    /// Words to find in the snapshot: ref, title, project, description, names of files, of the
    /// client and of the assignee; for staff also tags (see `SearchWords`).
    package var text: String?
    /// The stores also search `text` in the messages that the caller may see, and staff find a
    /// client by their address. A live queue does not: it has only snapshots.
    package var looksIntoMessages = false

    package init() {}

    /// Matches all fields but `text` against the snapshot alone, as `audience` sees it: for clients
    /// a ticket has no tags. Ignores `looksIntoMessages`.
    package func matchesFields(of ticket: Ticket, for audience: Audience = .staff) -> Bool {
        (status.isEmpty || status.contains(ticket.status))
            && (priority.isEmpty || priority.contains(ticket.priority))
            && (category.isEmpty || category.contains(ticket.category))
            && (project.isEmpty || project.contains(ticket.project))
            && (client.isEmpty || client.contains(ticket.client.id))
            && (assignedTo.isEmpty || assignedTo.contains(ticket.assigneeFilter))
            && (watchedBy.map(ticket.isWatched(by:)) ?? true)
            && (tag.isEmpty || audience == .staff && hasTag(of: ticket))
            && (sla.isEmpty || sla.contains(ticket.slaFilter))
    }

    private func hasTag(of ticket: Ticket) -> Bool {
        tag.contains { ticket.tags.contains($0) }
    }

    /// Matches against the snapshot alone, as `audience` sees it.
    package func matches(_ ticket: Ticket, for audience: Audience = .staff) -> Bool {
        matchesFields(of: ticket, for: audience)
            && (text.map { SearchWords($0).isFound(in: ticket, for: audience) } ?? true)
    }
}

extension Ticket {
    package var assigneeFilter: AssigneeFilter { assignedTo.map { .person($0.id) } ?? .nobody }

    /// Every ticket belongs to exactly one of the four.
    package var slaFilter: SLAFilter {
        if sla.isOverdue { return .breached }
        if sla.state == .paused { return .paused }
        return sla.isWarned ? .warning : .ok
    }
}

/// An order of tickets: a few integers for each ticket, ascending, the ticket's id last.
package enum TicketSort: String, Hashable, Sendable, CaseIterable {
    case urgency
    case updatedAt
    case updatedAtDescending = "-updatedAt"
    case createdAt
    case createdAtDescending = "-createdAt"
    case deadline
    case deadlineDescending = "-deadline"
    case priority
    case priorityDescending = "-priority"
    /// The longest wait first; tickets that wait for no answer of the team come last.
    case waitingSince
    case waitingSinceDescending = "-waitingSince"

    package enum Key: String, Hashable, Sendable {
        /// 0 overdue, 1 not.
        case overdueRank
        /// The next deadline, or `noDeadline`.
        case nextDueAt
        case deadlineAt
        /// Urgent 3 … low 0.
        case priorityRank
        case createdAt
        /// The time of the last change in the audience's view.
        case updatedAt
        /// Since when the client waits for the team, or `nobodyWaits`.
        case waitingSince
    }

    package static let noDeadline = Int64.max
    package static let nobodyWaits = Int64.max

    package var keys: [(key: Key, ascending: Bool)] {
        switch self {
        case .urgency:
            [(.overdueRank, true), (.nextDueAt, true), (.priorityRank, false), (.createdAt, true)]
        case .updatedAt: [(.updatedAt, true)]
        case .updatedAtDescending: [(.updatedAt, false)]
        case .createdAt: [(.createdAt, true)]
        case .createdAtDescending: [(.createdAt, false)]
        case .deadline: [(.deadlineAt, true)]
        case .deadlineDescending: [(.deadlineAt, false)]
        case .priority: [(.priorityRank, true), (.createdAt, false)]
        case .priorityDescending: [(.priorityRank, false), (.createdAt, true)]
        case .waitingSince: [(.waitingSince, true), (.createdAt, true)]
        case .waitingSinceDescending: [(.waitingSince, false), (.createdAt, false)]
        }
    }

    /// Direction of the ids, the last key: one order is the reverse of another, so one index serves
    /// both.
    package var idAscending: Bool {
        switch self {
        case .urgency, .updatedAt, .createdAt, .deadline, .priorityDescending, .waitingSince: true
        case .updatedAtDescending, .createdAtDescending, .deadlineDescending, .priority,
            .waitingSinceDescending:
            false
        }
    }

    package func values(of ticket: Ticket, for audience: Audience) -> [Int64] {
        keys.map { ticket.sortValue($0.key, for: audience) }
    }
}

extension Ticket {
    package func sortValue(_ key: TicketSort.Key, for audience: Audience) -> Int64 {
        switch key {
        case .overdueRank: sla.isOverdue ? 0 : 1
        case .nextDueAt: sla.nextDue?.deadlineAt.milliseconds ?? TicketSort.noDeadline
        case .deadlineAt: sla.deadlineAt?.milliseconds ?? TicketSort.noDeadline
        case .priorityRank: Int64(priority.rank)
        case .createdAt: createdAt.milliseconds
        case .updatedAt: activity(for: audience).updatedAt.milliseconds
        case .waitingSince: waitingSince?.milliseconds ?? TicketSort.nobodyWaits
        }
    }
}

extension TicketQuery {
    /// First sort keys that all results share, so that a store can skip what comes before them:
    /// finished tickets have no deadline.
    package var knownSortValues: [(key: TicketSort.Key, value: Int64)] {
        guard sort == .urgency, !filter.status.isEmpty, !filter.status.contains(where: \.isActive)
        else { return [] }
        return [(.overdueRank, 1), (.nextDueAt, TicketSort.noDeadline)]
    }
}

/// Where a page ended: the sort values and the id of its last ticket.
package struct TicketCursor: Hashable, Sendable {
    package let sort: TicketSort
    package let values: [Int64]
    package let id: TicketID

    package init(sort: TicketSort, values: [Int64], id: TicketID) {
        self.sort = sort
        self.values = values
        self.id = id
    }

    package init(after ticket: Ticket, sort: TicketSort, audience: Audience) {
        self.init(sort: sort, values: sort.values(of: ticket, for: audience), id: ticket.id)
    }

    /// `urgency~1~1764000000000~…~ID`: opaque to callers.
    package var text: ExactText {
        ExactText(
            ([sort.rawValue] + values.map(String.init) + ["\(id)"]).joined(separator: "~"))
    }

    package init?(_ text: ExactText) {
        let parts = text.utf8.split(
            separator: UInt8(ascii: "~"), maxSplits: 8, omittingEmptySubsequences: false
        ).map { Substring($0) }
        guard let name = parts.first, let sort = TicketSort(code: ExactText(name)),
            parts.count == sort.keys.count + 2, let last = parts.last, let id = TicketID(last)
        else { return nil }
        let values = parts.dropFirst().dropLast().compactMap { Int64($0) }
        guard values.count == sort.keys.count else { return nil }
        self.init(sort: sort, values: values, id: id)
    }
}

package struct TicketQuery: Sendable {
    /// The tickets that `TicketPage.counts` covers.
    package enum Counting: Sendable, Hashable {
        /// All tickets of the query, ignoring its status.
        case everything
        /// Of those, the tickets assigned to others that the caller still sees, as a watcher or as
        /// their client.
        case watchedOfOthers
        case nothing
    }

    /// Only tickets that this caller can access match.
    package var caller: Caller
    package var filter = TicketFilter()
    package var sort: TicketSort
    /// Tickets per page, 1 to 200.
    package var limit: Int
    package var cursor: TicketCursor?
    package var counting = Counting.everything

    package init(caller: Caller, sort: TicketSort, limit: Int) {
        self.caller = caller
        self.sort = sort
        self.limit = limit
    }

    /// Time limit for the store. Words can have any cost, so they get less.
    package var timeLimitMilliseconds: Int64 { filter.text == nil ? 5000 : 2000 }
}

/// The views of a caller in a search. Staff see some tickets only as their client: their own
/// requests, assigned to a colleague. In an order by the newest event these are searched
/// separately, or their position would reveal events that the caller does not see.
package enum TicketView: Sendable {
    case every, asStaff, asClient
}

extension TicketQuery {
    package var views: [TicketView] {
        let dependsOnView = sort.keys.contains { $0.key == .updatedAt }
        return dependsOnView && !caller.reachesWhatOthersHave ? [.asStaff, .asClient] : [.every]
    }

    package func audience(of view: TicketView) -> Audience {
        switch view {
        case .every: caller.audience
        case .asStaff: .staff
        case .asClient: .client
        }
    }

    /// Merges the results of the views, each sorted by what the caller sees of it.
    package func merged(_ found: [Ticket]) -> [Ticket] {
        func order(_ ticket: Ticket) -> [Int64] {
            zip(sort.keys, sort.values(of: ticket, for: caller.audience(of: ticket))).map {
                $0.ascending ? $1 : -$1
            }
        }
        let sorted = found.map { (order: order($0), ticket: $0) }.sorted { one, other in
            if one.order != other.order {
                return one.order.lexicographicallyPrecedes(other.order)
            }
            return sort.idAscending
                ? one.ticket.id < other.ticket.id : other.ticket.id < one.ticket.id
        }
        return sorted.prefix(limit).map(\.ticket)
    }

    package func cursor(after ticket: Ticket) -> TicketCursor {
        TicketCursor(after: ticket, sort: sort, audience: caller.audience(of: ticket))
    }
}

package struct TicketPage: Sendable {
    package let tickets: [Ticket]
    package let next: TicketCursor?
    /// Tickets by status, of the same filter without its `status`.
    package var counts: [Status: Int]
    /// nil: nothing that was acknowledged is missing. Else that is sure up to this time only.
    package let asOf: Timestamp?

    package init(
        tickets: [Ticket], next: TicketCursor?, counts: [Status: Int], asOf: Timestamp? = nil
    ) {
        self.tickets = tickets
        self.next = next
        self.counts = counts
        self.asOf = asOf
    }
}
