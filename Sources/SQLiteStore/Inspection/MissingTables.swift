// Finds tables of the schema that the file lacks. A check reads empty ones in their place, so that it
// names what follows from the events as missing; a repair makes them again.

import Tickets

struct MissingTables {
    let database: Database

    struct Table {
        let name: String
        let sql: String
    }

    /// Nothing else has what it holds.
    private static let truth = "events"

    /// Those that a repair fills.
    private static let derived: Set<String> = [
        "tickets", "heads", "watchers", "own_watches", "tags", "redacted", "people", "search",
        "faces", "search_state", "names", "person_words", "statistics", "statistics_quarters",
    ]

    func all() throws(StoreError) -> [Table] {
        let statement = try database.prepareOnce(
            "SELECT name FROM main.sqlite_schema WHERE type = 'table'")
        var stored: Set<String> = []
        while try statement.step() { stored.insert(statement.text(0) ?? "") }
        return try Self.expected().filter { !stored.contains($0.name) }
    }

    func differences() throws(StoreError) -> [StoreDifference] {
        try all().map { table in
            let isDerived = Self.derived.contains(table.name)
            let text = MissingPart.described("table", table.name, isDerived: isDerived)
            return StoreDifference(text, .clearing)
        }
    }

    /// What all steps of the schema leave, without the tables of the search index's own.
    private static func expected() throws(StoreError) -> [Table] {
        let scratch = Database(try ConnectionHandle(path: ":memory:", .scratch))
        for sql in Schema.steps.joined() { try scratch.prepareOnce(sql).run() }
        let statement = try scratch.prepareOnce(
            """
            SELECT name, sql FROM sqlite_schema
            WHERE type = 'table' AND (name = 'search_state' OR name NOT GLOB 'search_*')
            """)
        var tables: [Table] = []
        while try statement.step() {
            tables.append(Table(name: statement.text(0) ?? "", sql: statement.text(1) ?? ""))
        }
        return tables
    }

    // MARK: For a check

    /// Makes empty tables in memory in place of the missing ones: SQLite finds those first.
    func standIn() throws(StoreError) {
        let missing = try all()
        guard !missing.contains(where: { $0.name == Self.truth }) else {
            throw .corrupt(
                "\(database.path) has no table \(Self.truth), which is the only copy of them; restore a "
                    + "backup")
        }
        guard !missing.isEmpty else { return }
        _ = try database.word("PRAGMA temp_store = MEMORY")
        for table in missing { try database.prepareOnce(Self.temporary(table)).run() }
    }

    private static func temporary(_ table: Table) -> String {
        let virtual = "CREATE VIRTUAL TABLE "
        return table.sql.hasPrefix(virtual)
            ? "\(virtual)temp.\(table.sql.dropFirst(virtual.count))"
            : "CREATE TEMP \(table.sql.dropFirst("CREATE ".count))"
    }

    /// Whether an empty table in memory stands in for it.
    static func isStandIn(_ table: String, in database: Database) throws(StoreError) -> Bool {
        try database.word(
            "SELECT count(*) FROM temp.sqlite_schema WHERE type = 'table' AND name = '\(table)'")
            != "0"
    }

    // MARK: For a repair

    /// Within a transaction: makes them with their indexes.
    func repair() throws(StoreError) {
        let missing = try all()
        for table in missing { try database.prepareOnce(table.sql).run() }
        let names = Set(missing.map(\.name))
        for index in try MissingIndexes(database: database).all() where names.contains(index.table)
        {
            try database.prepareOnce(index.sql).run()
        }
    }
}
