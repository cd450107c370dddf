// Outbox entries and notices, to and from their rows.

import Text
import Tickets

struct OutboxRows {
    let database: Database

    /// An entry that is there already stays as it is.
    func insert(_ entry: OutboxEntry) throws(StoreError) {
        try database.run(
            """
            INSERT OR IGNORE INTO outbox (id, target, state, due, attempts, reason, data)
            VALUES (?, ?, 'waiting', ?, 0, '', ?)
            """,
            [
                .text(entry.id.string), .text(entry.target.name.string), SQLValue(entry.at),
                .json(RecordJSON.encode(entry.record)),
            ])
    }

    /// Whether it was news.
    func insert(_ new: Notice) throws(StoreError) -> Bool {
        var notice = new
        // The message may have been redacted since the notice was made of it.
        if notice.excerpt != nil,
            try RedactionRows(database: database).isRedacted(notice.ticket, notice.seq)
        {
            notice.excerpt = nil
        }
        try database.run(
            """
            INSERT OR IGNORE INTO notices
                (serial, person, ticket, seq, kind, at, is_internal, is_read, data)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .int(notice.serial), .text(notice.person.string), SQLValue(notice.ticket),
                SQLValue(notice.seq), .text(notice.kind.rawValue), SQLValue(notice.at),
                SQLValue(notice.isInternal), SQLValue(notice.isRead),
                .json(RecordJSON.encode(notice.record)),
            ])
        return database.changedRows == 1
    }

    /// Of a row with the columns of `noticeColumns`.
    func notice(in row: Statement) throws(StoreError) -> Notice {
        let place = "notification \(row.int(0))"
        let rows = TicketRows(database: database)
        do {
            return try Notice(
                serial: row.int(0), person: ExactText(row.text(1) ?? ""), kind: row.text(4) ?? "",
                ticket: try rows.id(in: row, 2), seq: Int(row.int(3)),
                at: Timestamp(milliseconds: row.int(5)), isInternal: row.int(6) != 0,
                isRead: row.int(7) != 0, record: try record(in: row, 8, place))
        } catch let error as RecordError {
            throw .corrupt("\(database.path): \(place) cannot be read: \(error)")
        } catch let error as StoreError {
            throw error
        } catch {
            throw .corrupt("\(database.path): \(place) cannot be read")
        }
    }

    static let noticeColumns =
        "notices.serial, notices.person, notices.ticket, notices.seq, notices.kind, notices.at, "
        + "notices.is_internal, notices.is_read, notices.data"

    func record(
        in row: Statement, _ column: Int32, _ place: String
    ) throws(StoreError) -> Record {
        let decoded = row.withBytes(of: column) { text in try? RecordJSON.decode(text) }
        guard let record = decoded ?? nil else {
            throw .corrupt("\(database.path): \(place) cannot be read")
        }
        return record
    }
}
