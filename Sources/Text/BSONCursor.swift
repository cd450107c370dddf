// Reads the parts that BSON (bsonspec.org, version 1.1) is made of, front to back. What the types
// stand for is decided by the readers of stored and of foreign documents.

/// Bytes come from outside: whatever they say, the cursor stays among them.
package struct BSONCursor: Sendable {
    package let bytes: [UInt8]
    package var position = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var isAtEnd: Bool { position >= bytes.count }

    /// Reads the length of the document that begins here, and returns where it ends.
    package mutating func documentEnd() throws(BSONError) -> Int {
        let start = position
        let length = Int(try uint32())
        guard length >= 5, length <= bytes.count - start else { throw .truncated }
        return start + length
    }

    package mutating func byte() throws(BSONError) -> UInt8 {
        guard position < bytes.count else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }

    package mutating func uint32() throws(BSONError) -> UInt32 {
        try take(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    package mutating func uint64() throws(BSONError) -> UInt64 {
        try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    package mutating func double() throws(BSONError) -> Double {
        Double(bitPattern: try uint64())
    }

    package mutating func objectID() throws(BSONError) -> (high: UInt64, low: UInt32) {
        let high = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let low = try take(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return (high, low)
    }

    /// The bytes of a text, without the zero behind it.
    package mutating func text() throws(BSONError) -> ArraySlice<UInt8> {
        let length = Int(try uint32())
        guard length >= 1 else { throw .truncated }
        let taken = try take(length)
        guard taken.last == 0 else { throw .truncated }
        return taken.dropLast()
    }

    /// A name, which a zero ends before `end`.
    package mutating func name(before end: Int) throws(BSONError) -> ExactText {
        guard position <= end, let terminator = bytes[position..<end].firstIndex(of: 0) else {
            throw .truncated
        }
        defer { position = terminator + 1 }
        return ExactText(String(decoding: bytes[position..<terminator], as: UTF8.self))
    }

    @discardableResult
    package mutating func take(_ count: Int) throws(BSONError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - position else { throw .truncated }
        defer { position += count }
        return bytes[position..<position + count]
    }
}

/// Why a document cannot be read.
package enum BSONError: Error, Sendable, CustomStringConvertible {
    case truncated, tooDeep
    case other(String)

    package var description: String {
        switch self {
        case .truncated: "a truncated document"
        case .tooDeep: "nested too deeply"
        case .other(let reason): reason
        }
    }
}
