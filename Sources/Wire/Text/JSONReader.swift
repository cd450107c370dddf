// Parses JSON strictly (RFC 8259), with limits against hostile text: on nesting, because each level
// is a call, and on names per object, because each is kept. JSONReader+Scalars reads strings and
// numbers.

package import Text

package struct JSONReader {
    /// The first byte not read yet.
    var offset = 0
    let maxDepth: Int
    let maxMembers: Int

    /// Upper limit of `maxDepth`: each level costs a stack frame.
    private static let depthCap = 128

    private init(maxDepth: Int, maxMembers: Int) {
        self.maxDepth = min(maxDepth, Self.depthCap)
        self.maxMembers = maxMembers
    }

    /// The single value in `bytes`, surrounded by white space only.
    ///
    /// - Parameters:
    ///   - maxDepth: nesting of arrays and objects, at most 128.
    ///   - maxMembers: names in one object. Only the input limits arrays.
    ///   - isUTF8: a `UTF8Validator` has taken all of it, as for a text message of a WebSocket.
    ///     Then it is not validated again.
    package static func parse(
        _ bytes: Span<UInt8>, maxDepth: Int = 16, maxMembers: Int = 256, isUTF8: Bool = false
    ) throws(JSONError) -> Tree {
        // Validates the whole text in one pass, so that later steps can rely on UTF-8.
        if !isUTF8 { try validate(bytes) }
        var reader = JSONReader(maxDepth: maxDepth, maxMembers: maxMembers)
        reader.skipSpace(bytes)
        let value = try reader.value(bytes, depth: 0)
        reader.skipSpace(bytes)
        guard reader.offset == bytes.count else {
            throw reader.error("unexpected data after the value")
        }
        return value
    }

    package static func parse(
        _ bytes: [UInt8], maxDepth: Int = 16, maxMembers: Int = 256, isUTF8: Bool = false
    ) throws(JSONError) -> Tree {
        try parse(bytes.span, maxDepth: maxDepth, maxMembers: maxMembers, isUTF8: isUTF8)
    }

    private static func validate(_ bytes: Span<UInt8>) throws(JSONError) {
        var validator = UTF8Validator()
        if validator.feed(bytes), validator.isComplete { return }
        do {
            // Only this one knows the place.
            _ = try UTF8Span(validating: bytes)
        } catch {
            throw JSONError(offset: error.byteOffsets.lowerBound, reason: "invalid UTF-8")
        }
    }

    func error(_ reason: String) -> JSONError { JSONError(offset: offset, reason: reason) }

    private mutating func skipSpace(_ bytes: Span<UInt8>) {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }

    private mutating func value(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> Tree {
        guard offset < bytes.count else { throw error("unexpected end of text") }
        switch bytes[offset] {
        case UInt8(ascii: "\""): return .string(ExactText(try string(bytes)))
        case UInt8(ascii: "{"): return try object(bytes, depth: depth + 1)
        case UInt8(ascii: "["): return try array(bytes, depth: depth + 1)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(bytes)
        case UInt8(ascii: "t"): return try literal("true", .bool(true), bytes)
        case UInt8(ascii: "f"): return try literal("false", .bool(false), bytes)
        case UInt8(ascii: "n"): return try literal("null", .null, bytes)
        default: throw error("a value was expected")
        }
    }

    private mutating func literal(
        _ word: String, _ value: Tree, _ bytes: Span<UInt8>
    ) throws(JSONError) -> Tree {
        var end = offset
        for byte in word.utf8 {
            guard end < bytes.count, bytes[end] == byte else {
                throw error("a value was expected")
            }
            end += 1
        }
        offset = end
        return value
    }

    private mutating func array(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> Tree {
        guard depth <= maxDepth else { throw error("nested deeper than \(maxDepth) levels") }
        offset += 1
        var elements: [Tree] = []
        skipSpace(bytes)
        if take(UInt8(ascii: "]"), bytes) { return .array(elements) }
        while true {
            skipSpace(bytes)
            elements.append(try value(bytes, depth: depth))
            skipSpace(bytes)
            if take(UInt8(ascii: "]"), bytes) { return .array(elements) }
            guard take(UInt8(ascii: ","), bytes) else { throw error("',' or ']' was expected") }
        }
    }

    private mutating func object(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> Tree {
        guard depth <= maxDepth else { throw error("nested deeper than \(maxDepth) levels") }
        offset += 1
        var members: [Tree.Field] = []
        var names = SeenNames()
        skipSpace(bytes)
        if take(UInt8(ascii: "}"), bytes) { return .object(members) }
        members.reserveCapacity(8)  // One allocation for most objects, not four.
        while true {
            skipSpace(bytes)
            let name = try memberName(bytes, members, &names)
            skipSpace(bytes)
            guard take(UInt8(ascii: ":"), bytes) else { throw error("':' was expected") }
            skipSpace(bytes)
            members.append(Tree.Field(name, try value(bytes, depth: depth)))
            skipSpace(bytes)
            if take(UInt8(ascii: "}"), bytes) { return .object(members) }
            guard take(UInt8(ascii: ","), bytes) else { throw error("',' or '}' was expected") }
        }
    }

    private mutating func memberName(
        _ bytes: Span<UInt8>, _ members: [Tree.Field], _ names: inout SeenNames
    ) throws(JSONError) -> ExactText {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
            throw error("a name in double quotes was expected")
        }
        guard members.count < maxMembers else {
            throw error("more than \(maxMembers) names in one object")
        }
        let start = offset
        let name = ExactText(try string(bytes))
        guard names.insert(name, after: members) else {
            throw JSONError(offset: start, reason: "the name '\(name.excerpt)' comes twice")
        }
        return name
    }

    private mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }
}

/// The names of one object so far. RFC 8259 §4 allows duplicates and parsers disagree about which
/// one counts; we refuse them.
private struct SeenNames {
    /// Only for larger objects: for a few names a walk is cheaper than hashing.
    private var hashed: Set<ExactText> = []
    private static let walkedMax = 16

    mutating func insert(_ name: ExactText, after members: [Tree.Field]) -> Bool {
        if members.count < Self.walkedMax {
            // Uses a span, which lends each name: a closure would get copies.
            let members = members.span
            let count = name.string.utf8.count
            for index in members.indices
            where members[index].name.string.utf8.count == count && members[index].name == name {
                return false
            }
            return true
        }
        if hashed.isEmpty { hashed = Set(members.lazy.map(\.name)) }
        return hashed.insert(name).inserted
    }
}
