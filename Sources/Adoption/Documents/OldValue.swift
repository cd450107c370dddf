// A value of an old document, whichever source it comes from.

package import Text

package enum OldValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    /// Milliseconds since 1970, of any year.
    case date(Int64)
    case objectID(high: UInt64, low: UInt32)
    case array([OldValue])
    case object([OldField])
    /// A type that tickets have no use for, such as a binary or a regular expression; its name.
    case other(String)
}

package struct OldField: Sendable {
    package let name: ExactText
    package let value: OldValue

    package init(_ name: ExactText, _ value: OldValue) {
        self.name = name
        self.value = value
    }
}

/// A document that breaks the rules of its format, or of every ticket.
package struct OldDocumentError: Error, CustomStringConvertible, Sendable {
    package let description: String
    package init(_ description: String) { self.description = description }
}

extension OldValue {
    /// The member of that name; nil: none, or this is no object.
    package subscript(name: ExactText) -> OldValue? {
        guard case .object(let fields) = self else { return nil }
        return fields.first { $0.name == name }?.value
    }

    /// The value at a path of names.
    package func value(at path: [ExactText]) -> OldValue? {
        path.reduce(Optional(self)) { $0?[$1] }
    }

    /// Null, an empty text or an empty list: the same as a missing field.
    package var isMissing: Bool {
        switch self {
        case .null: true
        case .string(let text): text.utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
        case .array(let items): items.isEmpty
        case .object(let fields): fields.isEmpty
        default: false
        }
    }

    /// As a scalar's text; nil: a list or an object.
    package var text: String? {
        switch self {
        case .string(let text): text
        case .int(let number): "\(number)"
        case .double(let number): Int64(exactly: number).map { "\($0)" } ?? "\(number)"
        case .bool(let flag): flag ? "true" : "false"
        case .date(let milliseconds): Self.dateText(milliseconds)
        case .objectID(let high, let low): Self.hex(high, low)
        case .other(let kind): "(\(kind))"
        case .null, .array, .object: nil
        }
    }

    package var items: [OldValue]? {
        if case .array(let items) = self { items } else { nil }
    }
}
