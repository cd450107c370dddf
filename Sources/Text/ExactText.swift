// What names or selects something: an id, a key, a field, a code, a project, a tag.

/// Text that equals nothing but the same bytes.
///
/// Swift's `String` compares and hashes by canonical equivalence: "é" in one scalar equals "e" with
/// a combining accent, the Kelvin sign equals "K", and the comparison takes quadratic time on
/// unsorted combining marks. Two ids that only Unicode calls equal are two people to us and to both
/// stores. So whatever identifies is this type, which compares and hashes the bytes of UTF-8.
package struct ExactText: Sendable {
    /// The same text, to be shown, joined or stored, but not compared.
    package let string: String

    package init(_ string: String) {
        self.string = string
    }

    package init(_ string: Substring) {
        self.string = String(string)
    }

    package var utf8: String.UTF8View { string.utf8 }
    package var isEmpty: Bool { string.isEmpty }
}

extension ExactText: Hashable {
    package static func == (left: ExactText, right: ExactText) -> Bool {
        let (left, right) = (left.utf8.span, right.utf8.span)
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }

    package func hash(into hasher: inout Hasher) {
        let bytes = utf8.span
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        // A byte that UTF-8 never has, so that texts in a row do not run into each other.
        hasher.combine(0xFF as UInt8)
    }
}

/// In the order of their bytes, as both stores sort them.
extension ExactText: Comparable {
    package static func < (left: ExactText, right: ExactText) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

extension ExactText: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) {
        self.init(value)
    }
}

extension ExactText: CustomStringConvertible {
    package var description: String { string }
}
