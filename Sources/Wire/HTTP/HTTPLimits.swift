// Limits of one HTTP message, and the error for a refused message.

package struct HTTPLimits: Sendable {
    /// Start line and headers together, line ends included; 431 above it. Trailers have the same
    /// limit.
    package var headBytes: Int
    /// 431 above it.
    package var headerCount: Int
    /// One line without its end; above it 414 for the request line, else 431.
    package var lineBytes: Int
    /// 414 above it.
    package var targetBytes: Int
    /// 413 above it. A route may set its own once it has the head.
    package var bodyBytes: Int

    package init(
        headBytes: Int = 16384, headerCount: Int = 100, lineBytes: Int = 8192,
        targetBytes: Int = 4096, bodyBytes: Int = 1 << 20
    ) {
        self.headBytes = headBytes
        self.headerCount = headerCount
        self.lineBytes = lineBytes
        self.targetBytes = targetBytes
        self.bodyBytes = bodyBytes
    }
}

/// Why a message was refused. The connection cannot be used afterwards: the start of the next
/// message is unknown.
package struct HTTPError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Status of the answer, if the peer is a client.
    package let status: Int
    /// Plain text for the answer and the log; it quotes nothing of what the peer sent.
    package let reason: String

    package init(status: Int, reason: String) {
        self.status = status
        self.reason = reason
    }

    static func badRequest(_ reason: String) -> HTTPError { HTTPError(status: 400, reason: reason) }

    package var description: String { "\(status) \(reason)" }
}
