// Finds and removes rows without an event behind them. Each rule has the condition for finding them
// and the statement that removes them.

import Tickets

struct StrayRows {
    private let table: String
    private let condition: String

    private static func noLog(_ table: String) -> String {
        "NOT EXISTS (SELECT 1 FROM events WHERE events.ticket = \(table).ticket)"
    }

    private static let rules: [StrayRows] =
        [
            // A row with a ticket's id may be all that is left of a lost log.
            StrayRows(
                table: "tickets",
                condition: """
                    (length(id) <> 24 OR id GLOB '*[^0-9a-f]*')
                    AND NOT EXISTS (SELECT 1 FROM events WHERE events.ticket = tickets.id)
                    """),
            StrayRows(table: "reads", condition: "seq < 1 OR \(noLog("reads"))"),
        ]
        + ["watchers", "own_watches", "tags"].map {
            StrayRows(table: $0, condition: noLog($0))
        }
        + ["heads", "faces"].map {
            StrayRows(table: $0, condition: "number NOT IN (SELECT number FROM tickets)")
        }
        + ["redacted", "notifications"].map { table in
            StrayRows(
                table: table,
                condition: """
                    NOT EXISTS (SELECT 1 FROM events
                    WHERE events.ticket = \(table).ticket AND events.seq = \(table).seq)
                    """)
        }

    static func found(in database: Database) throws(StoreError) -> [StoreDifference] {
        var found: [StoreDifference] = []
        for rule in rules {
            let count = try database.word(
                "SELECT count(*) FROM \(rule.table) WHERE \(rule.condition)")
            if count != "0" {
                found.append(
                    StoreDifference("\(rule.table): \(count) rows stand for no event", .clearing))
            }
        }
        return found
    }

    static func clear(_ database: Database) throws(StoreError) {
        for rule in rules {
            try database.prepareOnce("DELETE FROM \(rule.table) WHERE \(rule.condition)").run()
        }
        try database.prepareOnce(
            """
            UPDATE files SET ticket = NULL, seq = NULL, is_internal = NULL
            WHERE ticket IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM events WHERE events.ticket = files.ticket
                    AND events.seq = files.seq AND instr(events.data, files.id) > 0)
            """
        ).run()
    }
}
