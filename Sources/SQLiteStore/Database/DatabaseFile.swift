// Opens the database file: sets the pragmas, then checks that it is a Guichet file and undamaged.
// Every error names the path and a remedy.

import Glibc
package import Tickets

package enum DatabaseFile {
    package enum Purpose: Sendable {
        /// Creates the file and the missing tables, and checks the file for damage.
        case write
        /// Reads a file that the writer has prepared.
        case read
        /// The writer's next connection after an I/O error: the file was checked before.
        case writeAgain
        /// For `guichet check` and `export`: reads an existing file as it is. Creates no other file
        /// and migrates nothing.
        case inspect
    }

    package static func open(
        _ path: String, for purpose: Purpose, pagesMax: Int? = nil
    ) throws(StoreError) -> Database {
        let connection = try ConnectionHandle(path: path, try mode(for: purpose, path))
        let database = Database(connection)
        do {
            try requireOurs(database)
        } catch {
            throw OpeningAdvice.explained(error, path: path)
        }
        // Only the writer changes a file that is not ready: even a switch to WAL writes.
        if purpose != .write { try requireCurrent(database, path) }
        do {
            try configure(database, for: purpose, pagesMax: pagesMax)
            if purpose == .write {
                try requireWritable(database)
                try requireWhole(database)
                try Schema.migrate(database)
            }
        } catch {
            throw OpeningAdvice.explained(error, path: path)
        }
        try requireCurrent(database, path)
        return database
    }

    /// Reads an existing file as it is, with empty tables in memory in place of missing ones.
    static func openForCheck(_ path: String) throws(StoreError) -> Database {
        let database = try open(path, for: .inspect)
        try MissingTables(database: database).standIn()
        return database
    }

    private static func requireCurrent(
        _ database: Database, _ path: String
    ) throws(StoreError) {
        let version = try Schema.version(of: database)
        guard version == Schema.version else {
            throw .unavailable(
                version == 0
                    ? "\(path) has no tables yet; start `guichet serve` on it first"
                    : "\(path) was made by an earlier Guichet (schema \(version), now "
                        + "\(Schema.version)); start `guichet serve` on it once")
        }
    }

    private static func mode(
        for purpose: Purpose, _ path: String
    ) throws(StoreError) -> ConnectionHandle.Mode {
        switch purpose {
        case .write: .write(creates: true)
        case .read, .writeAgain: .write(creates: false)
        case .inspect: try FileSurroundings(of: path).isStill() ? .inspectStill : .inspect
        }
    }

    /// A connection that SQLite had to open read-only, or with a read-only log, fails here and not
    /// at the first command.
    private static func requireWritable(_ database: Database) throws(StoreError) {
        try database.write { () throws(StoreError) in }
    }

    /// WAL with `synchronous=FULL` syncs every commit before it returns; with less, a power cut
    /// takes back what was acknowledged. Checkpoints come every 16 MB, since each one writes and
    /// syncs the file's pages while the commit waits. No mmap: it turns a read error into SIGBUS.
    private static func configure(
        _ database: Database, for purpose: Purpose, pagesMax: Int?
    ) throws(StoreError) {
        // The answer is the mode in effect; a file that cannot be written keeps its mode.
        if purpose != .inspect, try database.word("PRAGMA journal_mode = WAL") != "wal" {
            throw .unavailable("\(database.path) does not take a write-ahead log")
        }
        var settings = [
            "synchronous = FULL", "foreign_keys = OFF", "wal_autocheckpoint = 4000",
            "journal_size_limit = 67108864", "cell_size_check = ON", "trusted_schema = OFF",
            // Deleted data is overwritten; TraceSweep describes what that leaves.
            "secure_delete = ON",
        ]
        let writes = purpose == .write || purpose == .writeAgain
        settings.append(writes ? "cache_size = -65536" : "cache_size = -32768")
        // An inspecting connection may keep temporary tables in memory, and cannot write the file.
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

    /// A check of larger files would delay the start by minutes. Their pages are checked when they
    /// are read, and `guichet check` reads them all.
    private static let checkedBytesMax = 1 << 30

    private static func requireWhole(_ database: Database) throws(StoreError) {
        let pages = Int(try database.word("PRAGMA page_count")) ?? 0
        let bytes = pages * (Int(try database.word("PRAGMA page_size")) ?? 0)
        guard bytes <= checkedBytesMax else { return }
        let verdict = try database.word("PRAGMA quick_check(1)")
        guard verdict == "ok" else { throw .corrupt("\(database.path): \(verdict)") }
    }
}

/// Advice for an operator whose file does not open.
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

    /// The error for a file or folder that this process cannot write or create.
    static func unwritable(_ path: String, _ code: Int32) -> StoreError {
        switch code {
        case EACCES, EPERM, EROFS:
            if unsafe access(path, F_OK) != 0 { break }
            return .unavailable(
                "cannot write \(path): \(reason(code)); a store restored by another user, such as "
                    + "root, must be given to this one (number \(geteuid())): chown the database, "
                    + "its -wal and -shm and its .files folder, and put it on a file system that "
                    + "can be written")
        default: break
        }
        return .unavailable(refused(path, reason: reason(code)))
    }

    static func reason(_ code: Int32) -> String {
        // SAFETY: the text is copied at once.
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }

    static func explained(_ error: StoreError, path: String) -> StoreError {
        switch error {
        case .corrupt(let reason) where reason.contains("not a database"):
            return .corrupt(
                "\(path) is not a SQLite database; give another path, or \(restoring(path))")
        case .corrupt(let reason) where !reason.contains("give another path"):
            return .corrupt(
                "\(reason); \(restoring(path)), or save what is left: sqlite3 \(path) .recover")
        case .unavailable(let reason) where unsafe access(path, W_OK) != 0:
            return .unavailable("\(reason); the file must be writable for this user")
        case .unavailable(let reason) where unsafe access(folder(of: path), W_OK) != 0:
            return .unavailable("\(reason); its directory must be writable for this user")
        default:
            return error
        }
    }

    private static func restoring(_ path: String) -> String {
        "restore a backup: move \(path), \(path)-wal, \(path)-shm and \(path).files away, then "
            + "guichet restore BACKUP --store sqlite:\(path)"
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
