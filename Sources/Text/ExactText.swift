// Text that names or selects: an id, a key, a field, a code, a project, a tag.

/// Text that equals only text with the same bytes.
///
/// Swift's `String` compares and hashes by canonical equivalence: "é" in one scalar equals "e" with
/// a combining accent, the Kelvin sign equals "K", and the comparison takes quadratic time on
/// unsorted combining marks. For us and both stores, two ids that only Unicode calls equal are two
/// people. So every identifier has this type, which compares and hashes the bytes of UTF-8.
package struct ExactText: Sendable {
    /// The same text, to show, join or store, but not to compare.
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
    /// Inlined, so that texts of different lengths, the usual case, are compared without a call.
    @inline(__always)
    package static func == (left: ExactText, right: ExactText) -> Bool {
        hasSameStorage(left, right)
            || left.utf8.count == right.utf8.count && hasSameBytes(left, right)
    }

    /// Fast path for copies of one text and short equal texts, which avoids most byte comparisons.
    @inline(__always)
    private static func hasSameStorage(_ left: ExactText, _ right: ExactText) -> Bool {
        // SAFETY: a `String` is two words on all 64-bit platforms, and the cast would trap otherwise;
        // the same words are the same text.
        let left = unsafe unsafeBitCast(left.string, to: (UInt64, UInt64).self)
        let right = unsafe unsafeBitCast(right.string, to: (UInt64, UInt64).self)
        return left == right
    }

    private static func hasSameBytes(_ left: ExactText, _ right: ExactText) -> Bool {
        let (left, right) = (left.utf8.span, right.utf8.span)
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }

    package func hash(into hasher: inout Hasher) {
        let bytes = utf8.span
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        // A byte that UTF-8 never has, so that consecutive texts stay separate.
        hasher.combine(0xFF as UInt8)
    }
}

extension ExactText {
    /// A number that tells most texts apart in a few instructions, before a comparison. Unlike a
    /// hash it has no secret, so texts with the same one are easy to find.
    package var fingerprint: UInt64 {
        let bytes = utf8.span
        var number: UInt64 = 0
        for index in bytes.indices { number = number &* 31 &+ UInt64(bytes[index]) }
        return number
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

extension ExactText {
    /// Limit of `excerpt` in Unicode scalars.
    package static let excerptMax = 100

    /// Its beginning, for a refusal or a log line that quotes the input: a sent megabyte is not
    /// sent back.
    package var excerpt: String { string.excerpt }
}

extension String {
    /// Its beginning, for a refusal or a log line that quotes the input.
    package var excerpt: String {
        // So few bytes cannot be more scalars; this avoids the walk for nearly all texts.
        guard utf8.count > ExactText.excerptMax else { return self }
        let scalars = unicodeScalars
        guard
            let end = scalars.index(
                scalars.startIndex, offsetBy: ExactText.excerptMax, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return self }
        return String(self[..<end]) + "…"
    }
}

extension RawRepresentable<String> {
    /// The enum case of this code, compared by its bytes. The only place where codes from outside
    /// become values: our codes are short and ASCII, and for such texts Swift's equality is byte
    /// equality.
    package init?(code: ExactText) {
        guard code.utf8.count <= 64, code.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        self.init(rawValue: code.string)
    }
}

extension ExactText {
    /// The parts between `separator`, which is ASCII; empty parts are left out.
    package func split(at separator: Unicode.Scalar) -> [ExactText] {
        utf8.split(separator: UInt8(ascii: separator)).map { ExactText(Substring($0)) }
    }

    package func hasPrefix(_ prefix: ExactText) -> Bool { utf8.starts(with: prefix.utf8) }
}
