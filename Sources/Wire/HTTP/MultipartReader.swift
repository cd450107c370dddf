// Parses a multipart/form-data body (RFC 7578, RFC 2046 §5.1) into its parts, piece by piece. The
// caller pulls, as from RequestParser. The result never depends on how the bytes were split, and
// the reader holds no more than one line or one boundary.

package enum MultipartEvent: Sendable, Equatable {
    case begin(FormPart)
    /// A piece of the part's content; the cuts have no meaning.
    case data([UInt8])
    case end
}

package struct MultipartReader {
    private enum State {
        /// Before the first boundary.
        case start
        /// Directly after a boundary.
        case boundary
        case head(HeadReader)
        case content
        /// After the last boundary: the rest is ignored (RFC 2046 §5.1.1).
        case finished
        case failed(HTTPError)
    }

    /// `\r\n--` and the boundary.
    private let delimiter: [UInt8]
    private var input = InputBuffer()
    private var state = State.start
    private var partCount = 0
    private var paddingBytes = 0

    /// Our forms have a field or two.
    private static let partsMax = 16
    private static let paddingBytesMax = 64
    /// Room for a percent-encoded name of 255 bytes and the rest of a part's head.
    private static let limits = HTTPLimits(headBytes: 8192, headerCount: 16, lineBytes: 4096)

    /// For the `Content-Type` of a request; throws unless it is a form with a boundary of 1 to 70
    /// characters.
    package init(contentType: String?) throws(HTTPError) {
        guard let type = contentType.flatMap(ParameterizedValue.init),
            type.value == "multipart/form-data"
        else {
            throw HTTPError(status: 415, reason: "the body must be multipart/form-data")
        }
        guard let boundary = type["boundary"], Self.isBoundary(boundary.utf8.span) else {
            throw .badRequest("multipart/form-data needs a boundary of 1 to 70 characters")
        }
        delimiter = Array("\r\n--\(boundary)".utf8)
    }

    private static func isBoundary(_ text: Span<UInt8>) -> Bool {
        guard (1...70).contains(text.count), text[text.count - 1] != 0x20 else { return false }
        for index in text.indices where text[index] < 0x20 || text[index] > 0x7E { return false }
        return true
    }

    package mutating func append(_ bytes: [UInt8]) {
        // Bytes after the last boundary are not kept.
        if case .finished = state { return }
        input.append(bytes.span)
    }

    /// Received bytes that are not part of anything returned yet.
    package var bufferedBytes: Int { input.count }

    /// Whether the last boundary has arrived: a body that ends before it was cut off.
    package var isFinished: Bool { if case .finished = state { true } else { false } }

    /// The next event, or nil when more bytes are needed. After an error it throws the same again.
    package mutating func next() throws(HTTPError) -> MultipartEvent? {
        do throws(HTTPError) {
            return try advance()
        } catch {
            state = .failed(error)
            input = InputBuffer()
            throw error
        }
    }

    private mutating func advance() throws(HTTPError) -> MultipartEvent? {
        while true {
            switch state {
            case .failed(let error): throw error
            case .finished:
                input = InputBuffer()
                return nil
            case .start: guard try skipFirstBoundary() else { return nil }
            case .boundary: guard try readBoundaryEnd() else { return nil }
            case .head(let reader):
                guard let part = try readHead(reader) else { return nil }
                return .begin(part)
            case .content: return readContent()
            }
        }
    }

    /// Skips the first boundary. At most one line break may come before it, and nothing else in a
    /// form.
    private mutating func skipFirstBoundary() throws(HTTPError) -> Bool {
        let delimiter = delimiter
        let start = input.withFirst(1) { $0.first == 0x0D } ? 0 : 2
        let length = delimiter.count - start
        let isMatch = input.withFirst(length) { bytes in
            bytes.indices.allSatisfy { bytes[$0] == delimiter[start + $0] }
        }
        guard isMatch else { throw .badRequest("the body must begin with its boundary") }
        guard input.count >= length else { return false }
        input.consume(length)
        state = .boundary
        return true
    }

    /// Reads `--` after the last boundary; else blanks and a line end.
    private mutating func readBoundaryEnd() throws(HTTPError) -> Bool {
        while input.withFirst(1, { $0.first.map(ASCII.isBlank) ?? false }) {
            input.consume(1)
            paddingBytes += 1
            guard paddingBytes <= Self.paddingBytesMax else { throw Self.badBoundary }
        }
        let ends = input.withFirst(2) { bytes in
            (
                isLine: bytes.count > 0 && bytes[0] == 0x0D
                    && (bytes.count < 2 || bytes[1] == 0x0A),
                isLast: bytes.count > 0 && bytes[0] == 0x2D && (bytes.count < 2 || bytes[1] == 0x2D)
            )
        }
        guard !input.isEmpty else { return false }
        guard ends.isLine || ends.isLast && paddingBytes == 0 else { throw Self.badBoundary }
        guard input.count >= 2 else { return false }
        input.consume(2)
        paddingBytes = 0
        state = ends.isLast ? .finished : .head(HeadReader())
        return true
    }

    private static let badBoundary = HTTPError.badRequest("text follows a boundary")

    private mutating func readHead(_ reader: HeadReader) throws(HTTPError) -> FormPart? {
        var reader = reader
        let headers: Headers?
        do throws(HTTPError) {
            headers = try reader.headers(from: &input, limits: Self.limits)
        } catch {
            // The limits of a request's head have their own statuses; those of a part do not.
            throw .badRequest("in a part of the form, \(error.reason)")
        }
        guard let headers else {
            state = .head(reader)
            return nil
        }
        partCount += 1
        guard partCount <= Self.partsMax else {
            throw .badRequest("the form has more than \(Self.partsMax) parts")
        }
        let part = try FormPart(headers)
        state = .content
        return part
    }

    private mutating func readContent() -> MultipartEvent? {
        let (length, isWhole) = contentLength()
        if length > 0 { return .data(input.take(length)) }
        guard isWhole else { return nil }
        input.consume(delimiter.count)
        state = .boundary
        return .end
    }

    /// How many bytes are certainly content, and whether the delimiter follows them.
    private func contentLength() -> (length: Int, isWhole: Bool) {
        let delimiter = delimiter
        return input.withFirst(input.count) { bytes in
            var start = 0
            while let candidate = bytes.index(of: 0x0D, from: start, before: bytes.count) {
                let count = min(delimiter.count, bytes.count - candidate)
                var matched = 1
                while matched < count, bytes[candidate + matched] == delimiter[matched] {
                    matched += 1
                }
                if matched == count { return (candidate, count == delimiter.count) }
                start = candidate + 1
            }
            return (bytes.count, false)
        }
    }
}
