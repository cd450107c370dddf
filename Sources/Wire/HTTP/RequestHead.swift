// Head of a request, checked and parsed.

package import Text

package struct RequestHead: Sendable {
    package let method: String
    /// The target as sent.
    package let target: String
    /// Percent-decoded once; begins with `/` (or is `*`), and has no `..` segment, backslash or
    /// control character.
    package private(set) var path: ExactText
    /// Percent- and plus-decoded, in order.
    package let query: [QueryItem]
    /// 0 or 1, of HTTP/1.
    package let minorVersion: Int
    package let headers: Headers
    /// Whether the peer wants to keep the connection after the answer.
    package let keepAlive: Bool
    package let framing: BodyFraming
    /// The peer waits for `100 Continue` before it sends the body.
    package let expectsContinue: Bool

    /// The same request with another path.
    package func moved(to path: ExactText) -> RequestHead {
        var head = self
        head.path = path
        return head
    }

    init(line: RequestLine, headers received: Headers) throws(HTTPError) {
        let target = try RequestTarget(line.target, method: line.method)
        let headers = try Self.withOneHost(received, line: line, authority: target.authority)
        method = line.method
        self.target = line.target
        path = ExactText(target.path)
        query = target.query
        minorVersion = line.minorVersion
        self.headers = headers
        framing = try BodyFraming.stated(by: headers, minorVersion: line.minorVersion) ?? .none
        keepAlive = headers.keepAlive(minorVersion: line.minorVersion)
        expectsContinue =
            line.minorVersion == 1 && framing != .none && framing != .length(0)
            && headers.has("100-continue", in: "expect")
    }

    /// The first value of that name in the query.
    package func queryValue(_ name: ExactText) -> String? {
        query.first { $0.name == name }?.value
    }

    /// RFC 9112 §3.2: exactly one Host in HTTP/1.1; an authority in the target overrides it
    /// (§3.2.2).
    private static func withOneHost(
        _ headers: Headers, line: RequestLine, authority: String?
    ) throws(HTTPError) -> Headers {
        let hosts = headers.all("host")
        guard hosts.count == 1 || hosts.isEmpty && line.minorVersion == 0 else {
            throw .badRequest("a request needs exactly one Host")
        }
        if let host = hosts.first, !RequestTarget.isHost(host.utf8.span) {
            throw .badRequest("Host is not a host name")
        }
        guard let authority else { return headers }
        var fields = headers.fields.filter { $0.name != "host" }
        fields.append(Headers.Field(name: "host", value: authority))
        return Headers(fields: fields)
    }
}
