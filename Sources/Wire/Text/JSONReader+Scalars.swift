// Strings and numbers of the JSON reader. JSONReader+Escapes decodes strings with escapes. The text
// has been validated as UTF-8 before these run.

import Text

extension JSONReader {
    /// Reads from the opening quote to after the closing one.
    mutating func string(_ bytes: Span<UInt8>) throws(JSONError) -> String {
        offset += 1
        let start = offset
        let end = PlainRun.end(in: bytes, from: start)
        guard end < bytes.count else { throw unterminated(bytes) }
        guard bytes[end] == UInt8(ascii: "\"") else {
            offset = end
            return try unescaped(bytes, after: start..<end)
        }
        offset = end + 1
        return text(bytes.extracting(start..<end))
    }

    func text(_ bytes: Span<UInt8>) -> String {
        // SAFETY: the whole text has been validated, by `parse` or by its caller. A quote or a
        // backslash cannot be inside a code point, so a run between two is UTF-8 too, and so are
        // runs joined with decoded escapes.
        String(copying: unsafe UTF8Span(unchecked: bytes))
    }

    static let unterminated = "the string has no end"

    mutating func unterminated(_ bytes: Span<UInt8>) -> JSONError {
        offset = bytes.count
        return error(Self.unterminated)
    }

    /// RFC 8259 §6. An integer too large for `Int` becomes the nearest double; a number too large
    /// for a double is refused rather than made infinite.
    mutating func number(_ bytes: Span<UInt8>) throws(JSONError) -> Tree {
        let start = offset
        let isNegative = bytes[offset] == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        guard offset < bytes.count, ASCII.isDigit(bytes[offset]) else {
            throw error("a digit was expected")
        }
        var whole: Int? = 0
        if bytes[offset] == UInt8(ascii: "0") {
            offset += 1
            if offset < bytes.count, ASCII.isDigit(bytes[offset]) {
                throw error("a number must not start with a zero")
            }
        } else {
            while offset < bytes.count, ASCII.isDigit(bytes[offset]) {
                whole = Self.appending(Int(bytes[offset] - 0x30), to: whole, isNegative: isNegative)
                offset += 1
            }
        }
        let hasFraction = try fraction(bytes)
        let hasExponent = try exponent(bytes)
        if let whole, !hasFraction, !hasExponent { return .int(whole) }
        guard let value = Double(text(bytes.extracting(start..<offset))), value.isFinite else {
            throw JSONError(offset: start, reason: "the number is too large")
        }
        return .double(value)
    }

    /// Counts downwards for negative numbers, as `Int.min` has no positive twin.
    private static func appending(_ digit: Int, to whole: Int?, isNegative: Bool) -> Int? {
        guard let whole else { return nil }
        let (tens, tensOverflow) = whole.multipliedReportingOverflow(by: 10)
        let (sum, sumOverflow) = tens.addingReportingOverflow(isNegative ? -digit : digit)
        return tensOverflow || sumOverflow ? nil : sum
    }

    private mutating func fraction(_ bytes: Span<UInt8>) throws(JSONError) -> Bool {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: ".") else { return false }
        offset += 1
        try digits(bytes)
        return true
    }

    private mutating func exponent(_ bytes: Span<UInt8>) throws(JSONError) -> Bool {
        guard offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") else { return false }
        offset += 1
        if offset < bytes.count,
            bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-")
        {
            offset += 1
        }
        try digits(bytes)
        return true
    }

    private mutating func digits(_ bytes: Span<UInt8>) throws(JSONError) {
        guard offset < bytes.count, ASCII.isDigit(bytes[offset]) else {
            throw error("a digit was expected")
        }
        while offset < bytes.count, ASCII.isDigit(bytes[offset]) { offset += 1 }
    }
}
