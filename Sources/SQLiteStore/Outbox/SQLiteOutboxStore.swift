// Outbox store on SQLite, with a connection of its own.
//
// Its commits are not synced: each entry was synced with its event. A power cut can undo the
// settling of an entry, which is then delivered again under the same ids, as after any crash.

package import Text
package import Tickets
import Wire

package final class SQLiteOutboxStore: OutboxStore {
    private let path: String
    private var open: Database

    package init(path: String) throws(StoreError) {
        self.path = path
        open = try Self.connect(path)
    }

    private static func connect(_ path: String) throws(StoreError) -> Database {
        let database = try DatabaseFile.open(path, for: .writeAgain)
        _ = try database.word("PRAGMA synchronous = NORMAL")
        _ = try database.word("PRAGMA cache_size = -4096")
        return database
    }

    func connection() throws(StoreError) -> Database {
        if open.isSuspect { open = try Self.connect(path) }
        return open
    }

    // MARK: Leases

    package func take(
        _ target: OutboxTarget, now: Timestamp, leasedUntil: Timestamp, limit: Int
    ) throws(StoreError) -> [LeasedEntry] {
        let database = try connection()
        // Most calls find no entry, and need no lock for that.
        let turns = try OutboxTurnRows(database: database, target: target, now: now).due(limit)
        guard !turns.isEmpty else { return [] }
        let name = ExactText("\(TicketID.make(at: now))")
        var leased: [ExactText: LeasedEntry] = [:]
        try database.write { () throws(StoreError) in
            for (place, (turn, countsTry)) in zip(turns, turns.countsTry).enumerated() {
                let lease = OutboxLease(name: name, place: place).text
                try database.run(
                    """
                    UPDATE outbox SET lease = ?, due = ?, attempts = attempts + ?
                    WHERE id = ? AND state = 'waiting' AND due <= ?
                    """,
                    [
                        .text(lease), SQLValue(leasedUntil), SQLValue(countsTry ? 1 : 0),
                        .text(turn.id.string), SQLValue(now),
                    ])
                guard database.changedRows == 1 else { continue }
                leased[turn.id] = try self.leased(turn, target, lease, leasedUntil, database)
            }
        }
        return turns.kept(Set(leased.keys), keepsOrder: target.keepsOrder)
            .compactMap { leased[$0.id] }
    }

    private func leased(
        _ turn: OutboxTurn, _ target: OutboxTarget, _ lease: String, _ leasedUntil: Timestamp,
        _ database: Database
    ) throws(StoreError) -> LeasedEntry? {
        let statement = try database.prepared("SELECT attempts, data FROM outbox WHERE id = ?")
        try statement.bind([.text(turn.id.string)])
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        let record = statement.withBytes(of: 1) { text in try? JSONReader.parse(text) } ?? nil
        return LeasedEntry(
            id: turn.id, lease: lease, leasedUntil: leasedUntil,
            attempts: Int(statement.int(0)), isRetaken: turn.lease != nil, due: turn.due,
            entry: record.flatMap { try? OutboxEntry(target: target.name, record: $0) })
    }

    package func bringForward(
        _ target: OutboxTarget, now: Timestamp, leasedUntil: Timestamp, by milliseconds: Int64
    ) throws(StoreError) {
        let database = try connection()
        let isLost = "(attempts = 0 OR lease IS NOT NULL AND due > ?3)"
        let isMeant = """
            state = 'waiting' AND target = ?1 AND due > ?2 AND (\(isLost) OR ?4 > 0)
            """
        let values: [SQLValue] = [
            .text(target.name.string), SQLValue(now), SQLValue(leasedUntil), .int(milliseconds),
        ]
        // A read first: usually there is nothing to write, and a write would need the lock.
        let statement = try database.prepared("SELECT 1 FROM outbox WHERE \(isMeant) LIMIT 1")
        try statement.bind(values)
        let isNeeded = try statement.step()
        statement.reset()
        guard isNeeded else { return }
        try database.run(
            """
            UPDATE outbox SET due = CASE WHEN \(isLost) THEN ?2 ELSE max(?2, due - ?4) END
            WHERE \(isMeant)
            """, values)
    }

    package func settle(
        _ results: [OutboxResult], now: Timestamp
    ) throws(StoreError) -> Set<ExactText> {
        guard !results.isEmpty else { return [] }
        let database = try connection()
        var settled: Set<ExactText> = []
        try database.write { () throws(StoreError) in
            for result in results where try settle(result, now: now, database) {
                settled.insert(result.entry.id)
            }
        }
        return settled
    }

    private func settle(
        _ result: OutboxResult, now: Timestamp, _ database: Database
    ) throws(StoreError) -> Bool {
        let settled = result.settled(at: now)
        try database.run(
            """
            UPDATE outbox SET state = ?, due = ?, reason = ?, lease = NULL, attempts = attempts - ?
            WHERE id = ? AND lease = ?
            """,
            [
                .text(settled.state.rawValue), SQLValue(settled.due), .text(settled.reason),
                SQLValue(settled.uncounted),
                .text(result.entry.id.string), .text(result.entry.lease),
            ])
        return database.changedRows == 1
    }

    // MARK: Notifications

    package func deposit(
        _ notifications: [TicketNotification], _ entries: [OutboxEntry]
    ) throws(StoreError) -> [TicketNotification] {
        guard !notifications.isEmpty || !entries.isEmpty else { return [] }
        let database = try connection()
        let rows = OutboxRows(database: database)
        var new: [TicketNotification] = []
        try database.write { () throws(StoreError) in
            for notification in notifications where try rows.insert(notification) {
                new.append(notification)
            }
            for entry in entries { try rows.insert(entry) }
        }
        return new
    }

    package func hasUnread(
        _ kinds: [NotificationKind], of person: ExactText, on ticket: TicketID, since: Timestamp,
        before seq: Int
    ) throws(StoreError) -> Bool {
        let names = kinds.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        let statement = try connection().prepared(
            """
            SELECT 1 FROM notifications WHERE is_read = 0 AND person = ? AND ticket = ? AND at >= ?
            AND seq < ? AND kind IN (\(names)) LIMIT 1
            """)
        try statement.bind([.text(person.string), SQLValue(ticket), SQLValue(since), SQLValue(seq)])
        defer { statement.reset() }
        return try statement.step()
    }

    package func markRead(_ notifications: ReadNotifications, of person: ExactText)
        throws(StoreError)
    {
        let database = try connection()
        switch notifications {
        case .upTo(let serial):
            try database.run(
                "UPDATE notifications SET is_read = 1 WHERE person = ? AND serial <= ? AND is_read = 0",
                [.text(person.string), .int(serial)])
        case .these(let serials):
            try database.write { () throws(StoreError) in
                for serial in serials {
                    try database.run(
                        "UPDATE notifications SET is_read = 1 WHERE serial = ? AND person = ?",
                        [.int(serial), .text(person.string)])
                }
            }
        }
    }

    /// Reads first: a write would wait for the journal's, and usually there is nothing to write.
    package func markRead(_ marks: [ReadMark]) throws(StoreError) {
        let database = try connection()
        let condition = "is_read = 0 AND person = ? AND ticket = ? AND seq <= ?"
        func values(_ mark: ReadMark) -> [SQLValue] {
            [.text(mark.person.string), SQLValue(mark.ticket), SQLValue(mark.seq)]
        }
        var found: [ReadMark] = []
        for mark in marks {
            let statement = try database.prepared(
                "SELECT 1 FROM notifications WHERE \(condition) LIMIT 1")
            try statement.bind(values(mark))
            defer { statement.reset() }
            if try statement.step() { found.append(mark) }
        }
        guard !found.isEmpty else { return }
        try database.write { () throws(StoreError) in
            for mark in found {
                try database.run(
                    "UPDATE notifications SET is_read = 1 WHERE \(condition)", values(mark))
            }
        }
    }

    // MARK: Contacts and events

    package func save(_ contacts: [Contact]) throws(StoreError) {
        guard !contacts.isEmpty else { return }
        let database = try connection()
        try database.write { () throws(StoreError) in
            for contact in contacts {
                try database.run(
                    "INSERT OR REPLACE INTO contacts (person, data) VALUES (?, ?)",
                    [.text(contact.person.id.string), .json(JSONWriter.bytes(of: contact.record))])
                try PersonWords(database: database).note(
                    address: contact.email, of: .text(contact.person.id.string))
            }
        }
    }

    package func contact(of person: ExactText) throws(StoreError) -> Contact? {
        let database = try connection()
        let statement = try database.prepared("SELECT data FROM contacts WHERE person = ?")
        try statement.bind([.text(person.string)])
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        let record = try OutboxRows(database: database).record(in: statement, 0, "a contact")
        do {
            return try Contact(record: record)
        } catch {
            throw .corrupt("\(path): the contact of “\(person)” cannot be read: \(error)")
        }
    }

    package func event(
        _ seq: Int, of ticket: TicketID
    ) throws(StoreError) -> (event: TicketEvent, snapshot: Ticket)? {
        let database = try connection()
        return try database.read { () throws(StoreError) in
            let rows = TicketRows(database: database)
            let event = try rows.events(of: ticket, after: seq - 1, limit: 1).first
            guard let event, event.seq == seq, let snapshot = try rows.repairedSnapshot(of: ticket)
            else {
                return nil
            }
            return (event, snapshot)
        }
    }
}
