// Opens the file: settings, then whether it is ours and whole. Every refusal says the path and what
// to do about it.

import Glibc
package import Tickets

package enum DatabaseFile {
    package enum Purpose: Sendable {
        /// Makes the file and its tables where they lack, and looks the file through for damage.
        case write
        /// A file that the writer has prepared.
        case read
        /// The writer's next connection, after an I/O error: the file was looked through before.
        case writeAgain
    }

    package static func open(
        _ path: String, for purpose: Purpose, pagesMax: Int? = nil
    ) throws(StoreError) -> Database {
        let connection = try ConnectionHandle(path: path, creates: purpose == .write)
        let database = Database(connection)
        do {
            try requireOurs(database)
            try configure(database, for: purpose, pagesMax: pagesMax)
            if purpose == .write {
                try requireWhole(database)
                try Schema.migrate(database)
            }
        } catch {
            throw OpeningAdvice.explained(error, path: path)
        }
        guard try Schema.version(of: database) == Schema.version else {
            throw .unavailable("\(path) has no tables yet; start `guichet serve` on it first")
        }
        return database
    }

    /// WAL with `synchronous=FULL` syncs every commit before it returns; with less, a power cut
    /// takes back what was acknowledged. Checkpoints come every 16 MB, since each one writes and
    /// syncs the file's pages while the commit waits. No mmap: it turns a read error into SIGBUS.
    private static func configure(
        _ database: Database, for purpose: Purpose, pagesMax: Int?
    ) throws(StoreError) {
        // The answer is the mode that holds; a file that cannot be written stays as it is.
        guard try database.word("PRAGMA journal_mode = WAL") == "wal" else {
            throw .unavailable("\(database.path) does not take a write-ahead log")
        }
        var settings = [
            "synchronous = FULL", "foreign_keys = OFF", "wal_autocheckpoint = 4000",
            "journal_size_limit = 67108864", "cell_size_check = ON", "trusted_schema = OFF",
            // What is deleted is overwritten: see TraceSweep for what that leaves.
            "secure_delete = ON",
        ]
        settings.append(purpose == .read ? "cache_size = -32768" : "cache_size = -65536")
        settings.append("query_only = \(purpose == .read ? "ON" : "OFF")")
        if let pagesMax { settings.append("max_page_count = \(pagesMax)") }
        for setting in settings { _ = try database.word("PRAGMA \(setting)") }
    }

    private static func requireOurs(_ database: Database) throws(StoreError) {
        let application = Int(try database.word("PRAGMA application_id")) ?? 0
        guard application != Schema.applicationID else {
            let version = try Schema.version(of: database)
            guard version <= Schema.version else {
                throw .corrupt(
                    "\(database.path) was made by a newer Guichet (schema \(version), known here: "
                        + "\(Schema.version)); run that one, or give another path")
            }
            return
        }
        guard try database.word("SELECT count(*) FROM sqlite_schema") == "0" else {
            throw .corrupt(
                "\(database.path) is the SQLite database of another program; give another path")
        }
    }

    /// Larger files would hold up the start for minutes: of those, each page is looked at when it is
    /// read, and `guichet check` reads them all.
    private static let checkedBytesMax = 1 << 30

    private static func requireWhole(_ database: Database) throws(StoreError) {
        let pages = Int(try database.word("PRAGMA page_count")) ?? 0
        let bytes = pages * (Int(try database.word("PRAGMA page_size")) ?? 0)
        guard bytes <= checkedBytesMax else { return }
        let verdict = try database.word("PRAGMA quick_check(1)")
        guard verdict == "ok" else { throw .corrupt("\(database.path): \(verdict)") }
    }
}

/// What an operator can do about a file that does not open.
enum OpeningAdvice {
    static func refused(_ path: String, reason: String) -> String {
        let folder = folder(of: path)
        if unsafe access(folder, F_OK) != 0 {
            return "cannot open \(path): the directory \(folder) does not exist; create it, or "
                + "give another path"
        }
        if unsafe access(folder, W_OK) != 0 {
            return "cannot open \(path): the directory \(folder) is not writable for this user; "
                + "SQLite keeps its log beside the file"
        }
        return "cannot open \(path): \(reason); give the path of a file that this user may write"
    }

    static func explained(_ error: StoreError, path: String) -> StoreError {
        switch error {
        case .corrupt(let reason) where reason.contains("not a database"):
            return .corrupt("\(path) is not a SQLite database; give another path")
        case .corrupt(let reason) where !reason.contains("give another path"):
            return .corrupt(
                "\(reason); restore a backup, or save what is left: sqlite3 \(path) .recover")
        case .unavailable(let reason) where unsafe access(path, W_OK) != 0:
            return .unavailable("\(reason); the file must be writable for this user")
        case .unavailable(let reason) where unsafe access(folder(of: path), W_OK) != 0:
            return .unavailable("\(reason); its directory must be writable for this user")
        default:
            return error
        }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
