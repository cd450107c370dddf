// Decodes BSON to trees. Other programs may have written to the database: malformed bytes and
// types that trees lack are errors, never traps.

import Text

/// A stored document that this program cannot read.
struct BSONError: Error, CustomStringConvertible {
    let description: String
}

struct BSONReader {
    /// MongoDB's limit is 100 levels; Guichet's records have six.
    private static let depthMax = 32

    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The fields of a whole document.
    static func fields(of bytes: [UInt8]) throws(BSONError) -> [Tree.Field] {
        var reader = BSONReader(bytes)
        let fields = try reader.document(depth: 0)
        guard reader.position == bytes.count else {
            throw BSONError(description: "bytes behind the end of a document")
        }
        return fields
    }

    /// The fields of a document that can be read, of those beside each other at its top; none after
    /// the first whose length is not known.
    static func legibleFields(of bytes: [UInt8]) -> [Tree.Field] {
        var reader = BSONReader(bytes)
        reader.position = min(4, bytes.count)
        var fields: [Tree.Field] = []
        while reader.position < bytes.count {
            let type = bytes[reader.position]
            reader.position += 1
            guard type != 0, let name = try? reader.name(before: bytes.count) else { break }
            let start = reader.position
            if let value = try? reader.value(type, named: name, depth: 0) {
                fields.append(.init(name, value))
                continue
            }
            reader.position = start
            guard (try? reader.skip(type)) != nil else { break }
        }
        return fields
    }

    /// Skips a value that records do not have, or that holds one.
    private mutating func skip(_ type: UInt8) throws(BSONError) {
        switch type {
        case 0x03, 0x04, 0x0F:  // A document, an array, code with its variables.
            let length = Int(try number(UInt32.self))
            guard length >= 4 else { throw Self.truncated }
            _ = try take(length - 4)
        case 0x05: _ = try take(Int(try number(UInt32.self)) + 1)  // Bytes.
        case 0x02, 0x0D, 0x0E: _ = try take(Int(try number(UInt32.self)))  // Texts.
        case 0x06, 0x7F, 0xFF: break  // Undefined, and the least and greatest key.
        case 0x0B:  // A regular expression.
            _ = try name(before: bytes.count)
            _ = try name(before: bytes.count)
        case 0x11: _ = try take(8)  // An internal timestamp.
        case 0x13: _ = try take(16)  // A decimal.
        default: throw BSONError(description: "the type \(type) has no known length")
        }
    }

    private mutating func document(depth: Int) throws(BSONError) -> [Tree.Field] {
        guard depth < Self.depthMax else { throw BSONError(description: "nested too deeply") }
        let start = position
        let length = Int(try number(UInt32.self))
        guard length >= 5, length <= bytes.count - start else { throw Self.truncated }
        let end = start + length
        var fields: [Tree.Field] = []
        while true {
            guard position < end else { throw Self.truncated }
            let type = bytes[position]
            position += 1
            if type == 0 { break }
            let name = try self.name(before: end)
            fields.append(.init(name, try value(type, named: name, depth: depth)))
        }
        guard position == end else { throw Self.truncated }
        return fields
    }

    private mutating func value(
        _ type: UInt8, named name: ExactText, depth: Int
    ) throws(BSONError) -> Tree {
        switch type {
        case BSONType.null: return .null
        case BSONType.bool: return .bool(try take(1).first == 1)
        case BSONType.int32: return .int(Int(Int32(bitPattern: try number(UInt32.self))))
        case BSONType.int64: return .int(Int(bitPattern: try number(UInt.self)))
        case BSONType.double: return .double(Double(bitPattern: try number(UInt64.self)))
        case BSONType.date:
            return .time(milliseconds: Int(bitPattern: try number(UInt.self)))
        case BSONType.string: return Tree(try text())
        case BSONType.objectID: return try objectID()
        case BSONType.array: return .array(try document(depth: depth + 1).map(\.value))
        case BSONType.document: return .object(try document(depth: depth + 1))
        default:
            throw BSONError(description: "field “\(name)” has the BSON type \(type)")
        }
    }

    private mutating func text() throws(BSONError) -> String {
        let length = Int(try number(UInt32.self))
        guard length >= 1 else { throw Self.truncated }
        let taken = try take(length)
        guard taken.last == 0 else { throw Self.truncated }
        return String(decoding: taken.dropLast(), as: UTF8.self)
    }

    private mutating func objectID() throws(BSONError) -> Tree {
        var high: UInt64 = 0
        for byte in try take(8) { high = high << 8 | UInt64(byte) }
        var low: UInt32 = 0
        for byte in try take(4) { low = low << 8 | UInt32(byte) }
        return .objectID(high: high, low: low)
    }

    private mutating func name(before end: Int) throws(BSONError) -> ExactText {
        guard let terminator = bytes[position..<end].firstIndex(of: 0) else {
            throw Self.truncated
        }
        defer { position = terminator + 1 }
        return ExactText(String(decoding: bytes[position..<terminator], as: UTF8.self))
    }

    private mutating func number<Number: FixedWidthInteger>(
        _ type: Number.Type
    ) throws(BSONError) -> Number {
        var number: Number = 0
        for byte in try take(Number.bitWidth / 8).reversed() {
            number = number << 8 | Number(truncatingIfNeeded: byte)
        }
        return number
    }

    private mutating func take(_ count: Int) throws(BSONError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else { throw Self.truncated }
        defer { position += count }
        return bytes[position..<position + count]
    }

    private static let truncated = BSONError(description: "a truncated document")
}
