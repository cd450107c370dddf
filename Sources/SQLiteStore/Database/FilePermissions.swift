// Restricts the database and its files to the hub's user, whatever umask they were created with.
// Also checks write access, so that a hub without it fails at the start and not at the first
// message.

import Glibc
import Machine
import Tickets

struct FilePermissions {
    private let surroundings: FileSurroundings
    private let folder: FileFolder
    private(set) var repaired: [RepairedPermission] = []

    private static let othersBits: mode_t = 0o077

    init(of path: String) {
        surroundings = FileSurroundings(of: path)
        folder = FileFolder(besides: path)
    }

    /// Removes the permissions of group and others. The caller holds the store's lock, and SQLite
    /// has not opened the file yet.
    mutating func repair() throws(StoreError) {
        guard isOurs else { return }
        for file in [surroundings.realPath, surroundings.log, surroundings.sharedMemory] {
            repairFile(file)
        }
        for folder in [folder.path, folder.incoming] where try repairFolder(folder) {
            for name in Folder.names(in: folder) { repairFile("\(folder)/\(name)") }
        }
    }

    /// A mistyped path may lead to another program's file. Its mode stays as it is; opening it
    /// reports the error. A new file, or one with its first transaction still in the log, has no
    /// application id yet.
    private var isOurs: Bool {
        let file = unsafe open(surroundings.realPath, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return errno == ENOENT }
        defer { close(file) }
        var header = [UInt8](repeating: 0, count: DatabaseHeader.bytes)
        let count = unsafe pread(file, &header, header.count, 0)
        return count == 0 || DatabaseHeader.mayBeOurs(Array(header.prefix(max(0, count))))
    }

    /// A file of another user stays as it is: `requireWritable` reports it if that matters.
    private mutating func repairFile(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_mode & Self.othersBits != 0
        else { return }
        // By descriptor, since the name may lead elsewhere by now. SQLite has not opened the file
        // yet, so closing this descriptor releases no lock of SQLite's.
        let file = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        guard fchmod(file, status.st_mode & 0o600) == 0 else { return }
        repaired.append(RepairedPermission(path: path, mode: UInt32(status.st_mode & 0o7777)))
    }

    /// Returns whether the folder exists.
    private mutating func repairFolder(_ path: String) throws(StoreError) -> Bool {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return false }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            let isLink = status.st_mode & S_IFMT == S_IFLNK
            throw .unavailable(
                "\(path) is \(isLink ? "a link" : "not a folder"), so files of people could go "
                    + "elsewhere; move it away, or put a folder there and make it for this user")
        }
        guard status.st_mode & Self.othersBits != 0 else { return true }
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fchmod(descriptor, 0o700) == 0 else {
            throw .unavailable(
                "\(path) is open to other users and cannot be closed to them: "
                    + "\(OpeningAdvice.reason(errno)); give it to this user with mode 0700")
        }
        repaired.append(RepairedPermission(path: path, mode: UInt32(status.st_mode & 0o7777)))
        return true
    }

    /// Existing files must be writable; missing ones must be possible to create.
    func requireWritable() throws(StoreError) {
        let files = [surroundings.realPath, surroundings.log, surroundings.sharedMemory]
        let folders = [surroundings.folder, folder.path, folder.incoming]
        for (path, need) in files.map({ ($0, R_OK | W_OK) })
            + folders.map({ ($0, R_OK | W_OK | X_OK) })
        where unsafe access(path, need) != 0 && errno != ENOENT {
            throw OpeningAdvice.unwritable(path, errno)
        }
    }
}
