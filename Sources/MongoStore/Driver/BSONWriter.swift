// Encodes trees as BSON (bsonspec.org, version 1.1), in safe Swift.

import Text

/// A BSON document: a stored record, a filter or a command.
struct BSONDocument: Sendable, Hashable {
    let bytes: [UInt8]

    init(_ fields: [Tree.Field]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024)
        bytes.appendBSON(fields)
        self.bytes = bytes
    }

    /// Empty filter, options or update.
    static let empty = BSONDocument([])
}

/// BSON element types that trees use.
enum BSONType {
    static let double: UInt8 = 0x01
    static let string: UInt8 = 0x02
    static let document: UInt8 = 0x03
    static let array: UInt8 = 0x04
    static let objectID: UInt8 = 0x07
    static let bool: UInt8 = 0x08
    static let date: UInt8 = 0x09
    static let null: UInt8 = 0x0A
    static let int32: UInt8 = 0x10
    static let int64: UInt8 = 0x12
}

extension [UInt8] {
    fileprivate mutating func appendBSON(_ fields: [Tree.Field]) {
        framed { bytes in
            for field in fields { bytes.appendElement(field.name, field.value) }
        }
    }

    private mutating func appendElement(_ name: ExactText, _ value: Tree) {
        append(Self.type(of: value))
        // A name ends at its NUL, so NUL bytes are removed. The stores define all names.
        if name.utf8.contains(0) {
            append(contentsOf: name.utf8.lazy.filter { $0 != 0 })
        } else {
            append(contentsOf: name.utf8)
        }
        append(0)
        appendValue(value)
    }

    private mutating func appendValue(_ value: Tree) {
        switch value {
        case .null: break
        case .bool(let flag): append(flag ? 1 : 0)
        case .int(let number): appendLittleEndian(UInt(bitPattern: number))
        case .double(let number): appendLittleEndian(number.bitPattern)
        case .string(let text): appendText(text)
        case .time(let milliseconds): appendLittleEndian(UInt(bitPattern: milliseconds))
        case .objectID(let high, let low): appendObjectID(high: high, low: low)
        case .array(let items): appendArray(items)
        case .object(let fields): appendBSON(fields)
        }
    }

    /// An array is a document whose names count up from "0".
    private mutating func appendArray(_ items: [Tree]) {
        framed { bytes in
            for (position, item) in items.enumerated() {
                bytes.appendElement("\(position)", item)
            }
        }
    }

    /// Integers are always 64 bits wide, so that a field has one type in every document.
    private static func type(of value: Tree) -> UInt8 {
        switch value {
        case .null: BSONType.null
        case .bool: BSONType.bool
        case .int: BSONType.int64
        case .double: BSONType.double
        case .string: BSONType.string
        case .time: BSONType.date
        case .objectID: BSONType.objectID
        case .array: BSONType.array
        case .object: BSONType.document
        }
    }

    /// The length includes the NUL after the text.
    private mutating func appendText(_ text: ExactText) {
        appendLittleEndian(UInt32(truncatingIfNeeded: text.utf8.count + 1))
        append(contentsOf: text.utf8)
        append(0)
    }

    /// ObjectIds are big-endian, unlike all other values: they sort by their bytes.
    private mutating func appendObjectID(high: UInt64, low: UInt32) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: high >> shift))
        }
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: low >> shift))
        }
    }

    /// Writes the elements between the document's length, filled in at the end, and a NUL.
    private mutating func framed(_ appendElements: (inout [UInt8]) -> Void) {
        let start = count
        append(contentsOf: [0, 0, 0, 0])
        appendElements(&self)
        append(0)
        let length = UInt32(truncatingIfNeeded: count - start)
        for offset in 0..<4 {
            self[start + offset] = UInt8(truncatingIfNeeded: length >> UInt32(8 * offset))
        }
    }

    private mutating func appendLittleEndian<Number: FixedWidthInteger>(_ number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }
}
