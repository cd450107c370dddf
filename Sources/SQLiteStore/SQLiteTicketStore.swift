// The writer's side of the file. A batch is one transaction, so its one sync pays for all of it.

package import Tickets

package final class SQLiteTicketStore: TicketStore {
    private let path: String
    private let pagesMax: Int?
    private(set) var open: Database

    package init(path: String, pagesMax: Int? = nil) throws(StoreError) {
        self.path = path
        self.pagesMax = pagesMax
        open = try DatabaseFile.open(path, for: .write, pagesMax: pagesMax)
    }

    /// The connection, a new one after an I/O error. Full disks and locks pass without that.
    private func database() throws(StoreError) -> Database {
        if open.isSuspect {
            open = try DatabaseFile.open(path, for: .writeAgain, pagesMax: pagesMax)
        }
        return open
    }

    private func rows() throws(StoreError) -> TicketRows { TicketRows(database: try database()) }

    // MARK: Writing

    package func commit(_ batch: StoreBatch) throws(StoreError) {
        let database = try database()
        try database.write { () throws(StoreError) in
            for event in batch.events { try insert(event, database) }
            for head in batch.heads { try HeadRow(head).write(to: database) }
            for person in batch.people { try upsert(person, database) }
            for mark in batch.reads { try advance(mark, database) }
            try StatisticsRows(database: database).add(batch.statistics)
        }
    }

    private func insert(_ event: TicketEvent, _ database: Database) throws(StoreError) {
        try database.run(
            """
            INSERT INTO events (ticket, seq, is_public, author, key, data)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                SQLValue(event.ticket), SQLValue(event.seq), SQLValue(event.isPublic),
                .text(event.by.id), SQLValue(event.key), .json(RecordJSON.encode(event.record)),
            ])
    }

    private func upsert(_ person: Person, _ database: Database) throws(StoreError) {
        try database.run(
            """
            INSERT INTO people (id, name, role) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role
            WHERE name <> excluded.name OR role <> excluded.role
            """, [.text(person.id), .text(person.name), .text(person.role.rawValue)])
    }

    private func advance(_ mark: ReadMark, _ database: Database) throws(StoreError) {
        try database.run(
            """
            INSERT INTO reads (ticket, person, seq) VALUES (?, ?, ?)
            ON CONFLICT (ticket, person) DO UPDATE SET seq = excluded.seq
            WHERE seq < excluded.seq
            """, [SQLValue(mark.ticket), .text(mark.person), SQLValue(mark.seq)])
    }

    // MARK: Reading

    package func head(of id: TicketID) throws(StoreError) -> Ticket? {
        let rows = try rows()
        return try rows.database.read { () throws(StoreError) in try rows.mendedHead(of: id) }
    }

    package func ticketID(number: Int) throws(StoreError) -> TicketID? {
        try rows().ticketID(number: number)
    }

    package func highestNumber() throws(StoreError) -> Int {
        let statement = try database().prepared("SELECT max(number) FROM tickets")
        try statement.bind([])
        defer { statement.reset() }
        return try statement.step() ? Int(statement.int(0)) : 0
    }

    package func events(
        for keys: [CommandKey]
    ) throws(StoreError) -> [CommandKey: TicketEvent] {
        let rows = try rows()
        var events: [CommandKey: TicketEvent] = [:]
        for key in keys {
            // The texts repeat the conditions of the two indexes, or SQLite would not use them.
            let scope = key.ticket == nil ? "seq = 1" : "seq > 1 AND ticket = ?3"
            let statement = try rows.database.prepared(
                "SELECT seq, data, ticket FROM events WHERE author = ?1 AND key = ?2 AND \(scope)")
            try statement.bind(
                [.text(key.author), .text(key.key)] + (key.ticket.map { [SQLValue($0)] } ?? []))
            defer { statement.reset() }
            guard try statement.step() else { continue }
            events[key] = try rows.event(in: statement, of: rows.id(in: statement, 2))
        }
        return events
    }

    package func events(
        of id: TicketID, after seq: Int, limit: Int
    ) throws(StoreError) -> [TicketEvent] {
        try rows().events(of: id, after: seq, limit: limit)
    }

    package func alarms() throws(StoreError) -> [(ticket: TicketID, at: Timestamp)] {
        let rows = try rows()
        let statement = try rows.database.prepared(
            "SELECT id, alarm_at FROM tickets WHERE alarm_at IS NOT NULL ORDER BY alarm_at, id")
        try statement.bind([])
        defer { statement.reset() }
        var alarms: [(ticket: TicketID, at: Timestamp)] = []
        while try statement.step() {
            alarms.append(
                (try rows.id(in: statement, 0), Timestamp(milliseconds: statement.int(1))))
        }
        return alarms
    }

    package func people() throws(StoreError) -> [Person] {
        try PeopleRows(database: database()).people(in: [])
    }
}
