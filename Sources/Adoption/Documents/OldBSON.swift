// Reads the BSON of other programs (bsonspec.org, version 1.1). Every type has a value here: what a
// ticket has no use for is named, not refused.

import Text

package struct OldBSON {
    /// MongoDB's own limit.
    private static let depthMax = 100

    private let bytes: [UInt8]
    private var position = 0
    /// The top-level field that is being read, for the reason of an error.
    private var place: ExactText = ""

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The document of these bytes, an object.
    package static func document(_ bytes: [UInt8]) throws(OldDocumentError) -> OldValue {
        var reader = OldBSON(bytes)
        return .object(try reader.fields(depth: 0))
    }

    /// The `_id` alone, for the name of a document that cannot be read; nil: it has none.
    package static func id(of bytes: [UInt8]) -> OldValue? {
        var reader = OldBSON(bytes)
        reader.position = 4
        guard let type = try? reader.take(1).first, type != 0, let name = try? reader.name(),
            name == "_id"
        else { return nil }
        return try? reader.value(type, depth: 0)
    }

    private mutating func fields(depth: Int) throws(OldDocumentError) -> [OldField] {
        guard depth < Self.depthMax else { throw OldDocumentError("it is nested too deeply") }
        let start = position
        let length = Int(try number(UInt32.self))
        guard length >= 5, length <= bytes.count - start else { throw Self.truncated }
        let end = start + length
        var fields: [OldField] = []
        fields.reserveCapacity(8)
        while true {
            let type = try byte()
            if type == 0 { break }
            let name = try name()
            if depth == 0 { place = name }
            fields.append(OldField(name, try value(type, depth: depth)))
        }
        guard position == end else { throw Self.truncated }
        return fields
    }

    private mutating func items(depth: Int) throws(OldDocumentError) -> [OldValue] {
        try fields(depth: depth).map(\.value)
    }

    private mutating func value(
        _ type: UInt8, depth: Int
    ) throws(OldDocumentError) -> OldValue {
        switch type {
        case 0x01: return .double(Double(bitPattern: try number(UInt64.self)))
        case 0x02: return .string(try text())
        case 0x03: return .object(try fields(depth: depth + 1))
        case 0x04: return .array(try items(depth: depth + 1))
        case 0x05:
            let length = Int(try number(UInt32.self))
            _ = try take(1)
            _ = try take(length)
            return .other("binary, \(length) bytes")
        case 0x06, 0x0A: return .null
        case 0x07: return try objectID()
        case 0x08: return .bool(try byte() == 1)
        case 0x09: return .date(Int64(bitPattern: try number(UInt64.self)))
        case 0x0B:
            _ = (try name(), try name())
            return .other("regular expression")
        case 0x0C:
            _ = (try text(), try take(12))
            return .other("pointer")
        case 0x0D, 0x0E: return .string(try text())
        case 0x0F:
            let length = Int(try number(UInt32.self))
            guard length >= 4 else { throw Self.truncated }
            _ = try take(length - 4)
            return .other("code with scope")
        case 0x10: return .int(Int64(Int32(bitPattern: try number(UInt32.self))))
        case 0x11: return .date(Int64(try number(UInt64.self) >> 32) * 1000)
        case 0x12: return .int(Int64(bitPattern: try number(UInt64.self)))
        case 0x13:
            _ = try take(16)
            return .other("decimal")
        case 0x7F, 0xFF: return .other("key")
        default: throw OldDocumentError("field “\(place)” has the unknown BSON type \(type)")
        }
    }

    private mutating func text() throws(OldDocumentError) -> String {
        let length = Int(try number(UInt32.self))
        guard length >= 1 else { throw Self.truncated }
        let taken = try take(length)
        guard taken.last == 0 else { throw Self.truncated }
        guard let text = String(validating: taken.dropLast(), as: UTF8.self) else {
            throw OldDocumentError("field “\(place)” has a text that is not UTF-8")
        }
        return text
    }

    private mutating func objectID() throws(OldDocumentError) -> OldValue {
        var high: UInt64 = 0
        for byte in try take(8) { high = high << 8 | UInt64(byte) }
        var low: UInt32 = 0
        for byte in try take(4) { low = low << 8 | UInt32(byte) }
        return .objectID(high: high, low: low)
    }

    private mutating func name() throws(OldDocumentError) -> ExactText {
        guard let terminator = bytes[position...].firstIndex(of: 0) else { throw Self.truncated }
        defer { position = terminator + 1 }
        return ExactText(String(decoding: bytes[position..<terminator], as: UTF8.self))
    }

    private mutating func number<Number: FixedWidthInteger>(
        _ type: Number.Type
    ) throws(OldDocumentError) -> Number {
        var number: Number = 0
        for byte in try take(Number.bitWidth / 8).reversed() {
            number = number << 8 | Number(truncatingIfNeeded: byte)
        }
        return number
    }

    private mutating func byte() throws(OldDocumentError) -> UInt8 {
        guard position < bytes.count else { throw Self.truncated }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func take(_ count: Int) throws(OldDocumentError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - position else { throw Self.truncated }
        defer { position += count }
        return bytes[position..<position + count]
    }

    private static let truncated = OldDocumentError("its BSON is damaged")
}
