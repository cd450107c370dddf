// Tables of the outbox, of notifications and of contacts: a step of the schema.

enum OutboxSchema {
    /// `due` in milliseconds: of a leased entry the end of its lease, of a settled one the time of
    /// settling.
    static let step = [
        """
        CREATE TABLE outbox (
            id TEXT PRIMARY KEY NOT NULL,
            target TEXT NOT NULL,
            state TEXT NOT NULL,
            due INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            lease TEXT,
            reason TEXT NOT NULL,
            data TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX outbox_due ON outbox (target, due) WHERE state = 'waiting'",
        "CREATE INDEX outbox_settled ON outbox (state, due, target) WHERE state <> 'waiting'",
        // No column is called `id`: the access conditions of lists use that name for the ticket's.
        """
        CREATE TABLE notices (
            serial INTEGER PRIMARY KEY,
            person TEXT NOT NULL,
            ticket TEXT NOT NULL,
            seq INTEGER NOT NULL,
            kind TEXT NOT NULL,
            at INTEGER NOT NULL,
            is_internal INTEGER NOT NULL,
            is_read INTEGER NOT NULL,
            data TEXT NOT NULL
        ) STRICT
        """,
        "CREATE UNIQUE INDEX notices_event ON notices (person, ticket, seq)",
        "CREATE INDEX notices_list ON notices (person, serial)",
        "CREATE INDEX notices_unread ON notices (person, ticket, at) WHERE is_read = 0",
        "CREATE INDEX notices_read ON notices (at) WHERE is_read = 1",
        """
        CREATE TABLE contacts (
            person TEXT PRIMARY KEY NOT NULL,
            data TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
    ]

    /// An entry's id is `TICKET-SEQ-TARGET…`; these functions return its parts.
    static func ticket(of row: String) -> String { "substr(\(row).id, 1, 24)" }
    static func seq(of row: String) -> String { "CAST(substr(\(row).id, 26) AS INTEGER)" }

    /// Finds earlier entries of a ticket that still wait.
    static let turns = [
        """
        CREATE INDEX IF NOT EXISTS outbox_turns ON outbox
            (target, substr(id, 1, 24), CAST(substr(id, 26) AS INTEGER), due)
            WHERE state = 'waiting'
        """
    ]

    /// Renames the table of notifications.
    static let renaming =
        ["ALTER TABLE notices RENAME TO notifications"]
        + ["event", "list", "unread", "read"].map { "DROP INDEX notices_\($0)" }
        + [
            "CREATE UNIQUE INDEX notifications_event ON notifications (person, ticket, seq)",
            "CREATE INDEX notifications_list ON notifications (person, serial)",
            "CREATE INDEX notifications_unread ON notifications (person, ticket, at) WHERE is_read = 0",
            "CREATE INDEX notifications_read ON notifications (at) WHERE is_read = 1",
        ]
}
