// Wraps one prepared statement: binds values and reads rows. Callers see no pointers.

import CSQLite
import Text
package import Tickets
import Wire

/// The value of a statement's parameter.
package enum SQLValue: Sendable {
    case null
    case int(Int64)
    case text(String)
    /// Encoded JSON text.
    case json([UInt8])
    case id(TicketID)

    init(_ number: Int) { self = .int(Int64(number)) }
    init(_ flag: Bool) { self = .int(flag ? 1 : 0) }
    init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    init(_ text: ExactText?) { self = text.map { .text($0.string) } ?? .null }
    init(_ time: Timestamp?) { self = time.map { .int($0.milliseconds) } ?? .null }
    init(_ ticket: TicketID?) { self = ticket.map { .id($0) } ?? .null }
}

@safe
package final class Statement {
    private let statement: OpaquePointer
    private let connection: ConnectionHandle
    /// Room for the digits of an id that is being bound.
    private var digits: [UInt8] = []

    @unsafe
    init(adopting statement: OpaquePointer, of connection: ConnectionHandle) {
        unsafe self.statement = statement
        self.connection = connection
    }

    deinit {
        unsafe sqlite3_finalize(statement)
    }

    // MARK: Running

    /// Resets the statement and binds `values` to its parameters, in order.
    package func bind(_ values: [SQLValue]) throws(StoreError) {
        reset()
        try bind(values, after: 0)
    }

    private func bind(_ values: [SQLValue], after count: Int) throws(StoreError) {
        let values = values.span
        for index in values.indices {
            let code = bind(values[index], at: Int32(truncatingIfNeeded: count + index + 1))
            guard code == SQLITE_OK else { throw connection.failure(code) }
        }
    }

    /// Goes to the next row; false: there is no further row.
    package func step() throws(StoreError) -> Bool {
        let code = unsafe sqlite3_step(statement)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let failure = connection.failure(code)
            reset()
            throw failure
        }
    }

    /// Ends the read transaction that an open row holds.
    package func reset() {
        // The code repeats the error that `step` has thrown.
        unsafe sqlite3_reset(statement)
    }

    /// For statements whose rows do not matter.
    package func run(_ values: [SQLValue] = []) throws(StoreError) {
        try bind(values)
        try runBound()
    }

    /// As above, with the values in several lists.
    func run(parts: [[SQLValue]]) throws(StoreError) {
        reset()
        var count = 0
        for part in parts {
            try bind(part, after: count)
            count += part.count
        }
        try runBound()
    }

    private func runBound() throws(StoreError) {
        defer { reset() }
        while try step() {}
    }

    /// Rows read without an index, since the statement was made.
    var fullScanSteps: Int {
        Int(unsafe sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0))
    }

    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null: return unsafe sqlite3_bind_null(statement, index)
        case .int(let number): return unsafe sqlite3_bind_int64(statement, index, number)
        case .text(let text): return bind(text.utf8.span, at: index)
        case .json(let bytes): return bind(bytes.span, at: index)
        case .id(let ticket):
            digits.removeAll(keepingCapacity: true)
            ticket.appendHex(to: &digits)
            let written = digits
            return bind(written.span, at: index)
        }
    }

    private func bind(_ utf8: Span<UInt8>, at index: Int32) -> Int32 {
        // SAFETY: SQLITE_TRANSIENT (-1) makes SQLite copy before the call returns. An empty span
        // may have no address, which SQLite would read as NULL.
        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        return unsafe utf8.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else {
                return unsafe sqlite3_bind_text64(statement, index, "", 0, transient, utf8Encoding)
            }
            return unsafe sqlite3_bind_text64(
                statement, index, start.assumingMemoryBound(to: CChar.self), UInt64(bytes.count),
                transient, utf8Encoding)
        }
    }

    private var utf8Encoding: UInt8 { UInt8(SQLITE_UTF8) }

    // MARK: The row

    package func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(statement, column) == SQLITE_NULL
    }

    package func int(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(statement, column) }

    /// nil: NULL, or invalid UTF-8.
    package func text(_ column: Int32) -> String? {
        withBytes(of: column) { String(validating: $0) } ?? nil
    }

    /// nil: NULL.
    package func byteCount(_ column: Int32) -> Int {
        isNull(column) ? 0 : Int(unsafe sqlite3_column_bytes(statement, column))
    }

    /// Lends the bytes of a text or blob; nil: NULL.
    package func withBytes<Result>(of column: Int32, _ body: (Span<UInt8>) -> Result) -> Result? {
        guard !isNull(column) else { return nil }
        // SAFETY: the text is valid until the next step or reset, which `body` cannot call. Its
        // length must be read after its address.
        let start = unsafe sqlite3_column_text(statement, column)
        let count = Int(unsafe sqlite3_column_bytes(statement, column))
        let bytes = unsafe UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
        return body(unsafe bytes.span)
    }
}
