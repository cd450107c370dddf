// Converts outbox entries and notifications to and from rows.

import Text
import Tickets
import Wire

struct OutboxRows {
    let database: Database

    /// An existing entry stays as it is.
    func insert(_ entry: OutboxEntry) throws(StoreError) {
        try database.run(
            """
            INSERT OR IGNORE INTO outbox (id, target, state, due, attempts, reason, data)
            VALUES (?, ?, 'waiting', ?, 0, '', ?)
            """,
            [
                .text(entry.id.string), .text(entry.target.name.string), SQLValue(entry.at),
                .json(JSONWriter.bytes(of: entry.record)),
            ])
    }

    /// Returns whether the notification was new.
    func insert(_ new: TicketNotification) throws(StoreError) -> Bool {
        var notification = new
        // The message may have been redacted since the notification was made.
        if notification.excerpt != nil,
            try RedactionRows(database: database).isRedacted(notification.ticket, notification.seq)
        {
            notification.excerpt = nil
        }
        try database.run(
            """
            INSERT OR IGNORE INTO notifications
                (serial, person, ticket, seq, kind, at, is_internal, is_read, data)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .int(notification.serial), .text(notification.person.string),
                SQLValue(notification.ticket),
                SQLValue(notification.seq), .text(notification.kind.rawValue),
                SQLValue(notification.at),
                SQLValue(notification.isInternal), SQLValue(notification.isRead),
                .json(JSONWriter.bytes(of: notification.record)),
            ])
        return database.changedRows == 1
    }

    /// Reads a row with the columns of `notificationColumns`.
    func notification(in row: Statement) throws(StoreError) -> TicketNotification {
        let place = "notification \(row.int(0))"
        let rows = TicketRows(database: database)
        do {
            return try TicketNotification(
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

    static let notificationColumns =
        "notifications.serial, notifications.person, notifications.ticket, notifications.seq, notifications.kind, notifications.at, "
        + "notifications.is_internal, notifications.is_read, notifications.data"

    func record(
        in row: Statement, _ column: Int32, _ place: String
    ) throws(StoreError) -> Tree {
        let decoded = row.withBytes(of: column) { text in try? JSONReader.parse(text) }
        guard let record = decoded ?? nil else {
            throw .corrupt("\(database.path): \(place) cannot be read")
        }
        return record
    }
}
