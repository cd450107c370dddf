// Requests: every split reads like the whole, memory stays within the limits, and an accepted
// request means the same when it is written and read again.

import Text

@testable import Wire

/// All results of a parser, bodies joined, in a comparable form.
struct RequestTranscript: Equatable {
    struct Request: Equatable {
        let line: [String]
        let headers: Headers
        let query: [QueryItem]
        let framing: BodyFraming
        let flags: [Bool]
        var body: [UInt8] = []
        var isWhole = false

        init(_ head: RequestHead) {
            line = [head.method, head.target, head.path.string, String(head.minorVersion)]
            headers = head.headers
            query = head.query
            framing = head.framing
            flags = [head.keepAlive, head.expectsContinue]
        }
    }

    var requests: [Request] = []
    var error: HTTPError?

    init(_ pieces: [[UInt8]], limits: HTTPLimits) {
        var parser = RequestParser(limits: limits)
        do throws(HTTPError) {
            for piece in pieces {
                parser.append(piece)
                while let part = try parser.next() { add(part, limits) }
                // A line that is not whole yet, or a chunk's first line.
                let heldMax = max(limits.lineBytes + 2, 258)
                require(parser.bufferedBytes <= heldMax, "a parser holds one line at most")
            }
        } catch {
            self.error = error
            require(parser.bufferedBytes == 0, "a parser that failed holds nothing")
            require((400...599).contains(error.status), "a refusal has a status")
            Self.requireStillFailed(&parser, error)
        }
    }

    private mutating func add(_ part: HTTPIncoming, _ limits: HTTPLimits) {
        if case .head(let head) = part {
            requests.append(Request(head))
            let bytes = head.headers.fields.reduce(0) {
                $0 + $1.name.utf8.count + $1.value.utf8.count
            }
            require(bytes <= limits.headBytes + limits.targetBytes, "headers fit the head's limit")
            return
        }
        guard var last = requests.popLast() else { return require(false, "a head comes first") }
        require(!last.isWhole, "a body belongs to the newest head")
        switch part {
        case .head: break
        case .body(let data): last.body += data
        case .end: last.isWhole = true
        }
        require(last.body.count <= limits.bodyBytes, "a body keeps to its limit")
        requests.append(last)
    }

    private static func requireStillFailed(_ parser: inout RequestParser, _ error: HTTPError) {
        parser.append(Array("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8))
        do throws(HTTPError) {
            _ = try parser.next()
            require(false, "a parser that failed stays so")
        } catch let second {
            require(second == error, "a parser that failed says the same again")
        }
    }
}

enum RequestFuzz {
    private static let small = HTTPLimits(
        headBytes: 256, headerCount: 6, lineBytes: 96, targetBytes: 48, bodyBytes: 64)

    @Sendable static func head(_ bytes: [UInt8]) {
        for limits in [HTTPLimits(), small] {
            let whole = compareSplits(of: bytes, limits)
            for request in whole.requests { requireSameAgain(request) }
        }
    }

    @Sendable static func chunkedBody(_ bytes: [UInt8]) {
        let head = Array("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        for limits in [HTTPLimits(), HTTPLimits(bodyBytes: 64)] {
            let whole = compareSplits(of: head + bytes, limits)
            guard let first = whole.requests.first, first.isWhole else { continue }
            requireSameBody(first.body, after: head)
        }
    }

    private static func compareSplits(of bytes: [UInt8], _ limits: HTTPLimits) -> RequestTranscript
    {
        var pieces = Pieces(for: bytes)
        let whole = RequestTranscript([bytes], limits: limits)
        let split = RequestTranscript(pieces.cut(bytes), limits: limits)
        require(whole == split, "splits change nothing: \(whole) or \(split)")
        return whole
    }

    /// The head, written from its parsed form, parses to the same form.
    private static func requireSameAgain(_ request: RequestTranscript.Request) {
        let bytes = written(request)
        let wide = HTTPLimits(headBytes: 1 << 20, lineBytes: 1 << 19)
        let again = RequestTranscript([bytes], limits: wide)
        let text = String(decoding: bytes, as: UTF8.self)
        guard let second = again.requests.first else {
            return require(false, "an accepted head is accepted again: \(text)")
        }
        let isSame =
            second.line == request.line && second.headers == request.headers
            && second.query == request.query && second.framing == request.framing
            && second.flags == request.flags
        require(isSame, "an accepted head means the same again: \(text)")
    }

    /// In a value that was not UTF-8 the parser has put question marks for bytes outside ASCII; a
    /// byte that no UTF-8 contains goes back in their place.
    private static func written(_ request: RequestTranscript.Request) -> [UInt8] {
        let line = "\(request.line[0]) \(request.line[1]) HTTP/1.\(request.line[3])\r\n"
        var bytes = Array(line.utf8)
        for field in request.headers.fields {
            bytes += "\(field.name): ".utf8
            bytes += field.value.utf8.map { field.isText || $0 != UInt8(ascii: "?") ? $0 : 0xFF }
            bytes += "\r\n".utf8
        }
        return bytes + "\r\n".utf8
    }

    /// The body, split and framed again, is unchanged.
    private static func requireSameBody(_ body: [UInt8], after head: [UInt8]) {
        var pieces = Pieces(for: body)
        var bytes = head
        for piece in pieces.cut(body) { ChunkedEncoder.append(piece, to: &bytes) }
        ChunkedEncoder.finish(&bytes)
        let again = RequestTranscript([bytes], limits: HTTPLimits())
        require(again.requests.first?.isWhole == true, "our own chunks are read to the end")
        require(again.requests.first?.body == body, "our own chunks carry the body")
    }
}
