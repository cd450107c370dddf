// Parses the bytes of a connection into requests (RFC 9112). The caller pulls: it appends received
// bytes and calls `next()` until that returns nil. The result never depends on how the bytes were
// split.

package enum HTTPIncoming: Sendable {
    case head(RequestHead)
    /// A piece of the body; the cuts have no meaning.
    case body([UInt8])
    case end
}

package struct RequestParser {
    private enum State {
        case requestLine(HeadReader)
        case headers(RequestLine, HeadReader)
        case body(BodyReader)
        case failed(HTTPError)
    }

    private let limits: HTTPLimits
    private var input = InputBuffer()
    private var state = State.requestLine(HeadReader())
    private var bodyLimit: Int
    private var emptyLines = 0

    /// RFC 9112 §2.2: some old clients send a CRLF after a body. More than these are refused.
    private static let emptyLinesMax = 4

    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
        bodyLimit = limits.bodyBytes
    }

    /// Received bytes that are not part of anything returned yet.
    package var bufferedBytes: Int { input.count }

    /// No request is in progress: the time limit for a head does not run, and the connection may be
    /// closed at any time.
    package var isIdle: Bool {
        if case .requestLine = state { input.isEmpty } else { false }
    }

    package mutating func append(_ bytes: Span<UInt8>) { input.append(bytes) }

    package mutating func append(_ bytes: [UInt8]) { append(bytes.span) }

    /// Sets the body limit of the request whose head was just returned; the next request has the
    /// default again.
    package mutating func setBodyLimit(_ bytes: Int) { bodyLimit = bytes }

    /// Returns the unparsed rest for the protocol after an upgrade; the parser starts over.
    package mutating func takeUnparsed() -> [UInt8] {
        let rest = input.take(input.count)
        self = RequestParser(limits: limits)
        return rest
    }

    /// The next part of a request, or nil when more bytes are needed. After an error it throws the
    /// same again: the caller answers and closes.
    package mutating func next() throws(HTTPError) -> HTTPIncoming? {
        do {
            return try advance()
        } catch {
            state = .failed(error)
            input = InputBuffer()
            throw error
        }
    }

    private mutating func advance() throws(HTTPError) -> HTTPIncoming? {
        while true {
            switch state {
            case .failed(let error):
                throw error
            case .requestLine(let reader):
                guard try readRequestLine(reader) else { return nil }
            case .headers(let line, let reader):
                guard let head = try readHeaders(line, reader) else { return nil }
                state = .body(BodyReader(head.framing))
                return .head(head)
            case .body(var body):
                let part = try body.next(from: &input, limit: bodyLimit, limits: limits)
                state = .body(body)
                switch part {
                case nil: return nil
                case .data(let data): return .body(data)
                case .end:
                    begin()
                    return .end
                }
            }
        }
    }

    private mutating func begin() {
        state = .requestLine(HeadReader())
        bodyLimit = limits.bodyBytes
        emptyLines = 0
    }

    /// False when more bytes are needed.
    private mutating func readRequestLine(_ reader: HeadReader) throws(HTTPError) -> Bool {
        var reader = reader
        let targetBytesMax = limits.targetBytes
        let line = try reader.line(.start, from: &input, limits: limits) { line throws(HTTPError) in
            line.isEmpty ? nil : try RequestLine(line, targetBytesMax: targetBytesMax)
        }
        guard let line else { return false }
        guard let requestLine = line else {
            emptyLines += 1
            guard emptyLines <= Self.emptyLinesMax else {
                throw .badRequest("a request line was expected")
            }
            return true
        }
        state = .headers(requestLine, reader)
        return true
    }

    private mutating func readHeaders(
        _ line: RequestLine, _ reader: HeadReader
    ) throws(HTTPError) -> RequestHead? {
        var reader = reader
        guard let headers = try reader.headers(from: &input, limits: limits) else {
            state = .headers(line, reader)
            return nil
        }
        return try RequestHead(line: line, headers: headers)
    }
}
