// Read side of the store: pages, lists and checks, each in one read transaction.

import Text
package import Tickets

package final class SQLiteTicketReader: TicketReader {
    let path: String
    private let purpose: DatabaseFile.Purpose
    private(set) var open: Database

    package init(
        path: String, for purpose: DatabaseFile.Purpose = .read
    ) throws(StoreError) {
        self.path = path
        self.purpose = purpose
        open = try DatabaseFile.open(path, for: purpose)
    }

    /// For `guichet check`: a table that is missing counts as empty.
    init(forCheckOf path: String) throws(StoreError) {
        self.path = path
        purpose = .inspect
        open = try DatabaseFile.openForCheck(path)
    }

    package func database() throws(StoreError) -> Database {
        if open.isSuspect { open = try DatabaseFile.open(path, for: purpose) }
        return open
    }

    package func ticketID(number: Int) throws(StoreError) -> TicketID? {
        try TicketRows(database: database()).ticketID(number: number)
    }

    // MARK: One ticket

    package func page(of id: TicketID, _ query: EventQuery) throws(StoreError) -> EventPage? {
        let database = try database()
        return try database.read { () throws(StoreError) in
            let rows = TicketRows(database: database)
            guard let snapshot = try rows.repairedSnapshot(of: id) else { return nil }
            let (events, more) = try EventSlice(query).read(of: id, from: rows)
            let reads = try PeopleRows(database: database).reads(of: id)
            return EventPage(snapshot: snapshot, events: events, more: more, reads: reads)
        }
    }

    // MARK: Many tickets

    package func tickets(_ query: TicketQuery) throws(StoreError) -> TicketPage {
        let database = try database()
        return try database.read(
            withinMilliseconds: query.timeLimitMilliseconds
        ) { () throws(StoreError) in
            try TicketList(query, database).page()
        }
    }

    package func projects(for caller: Caller) throws(StoreError) -> [ProjectSummary] {
        var conditions = SQLConditions()
        conditions.requireAccess(of: caller)
        var updatedAt = TicketSort.Key.updatedAt.column(for: caller.audience)
        let staff = SQLConditions.staffView(of: caller)
        if let staff {
            let asClient = TicketSort.Key.updatedAt.column(for: .client)
            updatedAt = "CASE WHEN \(staff.sql) THEN \(updatedAt) ELSE \(asClient) END"
        }
        let statement = try database().prepareOnce(
            """
            SELECT project, count(*) FILTER (WHERE status NOT IN ('resolved', 'closed')),
                count(*) FILTER (WHERE status = 'waiting'), max(\(updatedAt))
            FROM tickets\(conditions.clause) GROUP BY project ORDER BY project
            """)
        try statement.bind((staff?.values ?? []) + conditions.values)
        var projects: [ProjectSummary] = []
        while try statement.step() {
            guard let id = statement.text(0) else {
                throw .corrupt("\(path): a project's name cannot be read")
            }
            projects.append(
                ProjectSummary(
                    id: ExactText(id), open: Int(statement.int(1)), waiting: Int(statement.int(2)),
                    lastActivityAt: Timestamp(milliseconds: statement.int(3))))
        }
        return projects
    }

    package func people(in roles: [Role]) throws(StoreError) -> [Person] {
        try PeopleRows(database: database()).people(in: roles)
    }

    // MARK: Checks

    /// One transaction for each ticket, so that a long check blocks no one. An unreadable
    /// snapshot counts as missing: it can be rebuilt from the log.
    package func visitLogs(
        _ visit: (TicketID, Ticket?, [TicketEvent]) throws(StoreError) -> Void
    ) throws(StoreError) {
        let database = try database()
        let rows = TicketRows(database: database)
        var last = ""
        while let id = try rows.nextID(after: last) {
            let (snapshot, events) = try database.read { () throws(StoreError) in
                (
                    try rows.readableSnapshot(of: id),
                    try rows.events(of: id, after: 0, limit: .max)
                )
            }
            try visit(id, snapshot, events)
            last = "\(id)"
        }
        if purpose == .inspect { try FileSurroundings(of: path).requireUnmoved(open) }
    }

    package func ping() throws(StoreError) {
        _ = try database().word("SELECT count(*) FROM sqlite_schema")
    }
}
