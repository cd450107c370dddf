// Translates TicketQuery to SQL, with the same results and order as `Caller.canAccess`,
// `TicketFilter.matches` and `TicketSort` in memory. All input is bound as parameters, never part
// of the text.

import Text
import Tickets

/// Conditions on `tickets` that must all hold, with the values of their parameters.
struct SQLConditions {
    private var parts: [String] = []
    private(set) var values: [SQLValue] = []
    /// The access condition leaves few tickets: its indexes find them, and the filter only scans
    /// the result.
    private var isNarrow = false

    /// The index to use where SQLite would choose another.
    private(set) var index: String?

    var clause: String { parts.isEmpty ? "" : " WHERE " + parts.joined(separator: " AND ") }

    mutating func require(_ part: String, _ values: [SQLValue] = []) {
        parts.append(part)
        self.values += values
    }

    /// The accessible tickets that the caller sees in the role that `view` names.
    mutating func requireAccess(of caller: Caller, _ view: TicketView) {
        guard view != .every, let staff = Self.staffView(of: caller) else {
            return requireAccess(of: caller)
        }
        if view == .asStaff { return require(staff.sql, staff.values) }
        isNarrow = true
        require(
            "client_id = ? AND NOT \(staff.sql)", [.text(caller.person.id.string)] + staff.values)
    }

    /// `Caller.canAccess`.
    mutating func requireAccess(of caller: Caller) {
        let me = SQLValue.text(caller.person.id.string)
        switch caller.person.role {
        case .admin, .system: break
        case .client:
            isNarrow = true
            let projects = caller.projects
            // Each alternative has an index; an empty list would make SQLite walk all tickets.
            let inProjects = projects.isEmpty ? "" : "project IN \(Self.marks(projects.count)) OR "
            require(
                "(client_id = ? OR \(inProjects)\(Self.openToWatcher))",
                [me] + projects.map { .text($0.string) } + [me])
        case .technician where caller.reachesAllTickets: break
        case .technician:
            require(
                "(assigned_to IS NULL OR assigned_to = ? OR client_id = ? OR \(Self.openToWatcher))",
                [me, me, me])
        }
    }

    /// The tickets whose `Caller.audience(of:)` is staff; nil: all accessible tickets.
    static func staffView(of caller: Caller) -> (sql: String, values: [SQLValue])? {
        guard !caller.reachesWhatOthersHave else { return nil }
        let me = SQLValue.text(caller.person.id.string)
        return ("(assigned_to IS NULL OR assigned_to = ? OR \(openToWatcher))", [me, me])
    }

    mutating func requireWatchedOfOthers(by caller: Caller) {
        let me = SQLValue.text(caller.person.id.string)
        isNarrow = true
        require(
            "(client_id = ? OR \(Self.openToWatcher)) AND assigned_to IS NOT NULL AND assigned_to <> ?",
            [me, me, me])
    }

    /// `TicketFilter.matches` without its `status`.
    mutating func requireAllButStatus(of filter: TicketFilter, for caller: Caller) {
        requireOne(of: filter.priority.map(\.rawValue), "priority")
        requireOne(of: filter.category.map(\.rawValue), "category")
        requireOne(of: filter.project.map(\.string), "project")
        requireOne(of: filter.client.map(\.string), "client_id")
        requireAssignee(filter.assignedTo)
        if let person = filter.watchedBy { require(Self.watched, [.text(person.string)]) }
        if !filter.tag.isEmpty {
            require(
                "id IN (SELECT ticket FROM tags WHERE tag IN \(Self.marks(filter.tag.count)))",
                filter.tag.map { .text($0.string) })
            if let staff = Self.staffView(of: caller) { require(staff.sql, staff.values) }
        }
        requireOne(of: filter.sla.map(\.rawValue), "sla_filter")
        // Repeats the condition of the partial index.
        if !filter.sla.isEmpty, !filter.sla.contains(.ok) { require("sla_filter <> 'ok'") }
    }

    /// The search index finds the tickets; the filter scans those.
    mutating func requireText(of filter: TicketFilter, for caller: Caller) {
        guard let text = filter.text else { return }
        let audience = caller.audience
        isNarrow = true
        let words = SearchWords(text)
        if words.isEmpty { require("0") }
        let search = WordSearch(audience: audience, isInMessages: filter.looksIntoMessages)
        for term in words.terms {
            let (found, values) = search.tickets(with: term, orNumbered: words.numbers)
            require("number IN (\(found))", values)
        }
        guard let staff = Self.staffView(of: caller) else { return }
        // Internal words and tags find no ticket for a caller who sees it as its client.
        let searchOfClients = WordSearch(
            audience: .client, isInMessages: filter.looksIntoMessages)
        let visible = words.terms.map { term in
            searchOfClients.tickets(with: term, orNumbered: words.numbers)
        }
        let condition = visible.map { "number IN (\($0.sql))" }.joined(separator: " AND ")
        require(
            "(\(staff.sql) OR (\(condition.isEmpty ? "1" : condition)))",
            staff.values + visible.flatMap(\.values))
    }

    /// Few tickets are active and most are closed. For closed ones the index of the order finds a
    /// page sooner, unless `isSparse`. The urgency of active tickets has an index of its own, which
    /// is named explicitly: SQLite does not know how few they are.
    mutating func requireStatus(
        of filter: TicketFilter, sortedBy sort: TicketSort, isSparse: Bool
    ) {
        guard !filter.status.isEmpty else { return }
        let isActive = filter.status.allSatisfy(\.isActive)
        let isAlone =
            filter.assignedTo.isEmpty && filter.project.isEmpty && filter.tag.isEmpty
            && filter.client.isEmpty && filter.watchedBy == nil && filter.sla.isEmpty
        if isActive, sort == .urgency, isAlone, !isNarrow {
            index = "tickets_active"
            require("status IN ('open', 'in_progress', 'waiting')")
        }
        let isSelective = isSparse || isActive && sort != .urgency
        requireOne(
            of: filter.status.map(\.rawValue), isSelective && index == nil ? "status" : "+status")
    }

    private mutating func requireOne(of names: [String], _ column: String) {
        guard !names.isEmpty else { return }
        require("\(plain(column)) IN \(Self.marks(names.count))", names.map { .text($0) })
    }

    private mutating func requireAssignee(_ alternatives: [AssigneeFilter]) {
        guard !alternatives.isEmpty else { return }
        var parts: [String] = []
        var people: [SQLValue] = []
        for alternative in alternatives {
            switch alternative {
            case .nobody: parts = ["\(plain("assigned_to")) IS NULL"]
            case .person(let id): people.append(.text(id.string))
            }
        }
        if !people.isEmpty {
            parts.append("\(plain("assigned_to")) IN \(Self.marks(people.count))")
        }
        require("(\(parts.joined(separator: " OR ")))", people)
    }

    /// Unary plus keeps SQLite from using the column's index.
    private func plain(_ column: String) -> String {
        isNarrow && !column.hasPrefix("+") ? "+\(column)" : column
    }

    private static let watched = "id IN (SELECT ticket FROM watchers WHERE person = ?)"
    private static let openToWatcher = """
        id IN (SELECT ticket FROM watchers WHERE person = ? AND NOT EXISTS \
        (SELECT 1 FROM own_watches AS own \
        WHERE own.ticket = watchers.ticket AND own.person = watchers.person))
        """

    static func marks(_ count: Int) -> String {
        "(\(Array(repeating: "?", count: count).joined(separator: ", ")))"
    }
}
