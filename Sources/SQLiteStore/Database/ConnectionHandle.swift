// Wraps one SQLite connection (`sqlite3 *`): opens it, closes it and maps its result codes to
// `StoreError`. No other file interprets result codes.

import CSQLite
import Glibc
import Tickets

/// Used by one thread at a time. Closes when its last statement is released.
@safe
final class ConnectionHandle {
    let path: String
    /// After an I/O error or corruption the cache of this connection may be wrong; a new connection
    /// may work.
    private(set) var isSuspect = false
    /// Opened in the mode `inspectStill`.
    let isStill: Bool
    private let connection: OpaquePointer
    /// Monotonic time in nanoseconds at which a query with a time limit ends; read by `isOver`.
    private let deadline = UnsafeMutablePointer<Int64>.allocate(capacity: 1)

    enum Mode {
        case write(creates: Bool)
        /// Reads while another process may write.
        case inspect
        /// Reads a file that no process has open, and creates nothing: not even a `-shm` file.
        case inspectStill
        /// A new database in memory.
        case scratch
    }

    init(path: String, _ mode: Mode) throws(StoreError) {
        self.path = path
        if case .inspectStill = mode { isStill = true } else { isStill = false }
        var opened: OpaquePointer?
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        // A leading "./" keeps SQLite from interpreting names such as "file:…" and ":memory:".
        var name = path.hasPrefix("/") ? path : "./\(path)"
        switch mode {
        case .write(let creates):
            flags |= SQLITE_OPEN_READWRITE | (creates ? SQLITE_OPEN_CREATE : 0)
        case .inspect:
            flags |= SQLITE_OPEN_READONLY
        case .inspectStill:
            flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            name = "file:\(Self.percentEncoded(name))?immutable=1"
        case .scratch:
            flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            name = ":memory:"
        }
        let code = unsafe sqlite3_open_v2(name, &opened, flags, nil)
        guard code == SQLITE_OK, let opened = unsafe opened else {
            let reason = Self.reason(code)
            unsafe sqlite3_close_v2(opened)
            throw .unavailable(OpeningAdvice.refused(path, reason: reason))
        }
        unsafe connection = opened
        unsafe sqlite3_busy_timeout(connection, Self.busyMilliseconds)
    }

    /// How long to wait for locks of others; nil: as usual.
    func wait(milliseconds: Int64?) {
        let limit = milliseconds.map { Int32(clamping: $0) } ?? Self.busyMilliseconds
        unsafe sqlite3_busy_timeout(connection, limit)
    }

    deinit {
        unsafe sqlite3_close_v2(connection)
        unsafe deadline.deallocate()
    }

    private static let busyMilliseconds: Int32 = 5000

    /// For the path of a URI: encodes all bytes but letters, digits and unreserved characters.
    private static func percentEncoded(_ path: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in path.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D...0x2F, 0x5F, 0x7E:
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 0xF)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Between BEGIN and COMMIT or ROLLBACK.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(connection) == 0 }

    /// Rows that the last INSERT, UPDATE or DELETE changed.
    var changedRows: Int { Int(unsafe sqlite3_changes(connection)) }

    func prepare(_ sql: String, isKept: Bool) throws(StoreError) -> Statement {
        var statement: OpaquePointer?
        let flags: UInt32 = isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
        let code = unsafe sqlite3_prepare_v3(connection, sql, -1, flags, &statement, nil)
        guard code == SQLITE_OK, let statement = unsafe statement else { throw failure(code) }
        return unsafe Statement(adopting: statement, of: self)
    }

    /// Maps a result code to a `StoreError`.
    func failure(_ code: Int32) -> StoreError {
        let message = "\(path): \(unsafe Self.text(sqlite3_errmsg(connection)))"
        switch code & 0xFF {
        case SQLITE_CONSTRAINT:
            return .conflict(message)
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            isSuspect = true
            return .corrupt(message)
        case SQLITE_FULL, SQLITE_BUSY:
            return .unavailable(message)
        case SQLITE_INTERRUPT:
            return .timeLimit(message)
        default:
            isSuspect = true
            let advice =
                message.contains("no such table")
                ? "; `guichet check` says what is missing, and `--repair` makes it again" : ""
            return .unavailable(message + advice)
        }
    }

    /// After this time a step ends with `.timeLimit`; nil: no limit.
    func limit(milliseconds: Int64?) {
        guard let milliseconds else {
            return unsafe sqlite3_progress_handler(connection, 0, nil, nil)
        }
        unsafe deadline.initialize(to: MonotonicTime.nanoseconds() + milliseconds * 1_000_000)
        // SAFETY: SQLite calls this on the same thread, during a step. The pointer lives as long as
        // the connection.
        unsafe sqlite3_progress_handler(
            connection, 1000,
            { deadline in
                guard let deadline = unsafe deadline?.assumingMemoryBound(to: Int64.self) else {
                    return 0
                }
                return unsafe MonotonicTime.nanoseconds() > deadline.pointee ? 1 : 0
            }, deadline)
    }

    func invalidate() { isSuspect = true }

    private static func reason(_ code: Int32) -> String { unsafe text(sqlite3_errstr(code)) }

    private static func text(_ message: UnsafePointer<CChar>?) -> String {
        // SAFETY: SQLite's messages end in NUL and stay valid until the next call on the
        // connection.
        guard let message = unsafe message else { return "unknown error" }
        return unsafe String(cString: message)
    }
}

enum MonotonicTime {
    static func nanoseconds() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    static func milliseconds() -> Int64 { nanoseconds() / 1_000_000 }
}
