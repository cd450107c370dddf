// Answers for those with whom no HTTP session is begun.

import Wire

package enum PlainHTTPAnswer {
    /// What a browser hears that speaks plain HTTP to a hub with TLS.
    package static let needsTLS = bytes(
        .problem(status: 400, "This port speaks TLS: use https:// and wss://."))

    /// The process has no descriptor left to keep the connection with.
    static let noDescriptors = bytes(
        .problem(status: 503, "The hub holds all the connections it may; try again.")
            .with("Retry-After", "2"))

    private static func bytes(_ response: Response) -> [UInt8] {
        var head = ResponseHead(status: response.status, headers: response.headers)
        head.add("Content-Length", "\(response.body.count)")
        head.add("Connection", "close")
        var bytes: [UInt8] = []
        head.encode(into: &bytes)
        return bytes + response.body
    }
}
