// Rewrites all rows that follow from a ticket's events, for `guichet check --repair`.

import Text
import Tickets

struct TicketRepair {
    let database: Database

    /// Within a transaction. The search index is left out: it is rebuilt as a whole.
    func repair(_ snapshot: Ticket) throws(StoreError) {
        let ticket = SQLValue(snapshot.id)
        try database.run("DELETE FROM tickets WHERE id = ?", [ticket])
        // A number that belongs to no log goes back to this ticket.
        try database.run(
            """
            DELETE FROM tickets WHERE number = ?
                AND NOT EXISTS (SELECT 1 FROM events WHERE events.ticket = tickets.id)
            """, [SQLValue(snapshot.number)])
        for table in ["watchers", "own_watches", "tags", "redacted"] {
            try database.run("DELETE FROM \(table) WHERE ticket = ?", [ticket])
        }
        try SnapshotRow(snapshot).write(to: database)
        try database.run(
            "UPDATE reads SET seq = ?2 WHERE ticket = ?1 AND seq > ?2",
            [ticket, SQLValue(snapshot.seq)])
        for event in try TicketRows(database: database).events(
            of: snapshot.id, after: 0, limit: .max)
        {
            try repair(event)
        }
    }

    private func repair(_ event: TicketEvent) throws(StoreError) {
        try database.run(
            """
            UPDATE events SET is_public = ?, author = ?, key = ? WHERE ticket = ? AND seq = ?
            """,
            [
                SQLValue(event.isPublic), .text(event.by.id.string), SQLValue(event.key),
                SQLValue(event.ticket), SQLValue(event.seq),
            ])
        let words = PersonWords(database: database)
        for person in event.searchedPeople where try !words.hasNames(of: person.id) {
            try words.note(person)
        }
        if event.isRedacted { try RedactionRows(database: database).noteRedacted(event) }
        let claims = event.claims
        for attachment in event.attachments {
            guard let claim = claims[attachment.id] else { continue }
            try database.run(
                """
                UPDATE files SET name = ?, type = ?, size = ?, ticket = ?, seq = ?, is_internal = ?,
                    owner = ?
                WHERE id = ?
                """,
                [
                    .text(attachment.name), .text(attachment.type), SQLValue(attachment.size),
                    SQLValue(claim.ticket), SQLValue(claim.seq), SQLValue(claim.isInternal),
                    .text(event.by.id.string), .text("\(attachment.id)"),
                ])
        }
    }
}
