// Decodes BSON to trees. Other programs may have written to the database: malformed bytes and
// types that trees lack are errors, never traps.

import Text

struct BSONReader {
    /// MongoDB's limit is 100 levels; Guichet's records have six.
    private static let depthMax = 32

    private var cursor: BSONCursor

    private init(_ bytes: [UInt8]) { cursor = BSONCursor(bytes) }

    /// The fields of a whole document.
    static func fields(of bytes: [UInt8]) throws(BSONError) -> [Tree.Field] {
        var reader = BSONReader(bytes)
        let fields = try reader.document(depth: 0)
        guard reader.cursor.isAtEnd else { throw .other("bytes after the end of a document") }
        return fields
    }

    /// The fields of a document that can be read, of those beside each other at its top; none after
    /// the first whose length is not known.
    static func legibleFields(of bytes: [UInt8]) -> [Tree.Field] {
        var reader = BSONReader(bytes)
        reader.cursor.position = min(4, bytes.count)
        var fields: [Tree.Field] = []
        while let type = try? reader.cursor.byte(), type != 0,
            let name = try? reader.cursor.name(before: bytes.count)
        {
            let start = reader.cursor.position
            if let value = try? reader.value(type, named: name, depth: 0) {
                fields.append(.init(name, value))
                continue
            }
            reader.cursor.position = start
            guard (try? reader.skip(type)) != nil else { break }
        }
        return fields
    }

    /// Skips a value that records do not have, or that holds one.
    private mutating func skip(_ type: UInt8) throws(BSONError) {
        switch type {
        case 0x03, 0x04, 0x0F:  // A document, an array, code with its variables.
            let length = Int(try cursor.uint32())
            guard length >= 4 else { throw .truncated }
            try cursor.take(length - 4)
        case 0x05: try cursor.take(Int(try cursor.uint32()) + 1)  // Bytes.
        case 0x02, 0x0D, 0x0E: try cursor.take(Int(try cursor.uint32()))  // Texts.
        case 0x06, 0x7F, 0xFF: break  // Undefined, and the least and greatest key.
        case 0x0B:  // A regular expression.
            _ = try cursor.name(before: cursor.bytes.count)
            _ = try cursor.name(before: cursor.bytes.count)
        case 0x11: try cursor.take(8)  // An internal timestamp.
        case 0x13: try cursor.take(16)  // A decimal.
        default: throw .other("the type \(type) has no known length")
        }
    }

    private mutating func document(depth: Int) throws(BSONError) -> [Tree.Field] {
        guard depth < Self.depthMax else { throw .tooDeep }
        let end = try cursor.documentEnd()
        var fields: [Tree.Field] = []
        while true {
            guard cursor.position < end else { throw .truncated }
            let type = try cursor.byte()
            if type == 0 { break }
            let name = try cursor.name(before: end)
            fields.append(.init(name, try value(type, named: name, depth: depth)))
        }
        guard cursor.position == end else { throw .truncated }
        return fields
    }

    private mutating func value(
        _ type: UInt8, named name: ExactText, depth: Int
    ) throws(BSONError) -> Tree {
        switch type {
        case BSONType.null: return .null
        case BSONType.bool: return .bool(try cursor.byte() == 1)
        case BSONType.int32: return .int(Int(Int32(bitPattern: try cursor.uint32())))
        case BSONType.int64: return .int(Int(Int64(bitPattern: try cursor.uint64())))
        case BSONType.double: return .double(try cursor.double())
        case BSONType.date:
            return .time(milliseconds: Int(Int64(bitPattern: try cursor.uint64())))
        case BSONType.string: return Tree(String(decoding: try cursor.text(), as: UTF8.self))
        case BSONType.objectID:
            let id = try cursor.objectID()
            return .objectID(high: id.high, low: id.low)
        case BSONType.array: return .array(try document(depth: depth + 1).map(\.value))
        case BSONType.document: return .object(try document(depth: depth + 1))
        default: throw .other("field “\(name)” has the BSON type \(type)")
        }
    }
}
