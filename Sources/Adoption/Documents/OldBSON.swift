// Reads the BSON of other programs (bsonspec.org, version 1.1). Every type has a value here: what a
// ticket has no use for is named, not refused.

import Text

package struct OldBSON {
    /// MongoDB's own limit.
    private static let depthMax = 100

    private var cursor: BSONCursor
    /// The top-level field that is being read, for the reason of an error.
    private var place: ExactText = ""

    private init(_ bytes: [UInt8]) { cursor = BSONCursor(bytes) }

    /// The document of these bytes, an object.
    package static func document(_ bytes: [UInt8]) throws(OldDocumentError) -> OldValue {
        var reader = OldBSON(bytes)
        do throws(BSONError) {
            return .object(try reader.fields(depth: 0))
        } catch {
            switch error {
            case .truncated: throw OldDocumentError("its BSON is damaged")
            case .tooDeep: throw OldDocumentError("it is nested too deeply")
            case .other(let reason): throw OldDocumentError(reason)
            }
        }
    }

    /// The `_id` alone, for the name of a document that cannot be read; nil: it has none.
    package static func id(of bytes: [UInt8]) -> OldValue? {
        var reader = OldBSON(bytes)
        reader.cursor.position = 4
        guard let type = try? reader.cursor.byte(), type != 0,
            let name = try? reader.name(), name == "_id"
        else { return nil }
        return try? reader.value(type, depth: 0)
    }

    private mutating func fields(depth: Int) throws(BSONError) -> [OldField] {
        guard depth < Self.depthMax else { throw .tooDeep }
        let end = try cursor.documentEnd()
        var fields: [OldField] = []
        fields.reserveCapacity(8)
        while true {
            let type = try cursor.byte()
            if type == 0 { break }
            let name = try name()
            if depth == 0 { place = name }
            fields.append(OldField(name, try value(type, depth: depth)))
        }
        guard cursor.position == end else { throw .truncated }
        return fields
    }

    private mutating func items(depth: Int) throws(BSONError) -> [OldValue] {
        try fields(depth: depth).map(\.value)
    }

    private mutating func value(
        _ type: UInt8, depth: Int
    ) throws(BSONError) -> OldValue {
        switch type {
        case 0x01: return .double(try cursor.double())
        case 0x02: return .string(try text())
        case 0x03: return .object(try fields(depth: depth + 1))
        case 0x04: return .array(try items(depth: depth + 1))
        case 0x05:
            let length = Int(try cursor.uint32())
            try cursor.take(1)
            try cursor.take(length)
            return .other("binary, \(length) bytes")
        case 0x06, 0x0A: return .null
        case 0x07:
            let id = try cursor.objectID()
            return .objectID(high: id.high, low: id.low)
        case 0x08: return .bool(try cursor.byte() == 1)
        case 0x09: return .date(Int64(bitPattern: try cursor.uint64()))
        case 0x0B:
            _ = (try name(), try name())
            return .other("regular expression")
        case 0x0C:
            _ = (try text(), try cursor.take(12))
            return .other("pointer")
        case 0x0D, 0x0E: return .string(try text())
        case 0x0F:
            let length = Int(try cursor.uint32())
            guard length >= 4 else { throw .truncated }
            try cursor.take(length - 4)
            return .other("code with scope")
        case 0x10: return .int(Int64(Int32(bitPattern: try cursor.uint32())))
        case 0x11: return .date(Int64(try cursor.uint64() >> 32) * 1000)
        case 0x12: return .int(Int64(bitPattern: try cursor.uint64()))
        case 0x13:
            try cursor.take(16)
            return .other("decimal")
        case 0x7F, 0xFF: return .other("key")
        default: throw .other("field “\(place)” has the unknown BSON type \(type)")
        }
    }

    private mutating func text() throws(BSONError) -> String {
        guard let text = String(validating: try cursor.text(), as: UTF8.self) else {
            throw .other("field “\(place)” has a text that is not UTF-8")
        }
        return text
    }

    private mutating func name() throws(BSONError) -> ExactText {
        try cursor.name(before: cursor.bytes.count)
    }
}
