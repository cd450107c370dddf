// Strings and numbers of the JSON reader. The text has been validated as UTF-8 before these run.

extension JSONReader {
    /// Reads from the opening quote to after the closing one.
    mutating func string(_ bytes: Span<UInt8>) throws(JSONError) -> String {
        offset += 1
        let start = offset
        let end = PlainRun.end(in: bytes, from: start)
        guard end < bytes.count else { throw unterminated(bytes) }
        guard bytes[end] == UInt8(ascii: "\"") else {
            offset = end
            return try escapedString(bytes, after: start..<end)
        }
        offset = end + 1
        return text(bytes.extracting(start..<end))
    }

    private func text(_ bytes: Span<UInt8>) -> String {
        // SAFETY: the whole text has been validated, by `parse` or by its caller. A quote or a backslash cannot be inside a
        // code point, so a run between two is UTF-8 too, and so are runs joined with decoded
        // escapes.
        String(copying: unsafe UTF8Span(unchecked: bytes))
    }

    private mutating func unterminated(_ bytes: Span<UInt8>) -> JSONError {
        offset = bytes.count
        return error("the string has no end")
    }

    /// The slow path: a copy with decoded escapes.
    private mutating func escapedString(
        _ bytes: Span<UInt8>, after plain: Range<Int>
    ) throws(JSONError) -> String {
        var unescaped = bytes.extracting(plain).array()
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return text(unescaped.span)
            case UInt8(ascii: "\\"):
                try escape(bytes, into: &unescaped)
            case 0..<0x20:
                throw error("a control character in a string must be escaped")
            default:
                let end = PlainRun.end(in: bytes, from: offset)
                unescaped.append(bytes.extracting(offset..<end))
                offset = end
            }
        }
        throw unterminated(bytes)
    }

    private mutating func escape(
        _ bytes: Span<UInt8>, into unescaped: inout [UInt8]
    ) throws(JSONError) {
        guard offset + 1 < bytes.count else { throw unterminated(bytes) }
        let plain: UInt8
        switch bytes[offset + 1] {
        case UInt8(ascii: "u"): return try unicodeEscape(bytes, into: &unescaped)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = bytes[offset + 1]
        case UInt8(ascii: "n"): plain = 0x0A
        case UInt8(ascii: "t"): plain = 0x09
        case UInt8(ascii: "r"): plain = 0x0D
        case UInt8(ascii: "b"): plain = 0x08
        case UInt8(ascii: "f"): plain = 0x0C
        default: throw error("unknown escape in a string")
        }
        unescaped.append(plain)
        offset += 2
    }

    private mutating func unicodeEscape(
        _ bytes: Span<UInt8>, into unescaped: inout [UInt8]
    ) throws(JSONError) {
        let start = offset
        let first = try codeUnit(bytes)
        var value = UInt32(first)
        if UTF16.isLeadSurrogate(first) {
            // RFC 8259 §8.2: unpaired surrogates are not valid text.
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
                let second = try? codeUnit(bytes), UTF16.isTrailSurrogate(second)
            else { throw JSONError(offset: start, reason: "a surrogate stands alone") }
            value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw JSONError(offset: start, reason: "a surrogate stands alone")
        }
        Self.append(scalar, to: &unescaped)
    }

    /// Encoded here, as `UTF8.encode` takes five times as long.
    private static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        func append(_ bits: UInt32) { bytes.append(UInt8(truncatingIfNeeded: bits)) }
        let value = scalar.value
        guard value >= 0x80 else { return append(value) }
        if value < 0x800 {
            append(0xC0 | value >> 6)
        } else {
            if value < 0x10000 {
                append(0xE0 | value >> 12)
            } else {
                append(0xF0 | value >> 18)
                append(0x80 | value >> 12 & 0x3F)
            }
            append(0x80 | value >> 6 & 0x3F)
        }
        append(0x80 | value & 0x3F)
    }

    /// Reads `\uXXXX`, the backslash included.
    private mutating func codeUnit(_ bytes: Span<UInt8>) throws(JSONError) -> UInt16 {
        guard offset + 6 <= bytes.count, bytes[offset + 1] == UInt8(ascii: "u") else {
            throw error("four hexadecimal digits were expected after \\u")
        }
        var unit: UInt16 = 0
        for place in (offset + 2)..<(offset + 6) {
            guard let digit = ASCII.hexValue(bytes[place]) else {
                throw error("four hexadecimal digits were expected after \\u")
            }
            unit = unit << 4 | UInt16(digit)
        }
        offset += 6
        return unit
    }

    /// RFC 8259 §6. An integer too large for `Int` becomes the nearest double; a number too large
    /// for a double is refused rather than made infinite.
    mutating func number(_ bytes: Span<UInt8>) throws(JSONError) -> JSON {
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
