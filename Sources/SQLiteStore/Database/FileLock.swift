// Lock that keeps a second writer off a database file. It is on the file and not on a name, so hard
// links and symbolic links lead to the same lock. The kernel releases it when the process ends.
// SQLite's own locks are of another kind (fcntl) and do not conflict with it, so readers, checks
// and backups work beside a hub.

import Glibc
import Machine
import Tickets

final class FileLock: StoreClaim {
    /// Never closed before `release`: closing any descriptor of the file would also end the fcntl
    /// locks that SQLite has on it in this process.
    private let descriptor: Int32

    init(_ path: String, creates: Bool) throws(StoreError) {
        let flags = O_RDWR | O_CLOEXEC | O_NOCTTY | (creates ? O_CREAT : 0)
        descriptor = unsafe open(path, flags, 0o600)
        guard descriptor >= 0 else {
            throw errno == ENOENT && !creates
                ? FileSurroundings.absent(path) : OpeningAdvice.unwritable(path, errno)
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .unavailable("\(path) is not a file; give the path of a store's database")
        }
        guard creates || status.st_size > 0 else {
            close(descriptor)
            throw FileSurroundings.empty(path)
        }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            if code == EINTR { continue }
            close(descriptor)
            guard code == EWOULDBLOCK else {
                throw .unavailable("\(path) cannot be locked: \(OpeningAdvice.reason(code))")
            }
            let holder = Self.holder(of: path) ?? "another process, maybe of another container"
            throw .unavailable(
                "\(path) is in use by \(holder); stop that first, or give another store")
        }
    }

    /// The lock lasts as long as the process.
    func keepUp(_ tell: (ClaimNews) -> Void) {}

    func release() { _ = flock(descriptor, LOCK_UN) }

    deinit { close(descriptor) }

    // MARK: Who has it

    /// The pid of the holder and the time since when; nil: no holder is visible from here.
    static func holder(of path: String, exceptOwn: Bool = false) -> String? {
        var status = stat()
        guard unsafe stat(path, &status) == 0, let locks = ProcFile.text(of: "/proc/locks") else {
            return nil
        }
        let inode = ":\(status.st_ino)"
        for line in locks.split(separator: "\n") {
            // 3: FLOCK  ADVISORY  WRITE 3768 fe:00:788120 0 EOF
            let words = line.split(separator: " ")
            guard words.count >= 6, words[1] == "FLOCK", words[3] == "WRITE",
                words[5].hasSuffix(inode), let pid = Int(words[4]), pid > 0,
                !exceptOwn || pid != Int(getpid()),
                isDevice(words[5], status.st_dev), let process = ProcessFacts.running(pid)
            else { continue }
            return description(of: process)
        }
        return nil
    }

    /// Some file systems have a device for each subvolume. `stat` shows it and `/proc/locks` does
    /// not; such devices have no major number.
    private static func isDevice(_ place: Substring, _ device: dev_t) -> Bool {
        let parts = place.split(separator: ":")
        guard parts.count == 3, let major = UInt64(parts[0], radix: 16),
            let minor = UInt64(parts[1], radix: 16)
        else { return false }
        let device = UInt64(device)
        let ownMajor = (device >> 8) & 0xFFF | (device >> 32) & 0xFFFF_F000
        let ownMinor = device & 0xFF | (device >> 12) & 0xFFFF_FF00
        return (major, minor) == (ownMajor, ownMinor) || ownMajor == 0 || major == 0
    }

    private static func description(of process: ProcessFacts) -> String {
        let name = process.command.map { " (guichet \($0))" } ?? ""
        let since = process.startedAt.map {
            ", running since \(Timestamp(milliseconds: Int64($0) * 1000).rfc3339)"
        }
        return "process \(process.pid)\(name)\(since ?? "")"
    }
}
