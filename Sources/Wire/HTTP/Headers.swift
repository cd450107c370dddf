// The header fields of a received message, in order. Names are lower-cased once, when read.

package import Text

package struct Headers: Sendable, Equatable {
    package struct Field: Sendable, Equatable {
        /// Lower-case.
        package let name: ExactText
        /// Without the white space around it. Bytes that are not UTF-8 are question marks.
        package let value: String
        /// Whether `value` is what was sent.
        package let isText: Bool

        package init(name: ExactText, value: String, isText: Bool = true) {
            self.name = name
            self.value = value
            self.isText = isText
        }
    }

    package var fields: [Field]

    package init(fields: [Field] = []) {
        self.fields = fields
    }

    /// The first value of that (lower-case) name.
    package subscript(name: ExactText) -> String? {
        for field in fields where field.name == name { return field.value }
        return nil
    }

    /// The first value of that name, unless it is not UTF-8: for values in which a question mark has
    /// a meaning of its own.
    package func text(_ name: ExactText) -> String? {
        guard let field = fields.first(where: { $0.name == name }) else { return nil }
        return field.isText ? field.value : nil
    }

    /// Whether every value of that name is UTF-8.
    package func isText(_ name: ExactText) -> Bool {
        fields.allSatisfy { $0.isText || $0.name != name }
    }

    package func all(_ name: ExactText) -> [String] {
        var values: [String] = []
        for field in fields where field.name == name { values.append(field.value) }
        return values
    }

    /// The comma-separated members of all fields of that name, lower-cased, empty ones left out
    /// (RFC 9110 §5.6.1). Only ASCII letters change: a Kelvin sign is no `k` in any protocol.
    package func tokens(_ name: ExactText) -> [String] {
        members(name).map { String(decoding: $0.utf8.map(ASCII.lowercased), as: UTF8.self) }
    }

    /// The same in their own case, for lists where case matters.
    package func members(_ name: ExactText) -> [String] {
        var members: [String] = []
        for field in fields where field.name == name {
            Self.forEachMember(of: field.value.utf8.span) { member in
                if let text = String(validating: member) { members.append(text) }
            }
        }
        return members
    }

    /// Whether the list `name` has that (lower-case) token, in any case.
    package func has(_ token: String, in name: ExactText) -> Bool {
        var isFound = false
        for field in fields where field.name == name {
            Self.forEachMember(of: field.value.utf8.span) { member in
                if ASCII.equals(member, lowercase: token.utf8.span) { isFound = true }
            }
        }
        return isFound
    }

    /// RFC 9112 §9.3.
    func keepAlive(minorVersion: Int) -> Bool {
        !has("close", in: "connection")
            && (minorVersion == 1 || has("keep-alive", in: "connection"))
    }

    private static func forEachMember(of list: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
        var start = 0
        while start < list.count {
            let comma = list.index(of: UInt8(ascii: ","), from: start, before: list.count)
            let next = comma ?? list.count
            var end = next
            while start < end, ASCII.isBlank(list[start]) { start += 1 }
            while end > start, ASCII.isBlank(list[end - 1]) { end -= 1 }
            if start < end { body(list.extracting(start..<end)) }
            start = next + 1
        }
    }
}
