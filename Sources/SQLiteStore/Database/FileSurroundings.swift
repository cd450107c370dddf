// Examines a path before the database is opened: whether it is a file, whether a process has it
// open, and under which name.

import Glibc
import Tickets

struct FileSurroundings {
    /// As the operator wrote it.
    let path: String
    /// The path with links resolved, since SQLite names the log after it; equal to `path` without
    /// links.
    let realPath: String

    init(of path: String) {
        self.path = path
        var status = stat()
        // SAFETY: the buffer that realpath allocates ends in NUL and is freed once copied.
        if unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK,
            let resolved = unsafe realpath(path, nil)
        {
            realPath = unsafe String(cString: resolved)
            unsafe free(resolved)
        } else {
            realPath = path
        }
    }

    /// The folder of the write-ahead log.
    var folder: String { OpeningAdvice.folder(of: realPath) }
    var log: String { realPath + "-wal" }
    var sharedMemory: String { realPath + "-shm" }
    private var journal: String { realPath + "-journal" }

    /// Whether no process has the file open and no transaction waits in the log, so that the file
    /// can be read as it is.
    /// - Throws: when the file is missing, or in use under another name.
    func isStill() throws(StoreError) -> Bool {
        try requireFile()
        guard !Self.exists(log), !Self.exists(journal) else { return false }
        if let holder = FileLock.holder(of: realPath, exceptOwn: true) {
            throw .unavailable(
                "\(path) is in use by \(holder) under another name; give that name")
        }
        return true
    }

    /// Throws if another process has opened the file while it was read.
    func requireUnmoved(_ database: Database) throws(StoreError) {
        guard database.isStill, Self.exists(log) || Self.exists(journal) else { return }
        throw .unavailable(
            "\(path) was opened by another process while it was read; give the command again")
    }

    func requireFile() throws(StoreError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw errno == ENOENT
                ? Self.absent(path)
                : .unavailable(OpeningAdvice.refused(path, reason: OpeningAdvice.reason(errno)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .unavailable("\(path) is not a file; give the path of a store's database")
        }
        guard status.st_size > 0 else {
            throw Self.empty(path)
        }
    }

    static func absent(_ path: String) -> StoreError {
        .unavailable("there is no store at \(path); check the path")
    }

    static func empty(_ path: String) -> StoreError {
        .unavailable("\(path) is an empty file and no store; check the path")
    }

    private static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}
