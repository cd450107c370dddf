// Tables, indexes and migrations. `PRAGMA user_version` is the number of migration steps applied.

import Tickets

enum Schema {
    /// "Guic", in the file's header (`PRAGMA application_id`): marks a file as Guichet's.
    static let applicationID = 0x4775_6963

    /// Each step migrates from the version before it; a released step never changes.
    static let steps: [[String]] = [
        tables + indexes, FileRows.tables, OutboxSchema.step, SearchIndex.firstSchema,
        CatalogRows.schema,
        StatisticsRows.schema, orders, OutboxSchema.renaming, RedactionRows.schema, ownWatches,
        OutboxSchema.turns,
        FileRows.keys, ErasureRows.schema, SearchIndex.schema, waiting,
        StatisticsRows.quarters,
    ]

    /// The time since when a person waits, from the stored snapshots.
    static let waiting = [
        "ALTER TABLE tickets ADD COLUMN waiting_since INTEGER NOT NULL DEFAULT \(TicketSort.nobodyWaits)",
        """
        UPDATE tickets SET waiting_since = coalesce(
            (SELECT json_extract(data, '$.waitingSince') FROM heads WHERE heads.number = tickets.number),
            waiting_since)
        """,
        "CREATE INDEX tickets_waiting ON tickets (waiting_since, created_at, id)",
    ]

    /// Watches that a person set themselves and that give no access to the ticket. For older
    /// watches it is unknown who set them, so they keep giving access.
    private static let ownWatches = [
        """
        CREATE TABLE IF NOT EXISTS own_watches (
            ticket TEXT NOT NULL,
            person TEXT NOT NULL,
            PRIMARY KEY (ticket, person)
        ) STRICT, WITHOUT ROWID
        """
    ]

    /// Priority: the keys have opposite directions, so the index can be read both ways. Active
    /// tickets and tickets at risk are few of very many. They have indexes of their own, since a
    /// page that is not full would otherwise need a scan of all others.
    private static let orders = [
        "DROP INDEX IF EXISTS tickets_priority",
        "CREATE INDEX tickets_priority ON tickets (priority_rank DESC, created_at, id)",
        """
        CREATE INDEX tickets_active ON tickets
            (overdue_rank, next_due_at, priority_rank DESC, created_at, id, status)
            WHERE status IN ('open', 'in_progress', 'waiting')
        """,
        "CREATE INDEX tickets_sla ON tickets (sla_filter) WHERE sla_filter <> 'ok'",
    ]

    static var version: Int { steps.count }

    /// Applies the missing steps.
    static func migrate(_ database: Database) throws(StoreError) {
        guard try self.version(of: database) < version else { return }
        try database.write { () throws(StoreError) in
            // Checked again: another process may have migrated first.
            let found = try self.version(of: database)
            guard found < version else { return }
            for step in steps[max(0, found)...] {
                for sql in step { try database.prepareOnce(sql).run() }
            }
            try database.prepareOnce("PRAGMA application_id = \(applicationID)").run()
            try database.prepareOnce("PRAGMA user_version = \(version)").run()
        }
    }

    /// 0: a file without Guichet's tables.
    static func version(of database: Database) throws(StoreError) -> Int {
        Int(try database.word("PRAGMA user_version")) ?? 0
    }

    /// Ids are 24 hex digits, so that the tables are readable in `sqlite3`.
    ///
    /// `events` is clustered by ticket, so a page of a long thread is a few adjacent pages of the
    /// file instead of one page for each event. Against a rowid table, 50 events are read in two
    /// thirds of the time (from memory; the file is a tenth smaller too) and a write costs a fifth
    /// more.
    private static let tables = [
        """
        CREATE TABLE events (
            ticket TEXT NOT NULL,
            seq INTEGER NOT NULL,
            is_public INTEGER NOT NULL,
            author TEXT NOT NULL,
            key TEXT,
            data TEXT NOT NULL,
            PRIMARY KEY (ticket, seq)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE tickets (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            seq INTEGER NOT NULL,
            project TEXT NOT NULL,
            client_id TEXT NOT NULL,
            assigned_to TEXT,
            category TEXT NOT NULL,
            status TEXT NOT NULL,
            priority TEXT NOT NULL,
            priority_rank INTEGER NOT NULL,
            sla_filter TEXT NOT NULL,
            overdue_rank INTEGER NOT NULL,
            next_due_at INTEGER NOT NULL,
            deadline_at INTEGER NOT NULL,
            alarm_at INTEGER,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            public_updated_at INTEGER NOT NULL
        ) STRICT
        """,
        // The whole snapshots. They are apart from `tickets`, so that scans of many tickets read
        // rows of 200 bytes and not of 2,000.
        """
        CREATE TABLE heads (
            number INTEGER PRIMARY KEY,
            data TEXT NOT NULL
        ) STRICT
        """,
        // The texts that `q` searches: long, and changed by a new title only.
        """
        CREATE TABLE search (
            number INTEGER PRIMARY KEY,
            title TEXT NOT NULL,
            text TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE watchers (
            ticket TEXT NOT NULL,
            person TEXT NOT NULL,
            PRIMARY KEY (ticket, person)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE tags (
            ticket TEXT NOT NULL,
            tag TEXT NOT NULL,
            PRIMARY KEY (ticket, tag)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE people (
            id TEXT PRIMARY KEY NOT NULL,
            name TEXT NOT NULL,
            role TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE reads (
            ticket TEXT NOT NULL,
            person TEXT NOT NULL,
            seq INTEGER NOT NULL,
            PRIMARY KEY (ticket, person)
        ) STRICT, WITHOUT ROWID
        """,
    ]

    /// The two key indexes make a key unique: on its ticket, and for `create` on its author. The
    /// key of a created event is not unique on its ticket.
    private static let indexes = [
        """
        CREATE UNIQUE INDEX events_key ON events (ticket, author, key)
            WHERE key IS NOT NULL AND seq > 1
        """,
        """
        CREATE UNIQUE INDEX events_creation_key ON events (author, key)
            WHERE key IS NOT NULL AND seq = 1
        """,
        """
        CREATE INDEX tickets_urgency ON tickets
            (overdue_rank, next_due_at, priority_rank DESC, created_at, id)
        """,
        "CREATE INDEX tickets_updated ON tickets (updated_at, id)",
        "CREATE INDEX tickets_created ON tickets (created_at, id)",
        "CREATE INDEX tickets_deadline ON tickets (deadline_at, id)",
        "CREATE INDEX tickets_priority ON tickets (priority_rank, created_at, id)",
        "CREATE INDEX tickets_status ON tickets (status, assigned_to)",
        "CREATE INDEX tickets_assigned ON tickets (assigned_to, status)",
        "CREATE INDEX tickets_client ON tickets (client_id)",
        // Covers the list of projects.
        """
        CREATE INDEX tickets_project ON tickets
            (project, status, updated_at, public_updated_at)
        """,
        "CREATE INDEX tickets_alarm ON tickets (alarm_at, id) WHERE alarm_at IS NOT NULL",
        "CREATE INDEX watchers_person ON watchers (person)",
        "CREATE INDEX tags_tag ON tags (tag)",
    ]
}
