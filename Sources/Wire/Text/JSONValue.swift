// A parsed JSON value. Objects keep the order of their members. The reader keeps them small, so a
// lookup is a walk. Names and strings compare by their bytes; text that is only shown or kept
// leaves as a `String`.

package import Text

package enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    /// A number written without fraction or exponent that fits 64 bits.
    case int(Int)
    case double(Double)
    case string(ExactText)
    case array([JSON])
    case object([JSONMember])
}

package struct JSONMember: Sendable, Equatable {
    package let name: ExactText
    package let value: JSON

    package init(name: ExactText, value: JSON) {
        self.name = name
        self.value = value
    }
}

extension JSON {
    /// The member of that name, or nil when there is none or this is no object.
    package subscript(name: ExactText) -> JSON? {
        guard case .object(let members) = self else { return nil }
        for member in members where member.name == name { return member.value }
        return nil
    }

    /// A string that identifies or selects: an id, a code, a key.
    package var textValue: ExactText? {
        if case .string(let value) = self { value } else { nil }
    }

    /// A string that is only shown or kept. Compare `textValue` instead.
    package var stringValue: String? { textValue?.string }

    /// An integer, even if written as `1.0` or `1e0`: in JSON they are the same number.
    package var intValue: Int? {
        switch self {
        case .int(let value): value
        // Beyond 2^53 a double also stands for its neighbours.
        case .double(let value) where value.magnitude <= 9_007_199_254_740_992:
            Int(exactly: value)
        default: nil
        }
    }

    /// The number, in either form.
    package var doubleValue: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    package var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var arrayValue: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    package var objectValue: [JSONMember]? {
        if case .object(let value) = self { value } else { nil }
    }

    package var isNull: Bool {
        if case .null = self { true } else { false }
    }
}

/// Position and reason of a JSON error.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Offset of the wrong byte.
    package let offset: Int
    package let reason: String

    package init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }

    package var description: String { "\(reason) at byte \(offset)" }
}
