// Export files: written under a temporary name and moved when complete, read line by line.

import Glibc
import Reactor

/// The output of an export.
final class TransferOutput {
    private let path: String?
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private static let bufferBytes = 256 * 1024

    /// - Parameter path: nil: standard output.
    init(path: String?) throws {
        self.path = path
        guard let path else {
            descriptor = STDOUT_FILENO
            return
        }
        try Self.requireAbsent(path)
        let unfinished = Self.unfinished(path)
        try Self.removeLeftover(unfinished)
        descriptor = unsafe open(
            unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw UsageError("--out \(path): \(unfinished): \(Self.reason); choose another file")
        }
        // Locked while it is written, so that a second export does not remove it as a leftover.
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
    }

    /// Nothing is overwritten and no link is followed: in a shared folder another user's link could
    /// redirect the export.
    private static func requireAbsent(_ path: String) throws {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        let kind = status.st_mode & S_IFMT == S_IFLNK ? "a link is there" : "it exists already"
        throw UsageError("--out \(path): \(kind), and nothing is overwritten; choose another file")
    }

    /// Removes what an interrupted export has left, if it certainly is that: a file of this user,
    /// with one name, that no process writes.
    private static func removeLeftover(_ path: String) throws {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1,
            status.st_uid == geteuid(), !isBeingWritten(path)
        else {
            throw UsageError(
                "--out: \(path) exists and is not an interrupted export of this user; "
                    + "remove it, or choose another file")
        }
        _ = unsafe unlink(path)
    }

    private static func isBeingWritten(_ path: String) -> Bool {
        let file = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return true }
        defer { close(file) }
        return flock(file, LOCK_EX | LOCK_NB) != 0
    }

    /// The name of an incomplete export, so that it is not mistaken for a complete one.
    private static func unfinished(_ path: String) -> String { path + ".part" }

    func write(_ bytes: [UInt8]) throws {
        buffer += bytes
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    private func flush() throws {
        var rest = buffer[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw UsageError("\(path ?? "standard output"): \(Self.reason)")
            }
            rest = rest.dropFirst(count)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Returns when the file is durable and in its place.
    func finish() throws {
        try flush()
        guard let path else { return }
        guard fsync(descriptor) == 0, close(descriptor) == 0 else {
            throw UsageError("--out \(path): \(Self.reason)")
        }
        try Self.place(Self.unfinished(path), at: path)
    }

    /// A link never replaces an existing file, unlike a rename. File systems without links get a
    /// rename after one more check.
    private static func place(_ unfinished: String, at path: String) throws {
        if unsafe link(unfinished, path) == 0 {
            _ = unsafe unlink(unfinished)
            return
        }
        guard errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS else {
            throw UsageError("--out \(path): \(reason); the export is in \(unfinished)")
        }
        try requireAbsent(path)
        guard unsafe rename(unfinished, path) == 0 else {
            throw UsageError("--out \(path): \(reason); the export is in \(unfinished)")
        }
    }

    private static var reason: String { SystemError(call: "write", code: errno).description }
}

/// Reads a file line by line.
final class TransferInput {
    /// A ticket is one line, and its log may be long.
    static let lineBytesMax = 1 << 30

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var hasEnded = false
    private(set) var lineNumber = 0
    /// Position in the file of the last line's first byte.
    private(set) var lineOffset = 0
    /// Position in the file of the buffer's first byte.
    private var bufferOffset = 0

    /// - Parameter path: `-`: standard input.
    init(path: String) throws {
        descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw UsageError(
                "\(path) cannot be read: \(SystemError(call: "open", code: errno).description)")
        }
    }

    deinit { if descriptor > STDERR_FILENO { close(descriptor) } }

    /// The next line without its end; nil: end of file. Empty lines are skipped.
    func next() throws -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[start..<end]
                lineOffset = bufferOffset + start
                start = end + 1
                searched = start
                lineNumber += 1
                if line.isEmpty { continue }
                return line
            }
            guard !hasEnded else {
                let line = buffer[start...]
                lineOffset = bufferOffset + start
                start = buffer.count
                lineNumber += 1
                return line.isEmpty ? nil : line
            }
            searched = buffer.count - start
            buffer.removeSubrange(..<start)
            bufferOffset += start
            start = 0
            guard buffer.count <= Self.lineBytesMax else {
                throw UsageError("line \(lineNumber + 1) is over 1 GiB long")
            }
            try fill()
        }
    }

    private func fill() throws {
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        var count: Int
        repeat {
            count = unsafe chunk.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress, $0.count)
            }
        } while count < 0 && errno == EINTR
        guard count >= 0 else {
            throw UsageError(
                "reading failed: \(SystemError(call: "read", code: errno).description)")
        }
        if count == 0 { hasEnded = true }
        buffer += chunk[..<count]
    }
}
