// Client side: parses the bytes of a connection into responses, for replays and load tests. It is
// pulled like RequestParser and is as strict, except that a body may also last until the peer
// closes.

package struct IncomingResponseHead: Sendable {
    package let status: Int
    package let headers: Headers
    package let keepAlive: Bool
}

package enum HTTPIncomingResponse: Sendable {
    case head(IncomingResponseHead)
    case body([UInt8])
    case end
}

package struct ResponseParser {
    private enum State {
        case statusLine(HeadReader)
        case headers(StatusLine, HeadReader)
        case body(BodyReader)
        case failed(HTTPError)
    }

    private let limits: HTTPLimits
    private var input = InputBuffer()
    private var state = State.statusLine(HeadReader())

    /// Set before the answer to a HEAD request arrives: it has no body, whatever its headers say.
    package var answersHEAD = false

    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
    }

    package mutating func append(_ bytes: Span<UInt8>) { input.append(bytes) }

    package mutating func append(_ bytes: [UInt8]) { append(bytes.span) }

    /// No response is in progress.
    package var isIdle: Bool {
        if case .statusLine = state { input.isEmpty } else { false }
    }

    /// Returns the unparsed rest for the protocol after a 101; the parser starts over.
    package mutating func takeUnparsed() -> [UInt8] {
        let rest = input.take(input.count)
        self = ResponseParser(limits: limits)
        return rest
    }

    /// The next part of a response, or nil when more bytes are needed. Interim answers (100
    /// Continue) come like all others, as a head and an end.
    package mutating func next() throws(HTTPError) -> HTTPIncomingResponse? {
        do {
            return try advance()
        } catch {
            state = .failed(error)
            input = InputBuffer()
            throw error
        }
    }

    /// Called when the peer has closed: the end of a body that lasts until then, nil between
    /// responses, an error within one.
    package mutating func finish() throws(HTTPError) -> HTTPIncomingResponse? {
        switch state {
        case .failed(let error): throw error
        case .statusLine where input.isEmpty: return nil
        case .body(let body) where body.endsAtClose:
            state = .statusLine(HeadReader())
            return .end
        default: throw .badRequest("the connection closed within a response")
        }
    }

    private mutating func advance() throws(HTTPError) -> HTTPIncomingResponse? {
        while true {
            switch state {
            case .failed(let error):
                throw error
            case .statusLine(var reader):
                let line = try reader.line(.start, from: &input, limits: limits) {
                    line throws(HTTPError) in try StatusLine(line)
                }
                guard let line else { return nil }
                state = .headers(line, reader)
            case .headers(let line, var reader):
                guard let headers = try reader.headers(from: &input, limits: limits) else {
                    state = .headers(line, reader)
                    return nil
                }
                return .head(try begin(line, headers))
            case .body(var body):
                let part = try body.next(from: &input, limit: limits.bodyBytes, limits: limits)
                state = .body(body)
                switch part {
                case nil: return nil
                case .data(let data): return .body(data)
                case .end:
                    state = .statusLine(HeadReader())
                    return .end
                }
            }
        }
    }

    /// RFC 9112 §6.3: how the body ends, in the RFC's order.
    private mutating func begin(
        _ line: StatusLine, _ headers: Headers
    ) throws(HTTPError) -> IncomingResponseHead {
        let isBodyless =
            answersHEAD || line.status < 200 || line.status == 204 || line.status == 304
        let stated = try BodyFraming.stated(by: headers, minorVersion: line.minorVersion)
        state = .body(BodyReader(isBodyless ? BodyFraming.none : stated))
        let keepsOpen = headers.keepAlive(minorVersion: line.minorVersion)
        return IncomingResponseHead(
            status: line.status, headers: headers,
            keepAlive: keepsOpen && (isBodyless || stated != nil))
    }
}

/// `HTTP-version SP 3DIGIT SP [ reason ]` (RFC 9112 §4); the reason is dropped.
private struct StatusLine {
    let status: Int
    let minorVersion: Int

    init(_ line: Span<UInt8>) throws(HTTPError) {
        guard line.count >= 12, line[8] == 0x20, line.count == 12 || line[12] == 0x20,
            let status = Decimal.parse(line.extracting(9..<12)), status >= 100,
            line.index(of: 0x0D, from: 12, before: line.count) == nil
        else { throw .badRequest("the status line is malformed") }
        self.status = status
        minorVersion = try HTTPVersion.minor(line.extracting(0..<8))
    }
}
