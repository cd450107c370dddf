// Finds the end of a message's body (RFC 9112 §6). Whatever two readers of the same bytes might
// read differently is an error here: request smuggling needs such a difference.

import Text

package enum BodyFraming: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
}

extension BodyFraming {
    /// The framing of a request, or of a response that may have a body; nil when no field states
    /// it.
    static func stated(by headers: Headers, minorVersion: Int) throws(HTTPError) -> BodyFraming? {
        let lengths = headers.all("content-length")
        let codings = headers.all("transfer-encoding")
        if codings.isEmpty {
            guard !lengths.isEmpty else { return nil }
            guard lengths.count == 1, let length = Decimal.parse(lengths[0]) else {
                throw .badRequest("Content-Length must be one number of at most 18 digits")
            }
            return .length(length)
        }
        guard lengths.isEmpty else {
            throw .badRequest("Transfer-Encoding and Content-Length exclude each other")
        }
        guard minorVersion == 1 else {
            throw .badRequest("Transfer-Encoding needs HTTP/1.1")
        }
        guard codings.count == 1 else {
            throw .badRequest("Transfer-Encoding must come once")
        }
        guard ASCII.equalsIgnoringCase(codings[0], "chunked") else {
            // RFC 9112 section 6.1 suggests 501; for a sender of two codings the result is the
            // same.
            throw .badRequest("the only transfer coding is chunked")
        }
        return .chunked
    }
}
