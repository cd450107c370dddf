// Write side of the store. A batch is one transaction with one sync.

package import Text
package import Tickets
import Wire

package final class SQLiteTicketStore: TicketStore {
    private let path: String
    private let pagesMax: Int?
    private(set) var open: Database

    package init(
        path: String, pagesMax: Int? = nil, progress: (StoreProgress) -> Void = { _ in }
    ) throws(StoreError) {
        self.path = path
        self.pagesMax = pagesMax
        open = try DatabaseFile.open(path, for: .write, pagesMax: pagesMax)
        try SearchBacklog.prepare(open)
        do throws(StoreError) {
            _ = try TraceSweep(path: path).run()
        } catch {
            // For example a full disk: the hub can still work, and the next redaction tries again.
            progress(.tracesLeft(reason: error.description))
        }
    }

    /// A second connection for the commits of a bulk: they are not synced one by one, and pages that
    /// many commits change are copied from the log into the file less often. A crash of the machine
    /// may take back the newest commits, none before one that stays.
    package init(bulkPath path: String) throws(StoreError) {
        self.path = path
        pagesMax = nil
        open = try DatabaseFile.open(path, for: .writeAgain)
        let settings = [
            "synchronous = NORMAL", "wal_autocheckpoint = 16000", "cache_size = -32768",
        ]
        for setting in settings {
            _ = try open.word("PRAGMA \(setting)")
        }
    }

    /// Returns the connection, a new one after an I/O error. Full disks and locks need no new
    /// connection.
    package func database() throws(StoreError) -> Database {
        if open.isSuspect {
            open = try DatabaseFile.open(path, for: .writeAgain, pagesMax: pagesMax)
        }
        return open
    }

    private func rows() throws(StoreError) -> TicketRows { TicketRows(database: try database()) }

    // MARK: Writing

    package func commit(_ batch: StoreBatch) throws(StoreError) {
        try commit(EncodedBatch(encoding: batch))
    }

    func commit(_ encoded: EncodedBatch) throws(StoreError) {
        let batch = encoded.batch
        let database = try database()
        try database.write { () throws(StoreError) in
            try FileRows(database: database).write(batch)
            for index in batch.events.indices {
                try insert(batch.events[index], encoded.events[index], database)
            }
            let moves = SnapshotMove.of(batch.events)
            for index in batch.snapshots.indices {
                let row = SnapshotRow(batch.snapshots[index], data: encoded.snapshots[index])
                try row.write(to: database, after: moves[row.ticket])
            }
            try SearchIndex(database: database).takeWords(of: encoded)
            try RedactionRows(database: database).take(batch.rewrites)
            for person in batch.people { try upsert(person, database) }
            for mark in batch.reads { try advance(mark, database) }
            let outbox = OutboxRows(database: database)
            for entry in batch.outbox { try outbox.insert(entry) }
            try StatisticsRows(database: database).add(batch.statistics)
        }
    }

    func add(_ change: StatisticsChange) throws(StoreError) {
        let database = try database()
        try database.write { () throws(StoreError) in
            try StatisticsRows(database: database).add(change)
        }
    }

    private func insert(
        _ event: TicketEvent, _ data: [UInt8], _ database: Database
    ) throws(StoreError) {
        try database.run(
            """
            INSERT INTO events (ticket, seq, is_public, author, key, data)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                SQLValue(event.ticket), SQLValue(event.seq), SQLValue(event.isPublic),
                .text(event.by.id.string), SQLValue(event.key),
                .json(data),
            ])
        // A redacted event comes from an import.
        if event.isRedacted { try RedactionRows(database: database).noteRedacted(event) }
    }

    private func upsert(_ person: Person, _ database: Database) throws(StoreError) {
        try database.run(
            """
            INSERT INTO people (id, name, role) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role
            WHERE name <> excluded.name OR role <> excluded.role
            """, [.text(person.id.string), .text(person.name), .text(person.role.rawValue)])
    }

    private func advance(_ mark: ReadMark, _ database: Database) throws(StoreError) {
        try database.run(
            """
            INSERT INTO reads (ticket, person, seq) VALUES (?, ?, ?)
            ON CONFLICT (ticket, person) DO UPDATE SET seq = excluded.seq
            WHERE seq < excluded.seq
            """, [SQLValue(mark.ticket), .text(mark.person.string), SQLValue(mark.seq)])
    }

    // MARK: Reading

    package func snapshot(of id: TicketID) throws(StoreError) -> Ticket? {
        let rows = try rows()
        return try rows.database.read { () throws(StoreError) in try rows.repairedSnapshot(of: id) }
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
        guard !keys.isEmpty else { return [:] }
        let rows = try rows()
        // In one transaction, since SQLite locks the file for each.
        return try rows.database.read { () throws(StoreError) in
            var events: [CommandKey: TicketEvent] = [:]
            for key in keys {
                let statement = try rows.database.prepared(
                    key.ticket == nil ? Self.createdUnderKey : Self.eventUnderKey)
                try statement.bind([
                    .text(key.author.string), .text(key.key.string), SQLValue(key.ticket),
                ])
                defer { statement.reset() }
                guard try statement.step() else { continue }
                events[key] = try rows.event(in: statement, of: rows.id(in: statement, 2))
            }
            return events
        }
    }

    // The texts repeat the conditions of the two partial indexes; otherwise SQLite would not use
    // them.
    static let createdUnderKey =
        "SELECT seq, data, ticket FROM events WHERE author = ?1 AND key = ?2 AND seq = 1 AND ?3 IS NULL"
    static let eventUnderKey =
        "SELECT seq, data, ticket FROM events WHERE author = ?1 AND key = ?2 AND seq > 1 AND ticket = ?3"

    package func events(
        of id: TicketID, after seq: Int, limit: Int
    ) throws(StoreError) -> [TicketEvent] {
        try rows().events(of: id, after: seq, limit: limit)
    }

    package func alarms() throws(StoreError) -> [(ticket: TicketID, at: Timestamp)] {
        try alarms(Self.allAlarms, [])
    }

    package func alarms(
        dueBy moment: Timestamp, limit: Int
    ) throws(StoreError) -> [(ticket: TicketID, at: Timestamp)] {
        try alarms(Self.dueAlarms, [.int(moment.milliseconds), SQLValue(limit)])
    }

    static let allAlarms =
        "SELECT id, alarm_at FROM tickets WHERE alarm_at IS NOT NULL ORDER BY alarm_at, id"
    static let dueAlarms =
        "SELECT id, alarm_at FROM tickets WHERE alarm_at <= ?1 ORDER BY alarm_at, id LIMIT ?2"

    private func alarms(
        _ query: String, _ values: [SQLValue]
    ) throws(StoreError) -> [(ticket: TicketID, at: Timestamp)] {
        let rows = try rows()
        let statement = try rows.database.prepared(query)
        try statement.bind(values)
        defer { statement.reset() }
        var alarms: [(ticket: TicketID, at: Timestamp)] = []
        while try statement.step() {
            alarms.append(
                (try rows.id(in: statement, 0), Timestamp(milliseconds: statement.int(1))))
        }
        return alarms
    }

    package func ticketCounts() throws(StoreError) -> GroupedTicketCounts {
        let database = try database()
        let statement = try database.prepareOnce(
            """
            SELECT status, priority, category, project, assigned_to, sla_filter, count(*)
            FROM tickets GROUP BY 1, 2, 3, 4, 5, 6
            """)
        var counts = GroupedTicketCounts()
        while try statement.step() {
            guard let status = statement.text(0).flatMap(Status.init(rawValue:)),
                let priority = statement.text(1).flatMap(Priority.init(rawValue:)),
                let category = statement.text(2).flatMap(Category.init(rawValue:)),
                let project = statement.text(3),
                let sla = statement.text(5).flatMap(SLAFilter.init(rawValue:))
            else { throw .corrupt("\(database.path): a ticket's row cannot be read") }
            counts.add(
                TicketGroup(
                    status: status, priority: priority, category: category,
                    project: ExactText(project),
                    assignedTo: statement.text(4).map { ExactText($0) }, sla: sla),
                count: Int(statement.int(6)))
        }
        return counts
    }

    package func people() throws(StoreError) -> [Person] {
        try PeopleRows(database: database()).people(in: [])
    }

    package func file(of owner: ExactText, key: ExactText) throws(StoreError) -> StoredFile? {
        try FileRows(database: try database()).file(of: owner, key: key)
    }

    package func files(_ ids: [FileID]) throws(StoreError) -> [FileID: StoredFile] {
        let rows = FileRows(database: try database())
        var files: [FileID: StoredFile] = [:]
        for id in ids { files[id] = try rows.file(id) }
        return files
    }
}
