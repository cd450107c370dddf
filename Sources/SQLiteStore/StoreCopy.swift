// Copies a store, its database and its files, to a path where nothing is: for `guichet backup`,
// while a hub serves, and for `guichet restore`. The copy has an unfinished name until it has been
// checked.

import Glibc
import Machine
package import Tickets

package struct StoreCopy: Sendable {
    private let source: String
    private let target: String
    private var unfinished: String { target + ".part" }

    package enum Step: Sendable, Hashable {
        case database(bytes: Int)
        case files(done: Int, of: Int)
    }

    /// - Throws: when something is in the place of the copy. Nothing is ever overwritten.
    package init(from source: String, to target: String) throws(StoreError) {
        self.source = source
        self.target = target
        for name in [unfinished, unfinished + ".files"] where Self.exists(name) {
            throw .unavailable(
                "\(name) is there: another copy is being made, or one was cut off; remove it then")
        }
        try requireAbsent()
    }

    /// The unfinished copy, for the check.
    package var opener: SQLiteStoreOpener {
        SQLiteStoreOpener(path: unfinished, isInspection: true)
    }

    /// Copies the store as of one moment. Its files never change, and those of the copied rows are
    /// there since before their rows.
    package func make(progress: (Step) -> Void) throws(StoreError) {
        do {
            try copyDatabase(progress)
            try copyFiles(progress)
        } catch {
            discard()
            throw error
        }
    }

    /// Puts the checked copy in its place: the files first, since a hub may open what it finds.
    package func finish() throws(StoreError) {
        try requireAbsent()
        let files = unfinished + ".files"
        if Self.exists(files) {
            try Self.require(unsafe rename(files, target + ".files"), target + ".files")
        }
        // A link never replaces a file, unlike a rename. Some file systems have none.
        if unsafe link(unfinished, target) == 0 {
            _ = unsafe unlink(unfinished)
        } else {
            let hasLinks = ![EPERM, EOPNOTSUPP, ENOSYS].contains(errno)
            if hasLinks { throw Self.failure(target) }
            try Self.require(unsafe rename(unfinished, target), target)
        }
        try Self.sync(OpeningAdvice.folder(of: target))
    }

    /// Removes the unfinished copy.
    package func discard() {
        let folder = FileFolder(besides: unfinished)
        for name in Folder.names(in: folder.path) { folder.remove(name) }
        _ = unsafe rmdir(folder.path)
        for ending in ["", "-journal", "-wal", "-shm"] { _ = unsafe unlink(unfinished + ending) }
    }

    // MARK: Steps

    private func copyDatabase(_ progress: (Step) -> Void) throws(StoreError) {
        let database = try DatabaseFile.open(source, for: .inspect)
        let pages = Int(try database.word("PRAGMA page_count")) ?? 0
        progress(.database(bytes: pages * (Int(try database.word("PRAGMA page_size")) ?? 0)))
        // One read transaction; in the copy nothing is left of what was deleted.
        try database.prepareOnce("VACUUM INTO ?").run([.text(unfinished)])
        try FileSurroundings(of: source).requireUnmoved(database)
        try Self.sync(unfinished)
    }

    private func copyFiles(_ progress: (Step) -> Void) throws(StoreError) {
        let copy = try DatabaseFile.open(unfinished, for: .inspect)
        let total = Int(try copy.word("SELECT count(*) FROM files")) ?? 0
        guard total > 0 else { return }
        let (from, to) = (FileFolder(besides: source), FileFolder(besides: unfinished))
        try Self.require(unsafe mkdir(to.path, 0o700), to.path)
        let rows = try copy.prepareOnce("SELECT location FROM files")
        var done = 0
        while try rows.step() {
            let name = rows.text(0) ?? ""
            if let old = from.place(of: name), let new = to.place(of: name) {
                try Self.copy(old, to: new)
            }
            done += 1
            progress(.files(done: done, of: total))
        }
        try Self.sync(to.path)
    }

    /// A file that is missing is left to the check: an upload that nobody attached may have
    /// expired meanwhile.
    private static func copy(_ old: String, to new: String) throws(StoreError) {
        let reading = unsafe open(old, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard reading >= 0 else {
            if errno == ENOENT { return }
            throw failure(old)
        }
        defer { close(reading) }
        let writing = unsafe open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard writing >= 0 else { throw failure(new) }
        defer { close(writing) }
        while true {
            let count = sendfile(writing, reading, nil, chunkBytes)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(new) }
            if count == 0 { break }
        }
        try require(fsync(writing), new)
    }

    private static let chunkBytes = 1 << 20

    // MARK: Places

    private func requireAbsent() throws(StoreError) {
        for ending in ["", "-wal", "-shm", "-journal", ".files"] {
            guard Self.exists(target + ending) else { continue }
            throw .unavailable(
                "\(target + ending) is there, and nothing is overwritten; move it away first, or "
                    + "choose another name")
        }
    }

    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    private static func sync(_ path: String) throws(StoreError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        try require(fsync(descriptor), path)
    }

    private static func require(_ code: Int32, _ path: String) throws(StoreError) {
        if code != 0 { throw failure(path) }
    }

    private static func failure(_ path: String) -> StoreError {
        .unavailable("cannot write or read \(path): \(OpeningAdvice.reason(errno))")
    }
}
