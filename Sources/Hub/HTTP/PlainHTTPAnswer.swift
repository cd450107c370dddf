// Answers to peers without an HTTP session.

import Reactor
import Wire

package enum PlainHTTPAnswer {
    /// The answer to plain HTTP on a port with TLS. Made when the certificate is read, so it has no
    /// date.
    package static let needsTLS = bytes(
        .problem(status: 400, "This port speaks TLS: use https:// and wss://."), date: nil)

    /// The process has no descriptor left for the connection.
    static func noDescriptors(date: String) -> [UInt8] {
        bytes(.overload("The hub has reached its connection limit; try again later."), date: date)
    }

    private static func bytes(_ response: Response, date: String?) -> [UInt8] {
        var head = ResponseHead(status: response.status, headers: response.headers)
        head.add("Content-Length", "\(response.body.count)")
        if let date { head.add("Date", date) }
        head.add("X-Content-Type-Options", "nosniff")
        head.add("Connection", "close")
        var bytes: [UInt8] = []
        head.encode(into: &bytes)
        return bytes + response.body
    }
}
