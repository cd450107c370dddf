// The bytes of responses.

import Wire

struct ResponseWriter {
    let worker: Worker

    /// A complete response. `exchange`: nil when no request could be read.
    func bytes(of response: Response, to exchange: HTTPExchange?, keepAlive: Bool) -> [UInt8] {
        let hasBody = response.status != 204 && response.status != 304
        let hasLength = hasBody && !response.isEndless
        var bytes: [UInt8] = []
        bytes.reserveCapacity(response.body.count + 512)
        head(
            of: response, length: hasLength ? response.body.count : nil, to: exchange,
            keepAlive: keepAlive
        ).encode(into: &bytes)
        if hasBody, exchange?.head.method != "HEAD" { bytes.append(contentsOf: response.body) }
        return bytes
    }

    /// The head of a response whose body of `length` bytes follows in pieces.
    func headBytes(
        of response: Response, length: Int, to exchange: HTTPExchange, keepAlive: Bool
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        head(of: response, length: length, to: exchange, keepAlive: keepAlive).encode(into: &bytes)
        return bytes
    }

    /// The head of a response whose body ends with the connection.
    func headBytes(_ headers: [(String, String)], to exchange: HTTPExchange) -> [UInt8] {
        var head = ResponseHead(status: 200, headers: headers + [("Connection", "close")])
        addCommonHeaders(to: &head, for: exchange)
        var bytes: [UInt8] = []
        head.encode(into: &bytes)
        return bytes
    }

    private func head(
        of response: Response, length: Int?, to exchange: HTTPExchange?, keepAlive: Bool
    ) -> ResponseHead {
        let base = worker.context.settings.basePath
        let headers =
            base.isEmpty
            ? response.headers : response.headers.map { BasePath.header($0, below: base) }
        var head = ResponseHead(status: response.status, headers: headers)
        if let length { head.add("Content-Length", "\(length)") }
        addCommonHeaders(to: &head, for: exchange)
        head.add("Connection", keepAlive ? "keep-alive" : "close")
        return head
    }

    /// `exchange`: nil when no request could be read.
    private func addCommonHeaders(to head: inout ResponseHead, for exchange: HTTPExchange?) {
        head.add("Date", worker.httpDate)
        head.add("X-Content-Type-Options", "nosniff")
        head.add("Cross-Origin-Opener-Policy", "same-origin")
        // Only with TLS of its own does the hub know that TLS is used (RFC 6797 section 7.2).
        if worker.tls != nil { head.add("Strict-Transport-Security", "max-age=31536000") }
        if let exchange {
            exchange.addHeaders(to: &head)
        } else {
            head.add("Cross-Origin-Resource-Policy", "same-origin")
        }
    }
}
