// Filters and orders of ticket lists. Both stores and the live queue answer by these definitions.

package import Text

package enum AssigneeFilter: Hashable, Sendable {
    case nobody
    case person(ExactText)
}

package enum SLAFilter: String, Hashable, Sendable, CaseIterable {
    case ok, warning, breached, paused
}

/// Values of one field are alternatives; fields narrow each other. An empty list asks nothing.
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
    /// Words to be found in the snapshot: ref, title, project, description, names of files, of the client
    /// and of the assignee; for staff also tags (see `SearchWords`).
    package var text: String?
    /// The stores look for `text` in the messages too that the caller may see, and staff find a
    /// client by their address. A live queue does not: it knows snapshots only.
    package var looksIntoMessages = false

    package init() {}

    /// By the snapshot alone, whatever `looksIntoMessages` says, but for `text`, as `audience` sees it: to
    /// clients no ticket has tags.
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

    /// By the snapshot alone, as `audience` sees it.
    package func matches(_ ticket: Ticket, for audience: Audience = .staff) -> Bool {
        matchesFields(of: ticket, for: audience)
            && (text.map { SearchWords($0).isFound(in: ticket, for: audience) } ?? true)
    }
}

extension Ticket {
    package var assigneeFilter: AssigneeFilter { assignedTo.map { .person($0.id) } ?? .nobody }

    /// Every ticket is in exactly one of the four.
    package var slaFilter: SLAFilter {
        if sla.isOverdue { return .breached }
        if sla.state == .paused { return .paused }
        return sla.isWarned ? .warning : .ok
    }
}

/// An order of tickets as a few integers each, ascending, the ticket's id last.
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
    /// Who waits longest first; tickets of which nobody waits for the team come last.
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
        /// As the audience sees it.
        case updatedAt
        /// Since when somebody waits for the team, or `nobodyWaits`.
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

    /// How ids, the last key, run: so that an order is the opposite of another, and one index walked
    /// either way serves both.
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
    /// What all that can be found have in the first keys of the order, so that a store need not walk
    /// past what comes before them: of tickets that are over, nothing is due.
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
    /// Which tickets `TicketPage.counts` is to be about.
    package enum Counting: Sendable, Hashable {
        /// All that the query asks for, but for its status.
        case everything
        /// Of those, the ones that somebody else has and that the caller sees all the same: as a
        /// watcher or as their client.
        case watchedOfOthers
        case nothing
    }

    /// Only tickets that this caller can access are found.
    package var caller: Caller
    package var filter = TicketFilter()
    package var sort: TicketSort
    /// Tickets a page, 1 to 200.
    package var limit: Int
    package var cursor: TicketCursor?
    package var counting = Counting.everything

    package init(caller: Caller, sort: TicketSort, limit: Int) {
        self.caller = caller
        self.sort = sort
        self.limit = limit
    }

    /// How long a store may take over it. Words can be of any cost, so they get less.
    package var timeLimitMilliseconds: Int64 { filter.text == nil ? 5000 : 2000 }
}

/// As whom the caller sees the tickets of a search. Staff see some, their own requests that a colleague
/// has, as their client: in an order by the newest event those are looked for apart, or their place in
/// it would tell of what they do not see.
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

    /// The first of what the views have found, each by what the caller sees of it.
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

    package init(tickets: [Ticket], next: TicketCursor?, counts: [Status: Int]) {
        self.tickets = tickets
        self.next = next
        self.counts = counts
    }
}
