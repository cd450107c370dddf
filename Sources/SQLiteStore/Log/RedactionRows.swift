// Carries out redactions in the transaction of their event: removes the event's words, files and
// search words, and the excerpts in notifications. Remains in files and in unused pages are noted
// in `traces`, in the same transaction: see TraceSweep.

import Tickets
import Wire

struct RedactionRows {
    let database: Database

    /// `redacted` keeps a late notification from quoting the event. A row of `traces` is a file to
    /// remove or, without a location, the unused pages of the database.
    static let schema = [
        """
        CREATE TABLE redacted (
            ticket TEXT NOT NULL,
            seq INTEGER NOT NULL,
            PRIMARY KEY (ticket, seq)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE traces (
            id INTEGER PRIMARY KEY,
            location TEXT
        ) STRICT
        """,
        "CREATE INDEX notifications_ticket ON notifications (ticket, seq)",
    ]

    /// Runs after the batch's events and search words are written: rewritten events may be among
    /// them.
    func take(_ rewrites: [TicketEvent]) throws(StoreError) {
        guard !rewrites.isEmpty else { return }
        for event in rewrites { try take(event) }
        try sweepLater(nil)
    }

    private func take(_ event: TicketEvent) throws(StoreError) {
        let rows = TicketRows(database: database)
        let stored = try rows.events(of: event.ticket, after: event.seq - 1, limit: 1).first
        guard let stored, stored.seq == event.seq, stored.message?.id == event.message?.id else {
            throw .conflict(
                "\(database.path): event \(event.seq) of ticket \(event.ticket) is another one")
        }
        guard !stored.isRedacted else { return }
        if let number = try rows.number(of: event.ticket) {
            try SearchIndex(database: database).forget(stored, ofNumber: number)
        }
        try database.run(
            "UPDATE events SET data = ? WHERE ticket = ? AND seq = ?",
            [
                .json(JSONWriter.bytes(of: event.record)), SQLValue(event.ticket),
                SQLValue(event.seq),
            ])
        try noteRedacted(event)
        try removeFiles(of: stored)
        try silenceNotifications(of: event)
    }

    func noteRedacted(_ event: TicketEvent) throws(StoreError) {
        try database.run(
            "INSERT OR IGNORE INTO redacted (ticket, seq) VALUES (?, ?)",
            [SQLValue(event.ticket), SQLValue(event.seq)])
    }

    func isRedacted(_ ticket: TicketID, _ seq: Int) throws(StoreError) -> Bool {
        let statement = try database.prepared(
            "SELECT 1 FROM redacted WHERE ticket = ? AND seq = ?")
        try statement.bind([SQLValue(ticket), SQLValue(seq)])
        defer { statement.reset() }
        return try statement.step()
    }

    /// nil: the database itself.
    func sweepLater(_ location: String?) throws(StoreError) {
        try database.run("INSERT INTO traces (location) VALUES (?)", [SQLValue(location)])
    }

    private func removeFiles(of event: TicketEvent) throws(StoreError) {
        let files = FileRows(database: database)
        for id in event.claims.keys {
            guard let file = try files.file(id) else { continue }
            try sweepLater(file.location)
            try database.run("DELETE FROM files WHERE id = ?", [.text("\(id)")])
        }
    }

    private func silenceNotifications(of event: TicketEvent) throws(StoreError) {
        let statement = try database.prepared(
            "SELECT \(OutboxRows.notificationColumns) FROM notifications WHERE ticket = ? AND seq = ?"
        )
        try statement.bind([SQLValue(event.ticket), SQLValue(event.seq)])
        var notifications: [TicketNotification] = []
        let rows = OutboxRows(database: database)
        defer { statement.reset() }
        while try statement.step() { notifications.append(try rows.notification(in: statement)) }
        statement.reset()
        for var notification in notifications {
            notification.excerpt = nil
            try database.run(
                "UPDATE notifications SET data = ? WHERE serial = ?",
                [.json(JSONWriter.bytes(of: notification.record)), .int(notification.serial)])
        }
    }
}
