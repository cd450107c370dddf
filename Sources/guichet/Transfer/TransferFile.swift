// Exports as files: written beside their place and moved there when whole, read line by line.

import Glibc
import Reactor

/// Where an export goes.
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
        descriptor = unsafe open(
            Self.unfinished(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw UsageError("--out \(path): \(Self.reason); choose another file")
        }
    }

    /// Until it is whole it has another name, so that nobody takes a part for all of it.
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

    /// Durable and in its place when it returns.
    func finish() throws {
        try flush()
        guard let path else { return }
        guard fsync(descriptor) == 0, close(descriptor) == 0,
            unsafe rename(Self.unfinished(path), path) == 0
        else { throw UsageError("--out \(path): \(Self.reason)") }
    }

    private static var reason: String { SystemError(call: "write", code: errno).description }
}

/// The lines of a file, one at a time.
final class TransferInput {
    /// A ticket is a line; its log may be long.
    static let lineBytesMax = 1 << 30

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var hasEnded = false
    private(set) var lineNumber = 0

    /// - Parameter path: `-`: standard input.
    init(path: String) throws {
        descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw UsageError(
                "\(path) cannot be read: \(SystemError(call: "open", code: errno).description)")
        }
    }

    deinit { if descriptor > STDERR_FILENO { close(descriptor) } }

    /// The next line without its end; nil: there is no more. Empty lines are left out.
    func next() throws -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[start..<end]
                start = end + 1
                searched = start
                lineNumber += 1
                if line.isEmpty { continue }
                return line
            }
            guard !hasEnded else {
                let line = buffer[start...]
                start = buffer.count
                lineNumber += 1
                return line.isEmpty ? nil : line
            }
            searched = buffer.count - start
            buffer.removeSubrange(..<start)
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
