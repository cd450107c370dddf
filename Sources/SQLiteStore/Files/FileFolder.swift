// The bytes of files, in `guichet.db.files/` beside the database: one file for each, under a random
// name, and `tmp/` for uploads in progress. A file's display name never becomes a path.

import Glibc
import Machine
import Tickets

struct FileFolder: Sendable {
    let path: String

    /// If `database` is a link, the folder is beside the link's target, so that every name leads to
    /// the same files. A folder that exists beside the link is kept.
    init(besides database: String) {
        let besides = database + ".files"
        let real = FileSurroundings(of: database).realPath + ".files"
        path = unsafe access(besides, F_OK) == 0 ? besides : real
    }

    var incoming: String { path + "/tmp" }

    /// Creates the missing folders, for this user only.
    func prepare() throws(StoreError) {
        for folder in [path, incoming] where unsafe mkdir(folder, 0o700) != 0 && errno != EEXIST {
            throw .unavailable(
                "cannot make the folder \(folder) for uploads: \(Self.reason()); make it for this "
                    + "user, beside the database")
        }
        do throws(FileStoreError) {
            for folder in [path, parent] { try Self.sync(folder: folder) }
        } catch {
            throw .unavailable(error.description)
        }
    }

    private var parent: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// 128 random bits.
    static func makeName() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let word = String(UInt64.random(in: 0 ... .max, using: &random), radix: 16)
            return String(repeating: "0", count: 16 - word.count) + word
        }.joined()
    }

    /// nil: not a name made by `makeName`, so it must not be opened.
    func place(of name: String) -> String? {
        let isName =
            name.utf8.count == 32
            && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        return isName ? "\(path)/\(name)" : nil
    }

    /// Free space for this user, 0 to 100.
    func freePercent() -> Double? {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0, status.f_blocks > 0 else { return nil }
        return 100 * Double(status.f_bavail) / Double(status.f_blocks)
    }

    /// Reads up to `count` bytes from `offset` on; nil: the file does not exist.
    func read(_ name: String, at offset: Int, count: Int) throws(StoreError) -> [UInt8]? {
        guard let place = place(of: name) else { return nil }
        let file = unsafe open(place, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw .unavailable("cannot read \(place): \(Self.reason())")
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        var taken = 0
        while taken < bytes.count {
            let step = unsafe bytes.withUnsafeMutableBytes { buffer in
                // SAFETY: `taken` is below the buffer's count.
                unsafe pread(
                    file, buffer.baseAddress?.advanced(by: taken), buffer.count - taken,
                    offset + taken)
            }
            if step < 0, errno == EINTR { continue }
            guard step >= 0 else { throw .unavailable("cannot read \(place): \(Self.reason())") }
            if step == 0 { break }
            taken += step
        }
        bytes.removeLast(bytes.count - taken)
        return bytes
    }

    func remove(_ name: String) {
        if let place = place(of: name) { _ = unsafe unlink(place) }
    }

    /// Names in `folder` of regular files last written before `time`.
    func names(in folder: String, before time: Timestamp) -> [String] {
        Folder.names(in: folder).filter { name in
            var status = stat()
            return unsafe lstat("\(folder)/\(name)", &status) == 0
                && status.st_mode & S_IFMT == S_IFREG
                && Int64(status.st_mtim.tv_sec) < time.milliseconds / 1000
        }
    }

    static func sync(folder: String) throws(FileStoreError) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync", folder) }
    }

    static func failure(_ verb: String, _ path: String) -> FileStoreError {
        let code = errno
        let reason = "cannot \(verb) \(path): \(reason(code))"
        return code == ENOSPC || code == EDQUOT ? .full(reason) : .store(.unavailable(reason))
    }

    private static func reason(_ code: Int32 = errno) -> String {
        // SAFETY: the text is copied at once.
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}
