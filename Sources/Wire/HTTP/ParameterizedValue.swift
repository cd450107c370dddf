// Parses a header value with parameters, such as `form-data; name="file"; filename="a.png"` (RFC
// 9110 §5.6.6).

package struct ParameterizedValue: Sendable, Equatable {
    /// The part before the first semicolon, lower-cased.
    package let value: String
    private var names: [String] = []
    private var values: [String] = []

    /// Nil when the text is not well formed, or repeats a parameter: two readers could choose
    /// different ones.
    package init?(_ text: String) {
        let bytes = text.utf8.span
        let end = bytes.index(of: UInt8(ascii: ";"), from: 0, before: bytes.count) ?? bytes.count
        guard let value = Self.value(bytes.extracting(0..<end)) else { return nil }
        self.value = value
        var position = end
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: ";") else { return nil }
            position = Self.skipBlanks(bytes, from: position + 1)
            // Some writers end with a semicolon.
            if position == bytes.count { break }
            guard let parameter = Self.parameter(bytes, at: &position),
                !names.contains(parameter.name)
            else { return nil }
            names.append(parameter.name)
            values.append(parameter.value)
            position = Self.skipBlanks(bytes, from: position)
        }
    }

    /// The parameter of that (lower-case) name.
    package subscript(name: String) -> String? {
        names.firstIndex(of: name).map { values[$0] }
    }

    private static func value(_ bytes: Span<UInt8>) -> String? {
        var end = bytes.count
        while end > 0, ASCII.isBlank(bytes[end - 1]) { end -= 1 }
        guard end > 0 else { return nil }
        var value: [UInt8] = []
        for index in 0..<end {
            guard ASCII.isToken(bytes[index]) || bytes[index] == UInt8(ascii: "/") else {
                return nil
            }
            value.append(ASCII.lowercased(bytes[index]))
        }
        return String(validating: value)
    }

    private static func parameter(
        _ bytes: Span<UInt8>, at position: inout Int
    ) -> (name: String, value: String)? {
        var name: [UInt8] = []
        while position < bytes.count, ASCII.isToken(bytes[position]) {
            name.append(ASCII.lowercased(bytes[position]))
            position += 1
        }
        guard !name.isEmpty, position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
            return nil
        }
        position += 1
        let isQuoted = position < bytes.count && bytes[position] == UInt8(ascii: "\"")
        let value = isQuoted ? quoted(bytes, at: &position) : token(bytes, at: &position)
        guard let value, let name = String(validating: name) else { return nil }
        return String(validating: value).map { (name, $0) }
    }

    private static func token(_ bytes: Span<UInt8>, at position: inout Int) -> [UInt8]? {
        var value: [UInt8] = []
        while position < bytes.count, ASCII.isToken(bytes[position]) {
            value.append(bytes[position])
            position += 1
        }
        return value.isEmpty ? nil : value
    }

    /// A backslash escapes a quote or itself and is an ordinary character elsewhere: browsers write
    /// it unescaped in a file's name.
    private static func quoted(_ bytes: Span<UInt8>, at position: inout Int) -> [UInt8]? {
        var value: [UInt8] = []
        position += 1
        while position < bytes.count {
            var byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return value }
            if byte == UInt8(ascii: "\\"), position < bytes.count,
                bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "\\")
            {
                byte = bytes[position]
                position += 1
            }
            value.append(byte)
        }
        return nil
    }

    private static func skipBlanks(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while position < bytes.count, ASCII.isBlank(bytes[position]) { position += 1 }
        return position
    }
}
