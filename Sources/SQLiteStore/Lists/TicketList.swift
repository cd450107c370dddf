// Reads one page of a list: first the ticket numbers, which sort cheaply, then the snapshots.

import Tickets

struct TicketList {
    private var query: TicketQuery
    private let database: Database
    private let limit: Int

    init(_ query: TicketQuery, _ database: Database) {
        limit = min(max(1, query.limit), 200)
        self.query = query
        self.query.limit = limit
        self.database = database
    }

    func page() throws(StoreError) -> TicketPage {
        let rows = TicketRows(database: database)
        var tickets: [Ticket] = []
        var count = 0
        let views = query.views
        for view in views {
            let numbers = try numbers(view)
            count += numbers.count
            for number in numbers.prefix(limit) {
                if let snapshot = try rows.snapshot(number: number) { tickets.append(snapshot) }
            }
        }
        if views.count > 1 { tickets = query.merged(tickets) }
        let last = count > limit ? tickets.last : nil
        return TicketPage(
            tickets: tickets, next: last.map { query.cursor(after: $0) }, counts: try counts())
    }

    private func numbers(_ view: TicketView) throws(StoreError) -> [Int64] {
        let search = numberSearch(view, isSparse: try isSparse())
        let statement = try database.prepareOnce(search.sql)
        try statement.bind(search.values)
        var numbers: [Int64] = []
        while try statement.step() { numbers.append(statement.int(0)) }
        return numbers
    }

    /// Up to this many tickets, sorting all is faster than searching a page among all others.
    private static let sparseMax = 20_000

    /// Whether few tickets have the requested statuses.
    private func isSparse() throws(StoreError) -> Bool {
        guard !query.filter.status.isEmpty else { return false }
        // One text for each set of statuses: the number of cached statements is limited.
        let asked = Status.allCases.filter { query.filter.status.contains($0) }
        let statuses = asked.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        let statement = try database.prepared(
            """
            SELECT count(*) FROM
                (SELECT 1 FROM tickets WHERE status IN (\(statuses)) LIMIT \(Self.sparseMax + 1))
            """)
        defer { statement.reset() }
        return try statement.step() && statement.int(0) <= Self.sparseMax
    }

    var numberSearch: (sql: String, values: [SQLValue]) {
        numberSearch(query.views[0], isSparse: false)
    }

    /// Finds one more than the page takes, to know whether there is a next page.
    private func numberSearch(
        _ view: TicketView, isSparse: Bool
    ) -> (sql: String, values: [SQLValue]) {
        let audience = query.audience(of: view)
        var conditions = conditionsButStatus(view)
        conditions.requireStatus(of: query.filter, sortedBy: query.sort, isSparse: isSparse)
        if !isSparse {
            for (key, value) in query.knownSortValues {
                conditions.require("\(key.column(for: audience)) = ?", [.int(value)])
            }
        }
        // A cursor of another order is ignored.
        if let cursor = query.cursor, cursor.sort == query.sort,
            cursor.values.count == query.sort.keys.count
        {
            conditions.require(behind: cursor, for: audience)
        }
        let sql =
            "SELECT number FROM tickets\(conditions.index.map { " INDEXED BY \($0)" } ?? "")"
            + "\(conditions.clause) "
            + "ORDER BY \(query.sort.order(for: audience)) LIMIT ?"
        return (sql, conditions.values + [SQLValue(limit + 1)])
    }

    private func counts() throws(StoreError) -> [Status: Int] {
        guard query.counting != .nothing else { return [:] }
        let search = countSearch
        let statement = try database.prepareOnce(search.sql)
        try statement.bind(search.values)
        var counts: [Status: Int] = [:]
        while try statement.step() {
            guard let status = statement.text(0).flatMap(Status.init(rawValue:)) else {
                throw .corrupt("\(database.path): a ticket has an unknown status")
            }
            counts[status] = Int(statement.int(1))
        }
        return counts
    }

    var countSearch: (sql: String, values: [SQLValue]) {
        var conditions = conditionsButStatus(.every)
        if query.counting == .watchedOfOthers {
            conditions = SQLConditions()
            conditions.requireWatchedOfOthers(by: query.caller)
            conditions.requireAllButStatus(of: query.filter, for: query.caller)
        }
        return (
            "SELECT status, count(*) FROM tickets\(conditions.clause) GROUP BY status",
            conditions.values
        )
    }

    private func conditionsButStatus(_ view: TicketView) -> SQLConditions {
        var conditions = SQLConditions()
        conditions.requireAccess(of: query.caller, view)
        conditions.requireText(of: query.filter, for: query.caller)
        conditions.requireAllButStatus(of: query.filter, for: query.caller)
        return conditions
    }
}
