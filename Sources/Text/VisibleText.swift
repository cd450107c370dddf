// Escapes foreign text for a log line or a terminal.

/// Shows a character that ends a line, controls a terminal or turns the direction of writing as its
/// number.
package enum VisibleText {
    /// `text`, which is UTF-8, with such characters as `\u009b`; those beyond U+FFFF as two such
    /// numbers. All else is unchanged. For a line of escaped JSON the result is the same JSON.
    package static func escaped(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(where: { $0 &- 0x20 >= 0x5F }) else { return text }
        var escaped: [UInt8] = []
        escaped.reserveCapacity(text.count + 16)
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            if scalar.breaksLine {
                for unit in String(scalar).utf16 { appendNumber(unit, to: &escaped) }
            } else {
                escaped.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        return escaped
    }

    private static func appendNumber(_ unit: UInt16, to text: inout [UInt8]) {
        let digits = String(unit, radix: 16)
        text.append(contentsOf: "\\u".utf8)
        text.append(contentsOf: String(repeating: "0", count: 4 - digits.utf8.count).utf8)
        text.append(contentsOf: digits.utf8)
    }
}

extension String {
    /// The text on one line, with line breaks and direction marks escaped.
    package var visible: String {
        String(decoding: VisibleText.escaped(Array(utf8)), as: UTF8.self)
    }
}
