// Reads tickets: snapshots and events from rows, lagging snapshots updated from their logs.

import Text
import Tickets
import Wire

/// Queries that the writer and the readers share.
struct TicketRows {
    let database: Database

    /// As stored; nil: no row.
    func storedSnapshot(of id: TicketID) throws(StoreError) -> Ticket? {
        let statement = try database.prepared(
            "SELECT data FROM tickets JOIN heads USING (number) WHERE id = ?")
        try statement.bind([SQLValue(id)])
        defer { statement.reset() }
        return try statement.step() ? try snapshot(in: statement, 0, "\(id)") : nil
    }

    func snapshot(number: Int64) throws(StoreError) -> Ticket? {
        let statement = try database.prepared("SELECT data FROM heads WHERE number = ?")
        try statement.bind([.int(number)])
        defer { statement.reset() }
        return try statement.step() ? try snapshot(in: statement, 0, "T-\(number)") : nil
    }

    /// The snapshot, including events that a crash left out of it.
    func repairedSnapshot(of id: TicketID) throws(StoreError) -> Ticket? {
        var snapshot = try storedSnapshot(of: id)
        let statement = try database.prepared(
            "SELECT seq, data FROM events WHERE ticket = ? AND seq > ? ORDER BY seq")
        try statement.bind([SQLValue(id), SQLValue(snapshot?.seq ?? 0)])
        defer { statement.reset() }
        while try statement.step() {
            let event = try event(in: statement, of: id)
            if let before = snapshot, event.seq == before.seq + 1 {
                snapshot = before.applying(event)
            } else if snapshot == nil, event.seq == 1, let created = event.created {
                snapshot = created
            } else {
                throw .corrupt(
                    "\(database.path): the log of ticket \(id) has a hole before event "
                        + "\(event.seq); run `guichet check`")
            }
        }
        return snapshot
    }

    /// As stored; nil: missing, or unreadable and to be rebuilt from its log.
    func readableSnapshot(of id: TicketID) throws(StoreError) -> Ticket? {
        do {
            return try storedSnapshot(of: id)
        } catch .corrupt where !database.isSuspect {
            return nil
        }
    }

    /// The next ticket by id, including logs without a snapshot and snapshots without a log.
    func nextID(after last: String) throws(StoreError) -> TicketID? {
        guard let name = try nextName(after: last) else { return nil }
        guard let id = Self.id(name.utf8Span.span) else { throw notAnID(name) }
        return id
    }

    /// As `nextID`; for the check, also what stands in place of an id.
    func nextName(after last: String) throws(StoreError) -> String? {
        let statement = try database.prepared(
            """
            SELECT min(id) FROM (
                SELECT min(id) AS id FROM tickets WHERE id > ?1
                UNION ALL SELECT min(ticket) FROM events WHERE ticket > ?1)
            """)
        try statement.bind([.text(last)])
        defer { statement.reset() }
        return try statement.step() ? statement.text(0) : nil
    }

    func events(
        of id: TicketID, after seq: Int, limit: Int
    ) throws(StoreError) -> [TicketEvent] {
        // SQLite reads a negative LIMIT as no limit.
        guard limit > 0 else { return [] }
        let statement = try database.prepared(
            "SELECT seq, data FROM events WHERE ticket = ? AND seq > ? ORDER BY seq LIMIT ?")
        try statement.bind([SQLValue(id), SQLValue(seq), SQLValue(limit)])
        defer { statement.reset() }
        var events: [TicketEvent] = []
        while try statement.step() { events.append(try event(in: statement, of: id)) }
        return events
    }

    /// The whole log, with the events apart that cannot be read.
    func readableEvents(
        of id: TicketID
    ) throws(StoreError) -> (events: [TicketEvent], unreadable: [UnreadableEvent]) {
        let statement = try database.prepared(
            "SELECT seq, data FROM events WHERE ticket = ? ORDER BY seq")
        try statement.bind([SQLValue(id)])
        defer { statement.reset() }
        var events: [TicketEvent] = []
        var unreadable: [UnreadableEvent] = []
        while try statement.step() {
            do throws(RowDamage) {
                events.append(try decodedEvent(in: statement, of: id))
            } catch {
                unreadable.append(
                    UnreadableEvent(seq: Int(statement.int(0)), reason: error.reason))
            }
        }
        return (events, unreadable)
    }

    func ticketID(number: Int) throws(StoreError) -> TicketID? {
        let statement = try database.prepared("SELECT id FROM tickets WHERE number = ?")
        try statement.bind([SQLValue(number)])
        defer { statement.reset() }
        return try statement.step() ? try id(in: statement, 0) : nil
    }

    func number(of id: TicketID) throws(StoreError) -> Int? {
        let statement = try database.prepared("SELECT number FROM tickets WHERE id = ?")
        try statement.bind([SQLValue(id)])
        defer { statement.reset() }
        return try statement.step() ? Int(statement.int(0)) : nil
    }

    // MARK: One row

    /// The event of a row that begins with `seq, data`.
    func event(in row: Statement, of id: TicketID) throws(StoreError) -> TicketEvent {
        do throws(RowDamage) {
            return try decodedEvent(in: row, of: id)
        } catch {
            throw damaged("event \(row.int(0)) of ticket \(id)", error.reason)
        }
    }

    private func decodedEvent(
        in row: Statement, of id: TicketID
    ) throws(RowDamage) -> TicketEvent {
        let record = try decodedRecord(in: row, 1)
        let event: TicketEvent
        do {
            event = try TicketEvent(record: record)
        } catch {
            throw RowDamage(reason: "\(error)")
        }
        guard event.ticket == id, Int64(event.seq) == row.int(0) else {
            throw RowDamage(reason: "its data belongs to another event")
        }
        return event
    }

    func snapshot(in row: Statement, _ column: Int32, _ ticket: String) throws(StoreError) -> Ticket
    {
        let place = "the snapshot of ticket \(ticket)"
        let record = try record(in: row, column, place)
        do {
            return try Ticket(record: record)
        } catch {
            throw damaged(place, "\(error)")
        }
    }

    func id(in row: Statement, _ column: Int32) throws(StoreError) -> TicketID {
        guard let id = row.withBytes(of: column, Self.id) ?? nil else {
            throw notAnID(row.text(column) ?? "")
        }
        return id
    }

    /// From 24 lower-case hex digits. Takes a few nanoseconds; lists of alarms have a million.
    private static func id(_ digits: Span<UInt8>) -> TicketID? {
        guard digits.count == 24 else { return nil }
        var high: UInt64 = 0
        var low: UInt32 = 0
        for position in digits.indices {
            let digit = digits[position]
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x61...0x66: value = digit - 0x57
            default: return nil
            }
            if position < 16 {
                high = high << 4 | UInt64(value)
            } else {
                low = low << 4 | UInt32(value)
            }
        }
        return TicketID(high: high, low: low)
    }

    /// Decodes a column's JSON with `read`; `place` names the row in errors.
    func decode<Value>(
        _ row: Statement, _ column: Int32, _ place: String,
        _ read: (Tree) throws(RecordError) -> Value
    ) throws(StoreError) -> Value {
        let record = try record(in: row, column, place)
        do throws(RecordError) {
            return try read(record)
        } catch {
            throw damaged(place, "\(error)")
        }
    }

    private func record(
        in row: Statement, _ column: Int32, _ place: String
    ) throws(StoreError) -> Tree {
        do throws(RowDamage) {
            return try decodedRecord(in: row, column)
        } catch {
            throw damaged(place, error.reason)
        }
    }

    private func decodedRecord(
        in row: Statement, _ column: Int32
    ) throws(RowDamage) -> Tree {
        let decoded = row.withBytes(of: column) { text in
            Result { () throws(JSONError) in try JSONReader.parse(text) }
        }
        switch decoded {
        case .success(let record)?: return record
        case .failure(let error)?: throw RowDamage(reason: "\(error)")
        case nil: throw RowDamage(reason: "there is no data")
        }
    }

    private func notAnID(_ text: String) -> StoreError {
        .corrupt("\(database.path): “\(text)” is not a ticket's id")
    }

    private func damaged(_ place: String, _ reason: String) -> StoreError {
        .corrupt("\(database.path): \(place) cannot be read: \(reason); run `guichet check`")
    }
}

/// Why a row cannot be read, without its place.
private struct RowDamage: Error {
    let reason: String
}
