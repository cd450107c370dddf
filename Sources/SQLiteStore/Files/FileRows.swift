// Rows of files' metadata. They are in the tickets' database, so that one transaction writes an
// event and attaches its files. The bytes are in FileFolder.

import Text
import Tickets

struct FileRows {
    let database: Database

    static let tables = [
        """
        CREATE TABLE files (
            id TEXT PRIMARY KEY NOT NULL,
            name TEXT NOT NULL,
            type TEXT NOT NULL,
            size INTEGER NOT NULL,
            owner TEXT NOT NULL,
            location TEXT NOT NULL,
            ticket TEXT,
            seq INTEGER,
            is_internal INTEGER
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX files_owner ON files (owner, id, size)",
        "CREATE INDEX files_free ON files (id) WHERE ticket IS NULL",
        "CREATE UNIQUE INDEX files_location ON files (location)",
    ]

    /// One file for each key: the journal, the only writer, ensures it.
    static let keys = [
        "ALTER TABLE files ADD COLUMN key TEXT",
        "ALTER TABLE files ADD COLUMN digest TEXT",
        "CREATE INDEX files_key ON files (owner, key) WHERE key IS NOT NULL",
    ]

    // MARK: Writing

    /// Within the transaction of the batch.
    func write(_ batch: StoreBatch) throws(StoreError) {
        for file in batch.files { try insert(file) }
        for (id, claim) in batch.claims { try take(id, claim) }
        for id in batch.expired {
            try database.run(
                "DELETE FROM files WHERE id = ? AND ticket IS NULL", [.text("\(id)")])
        }
    }

    private func insert(_ file: StoredFile) throws(StoreError) {
        try database.run(
            """
            INSERT INTO files (id, name, type, size, owner, location, key, digest)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """,
            [
                .text("\(file.id)"), .text(file.name), .text(file.type), SQLValue(file.size),
                .text(file.owner.string), .text(file.location), SQLValue(file.key?.name.string),
                SQLValue(file.key?.digest),
            ])
    }

    /// A file without a row, such as one of an imported event, is accepted.
    private func take(_ id: FileID, _ claim: FileClaim) throws(StoreError) {
        try database.run(
            "UPDATE files SET ticket = ?, seq = ?, is_internal = ? WHERE id = ? AND ticket IS NULL",
            [
                SQLValue(claim.ticket), SQLValue(claim.seq), SQLValue(claim.isInternal),
                .text("\(id)"),
            ])
        guard database.changedRows == 0, let taken = try file(id), taken.claim != claim else {
            return
        }
        throw .conflict("\(database.path): the file \(id) is attached elsewhere")
    }

    // MARK: Reading

    private static let columns =
        "id, name, type, size, owner, location, ticket, seq, is_internal, key, digest"

    func file(_ id: FileID) throws(StoreError) -> StoredFile? {
        let statement = try database.prepared("SELECT \(Self.columns) FROM files WHERE id = ?")
        try statement.bind([.text("\(id)")])
        defer { statement.reset() }
        return try statement.step() ? try file(in: statement) : nil
    }

    /// Whether the column of the flag has one of its two values.
    func hasPlainFlag(_ id: FileID) throws(StoreError) -> Bool {
        let statement = try database.prepared(
            "SELECT is_internal IN (0, 1) FROM files WHERE id = ?")
        try statement.bind([.text("\(id)")])
        defer { statement.reset() }
        return try statement.step() && statement.int(0) == 1
    }

    func file(of owner: ExactText, key: ExactText) throws(StoreError) -> StoredFile? {
        let statement = try database.prepared(
            "SELECT \(Self.columns) FROM files WHERE owner = ? AND key = ? ORDER BY id LIMIT 1")
        try statement.bind([.text(owner.string), .text(key.string)])
        defer { statement.reset() }
        return try statement.step() ? try file(in: statement) : nil
    }

    func usage(of owner: ExactText, since first: FileID) throws(StoreError) -> FileUsage {
        let statement = try database.prepared(
            "SELECT count(*), sum(size) FROM files WHERE owner = ? AND id >= ?")
        try statement.bind([.text(owner.string), .text("\(first)")])
        defer { statement.reset() }
        guard try statement.step() else { return FileUsage() }
        return FileUsage(files: Int(statement.int(0)), bytes: Int(statement.int(1)))
    }

    func unattached(before bound: FileID, limit: Int) throws(StoreError) -> [StoredFile] {
        let statement = try database.prepared(
            """
            SELECT \(Self.columns) FROM files WHERE ticket IS NULL AND id < ?
            ORDER BY id LIMIT ?
            """)
        try statement.bind([.text("\(bound)"), SQLValue(max(0, limit))])
        defer { statement.reset() }
        var files: [StoredFile] = []
        while try statement.step() { files.append(try file(in: statement)) }
        return files
    }

    func has(location: String) throws(StoreError) -> Bool {
        let statement = try database.prepared("SELECT 1 FROM files WHERE location = ?")
        try statement.bind([.text(location)])
        defer { statement.reset() }
        return try statement.step()
    }

    private func file(in row: Statement) throws(StoreError) -> StoredFile {
        guard let id = row.text(0).flatMap({ FileID($0) }), let name = row.text(1),
            let type = row.text(2), let owner = row.text(4), let location = row.text(5)
        else {
            throw .corrupt("\(database.path): the entry of file “\(row.text(0) ?? "")” is damaged")
        }
        var claim: FileClaim?
        if !row.isNull(6) {
            guard let ticket = row.text(6).flatMap({ TicketID($0) }) else {
                throw .corrupt("\(database.path): the entry of file \(id) names no ticket")
            }
            claim = FileClaim(
                ticket: ticket, seq: Int(row.int(7)), isInternal: row.int(8) != 0)
        }
        return StoredFile(
            id: id, name: name, type: type, size: Int(row.int(3)), owner: ExactText(owner),
            location: location, claim: claim,
            key: row.text(9).map { UploadKey(name: ExactText($0), digest: row.text(10) ?? "") })
    }
}
