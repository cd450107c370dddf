// The one tree of values for what comes in, goes out and is stored: JSON texts, BSON documents,
// records.

/// A value with the values in it. Objects keep the order of their fields and are small, so a lookup
/// is a walk. Names and texts compare by their bytes.
package enum Tree: Sendable, Hashable {
    case null
    case bool(Bool)
    /// A number written without fraction or exponent that fits 64 bits.
    case int(Int)
    case double(Double)
    case string(ExactText)
    /// Milliseconds since 1970. BSON has dates; JSON gets the number.
    case time(milliseconds: Int)
    /// BSON has ObjectIds; JSON gets 24 hex digits.
    case objectID(high: UInt64, low: UInt32)
    case array([Tree])
    case object([Field])

    package struct Field: Sendable, Hashable {
        package let name: ExactText
        package let value: Tree

        package init(_ name: ExactText, _ value: Tree) {
            self.name = name
            self.value = value
        }

        @_disfavoredOverload
        package init(_ name: String, _ value: Tree) { self.init(ExactText(name), value) }
    }

    /// The same number: `Int` has 64 bits on all our platforms.
    @_disfavoredOverload
    package static func int(_ number: Int64) -> Tree { .int(Int(number)) }

    package init(_ text: String) { self = .string(ExactText(text)) }
    package init(_ text: String?) { self = text.map { .string(ExactText($0)) } ?? .null }
    package init(_ text: ExactText) { self = .string(text) }
    package init(_ text: ExactText?) { self = text.map { .string($0) } ?? .null }
    package init(_ texts: [ExactText]) { self = .array(texts.map { .string($0) }) }
    package init(_ number: Int) { self = .int(number) }
    package init(_ number: Double?) { self = number.map { .double($0) } ?? .null }
}

extension Tree {
    /// The field of that name, or nil when there is none or this is no object.
    package subscript(name: ExactText) -> Tree? {
        guard case .object(let fields) = self else { return nil }
        for field in fields where field.name == name { return field.value }
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

    package var arrayValue: [Tree]? {
        if case .array(let value) = self { value } else { nil }
    }

    package var objectValue: [Field]? {
        if case .object(let value) = self { value } else { nil }
    }

    package var isNull: Bool {
        if case .null = self { true } else { false }
    }
}
