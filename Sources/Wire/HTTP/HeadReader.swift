// Reads the head of a message line by line: the part that requests and responses share. Also reads
// trailers, which are a head without a start line.

struct HeadReader {
    private var fields: [Headers.Field] = []
    private var consumedBytes = 0

    /// Kinds of lines, which have different limits.
    enum Line { case start, field }

    /// The result of `parse` for the next whole line without its CRLF, or nil while the line is
    /// incomplete.
    mutating func line<Value>(
        _ kind: Line, from input: inout InputBuffer, limits: HTTPLimits,
        parse: (Span<UInt8>) throws(HTTPError) -> Value
    ) throws(HTTPError) -> Value? {
        let lineMax = limits.lineBytes + 2
        let headMax = limits.headBytes - consumedBytes
        let length: Int?
        do {
            length = try input.lineLength(max: min(lineMax, headMax))
        } catch {
            throw Self.tooLong(kind, isWholeHead: headMax < lineMax)
        }
        guard let length else { return nil }
        let value = try input.withFirst(length) { line throws(HTTPError) in
            try parse(line.extracting(0..<(try Self.lengthWithoutEnd(line))))
        }
        input.consume(length)
        consumedBytes += length
        return value
    }

    private static func tooLong(_ kind: Line, isWholeHead: Bool) -> HTTPError {
        if kind == .start, !isWholeHead {
            return HTTPError(status: 414, reason: "the first line is too long")
        }
        let part = isWholeHead ? "head" : "header line"
        return HTTPError(status: 431, reason: "the \(part) is too long")
    }

    /// RFC 9112 §2.2 lets a reader accept a bare LF as a line end. We do not, as not every reader
    /// does. (A CR elsewhere in the line breaks every line's grammar.)
    private static func lengthWithoutEnd(_ line: Span<UInt8>) throws(HTTPError) -> Int {
        guard line.count >= 2, line[line.count - 2] == 0x0D else {
            throw .badRequest("a line must end in CRLF")
        }
        return line.count - 2
    }

    /// Reads header lines up to and including the empty one; nil while that is missing.
    mutating func headers(
        from input: inout InputBuffer, limits: HTTPLimits
    ) throws(HTTPError) -> Headers? {
        while let field = try field(from: &input, limits: limits) {
            guard let field else { return Headers(fields: fields) }
            guard fields.count < limits.headerCount else {
                throw HTTPError(status: 431, reason: "more than \(limits.headerCount) headers")
            }
            fields.append(field)
        }
        return nil
    }

    /// The next field; the inner nil means the empty line.
    private mutating func field(
        from input: inout InputBuffer, limits: HTTPLimits
    ) throws(HTTPError) -> Headers.Field?? {
        try line(.field, from: &input, limits: limits) { line throws(HTTPError) in
            line.isEmpty ? nil : try FieldLine.parse(line)
        }
    }
}
