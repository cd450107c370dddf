// Quick replies and saved views as rows.

package import Text
package import Tickets
import Wire

struct CatalogRows {
    let database: Database

    static let schema = [
        """
        CREATE TABLE catalog (
            id TEXT PRIMARY KEY NOT NULL,
            kind TEXT NOT NULL,
            owner TEXT NOT NULL,
            is_shared INTEGER NOT NULL,
            data TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX catalog_owner ON catalog (kind, owner)",
        "CREATE INDEX catalog_shared ON catalog (kind, is_shared)",
    ]

    /// Ids begin with their creation time, so they sort by age.
    func entries(
        _ kind: CatalogKind, sharedOrOf owner: ExactText
    ) throws(StoreError) -> [CatalogEntry] {
        let statement = try database.prepared(
            """
            SELECT data FROM catalog
            WHERE kind = ?1 AND is_shared = 1 OR kind = ?1 AND owner = ?2 ORDER BY id
            """)
        try statement.bind([.text(kind.rawValue), .text(owner.string)])
        defer { statement.reset() }
        return try entries(in: statement, kind)
    }

    func allEntries(_ kind: CatalogKind) throws(StoreError) -> [CatalogEntry] {
        let statement = try database.prepareOnce("SELECT data FROM catalog WHERE kind = ?")
        try statement.bind([.text(kind.rawValue)])
        return try entries(in: statement, kind)
    }

    func entry(_ id: CatalogID, _ kind: CatalogKind) throws(StoreError) -> CatalogEntry? {
        let statement = try database.prepared("SELECT data FROM catalog WHERE id = ? AND kind = ?")
        try statement.bind([.text("\(id)"), .text(kind.rawValue)])
        defer { statement.reset() }
        return try statement.step() ? try entry(in: statement, kind) : nil
    }

    func put(_ entry: CatalogEntry) throws(StoreError) {
        try database.run(
            """
            INSERT OR REPLACE INTO catalog (id, kind, owner, is_shared, data)
            VALUES (?, ?, ?, ?, ?)
            """,
            [
                .text("\(entry.id)"), .text(entry.kind.rawValue), .text(entry.owner.id.string),
                SQLValue(entry.isShared), .json(JSONWriter.bytes(of: entry.record)),
            ])
    }

    func remove(_ id: CatalogID, _ kind: CatalogKind) throws(StoreError) {
        try database.run(
            "DELETE FROM catalog WHERE id = ? AND kind = ?",
            [.text("\(id)"), .text(kind.rawValue)])
    }

    private func entries(
        in rows: Statement, _ kind: CatalogKind
    ) throws(StoreError) -> [CatalogEntry] {
        var entries: [CatalogEntry] = []
        while try rows.step() { entries.append(try entry(in: rows, kind)) }
        return entries
    }

    private func entry(
        in row: Statement, _ kind: CatalogKind
    ) throws(StoreError) -> CatalogEntry {
        try TicketRows(database: database).decode(row, 0, "an entry of \(kind.rawValue)") {
            record throws(RecordError) in try CatalogEntry(record: record, kind)
        }
    }
}

/// What has the database with the catalog: the store and its readers.
package protocol CatalogDatabase: AnyObject {
    func database() throws(StoreError) -> Database
}

extension CatalogDatabase {
    package func entries(
        _ kind: CatalogKind, sharedOrOf owner: ExactText
    ) throws(StoreError) -> [CatalogEntry] {
        try CatalogRows(database: database()).entries(kind, sharedOrOf: owner)
    }

    package func entry(
        _ id: CatalogID, _ kind: CatalogKind
    ) throws(StoreError) -> CatalogEntry? {
        try CatalogRows(database: database()).entry(id, kind)
    }
}

extension SQLiteTicketReader: CatalogReader, CatalogDatabase {}

extension SQLiteTicketStore: CatalogStore, CatalogDatabase {
    package func put(_ entry: CatalogEntry) throws(StoreError) {
        let database = try database()
        try database.write { () throws(StoreError) in
            try CatalogRows(database: database).put(entry)
        }
    }

    package func remove(_ id: CatalogID, _ kind: CatalogKind) throws(StoreError) {
        let database = try database()
        try database.write { () throws(StoreError) in
            try CatalogRows(database: database).remove(id, kind)
        }
    }
}
