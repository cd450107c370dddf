// What a browser hears that speaks plain HTTP to a hub with TLS.

import Wire

package enum PlainHTTPAnswer {
    package static let bytes: [UInt8] = {
        let response = Response.problem(
            status: 400, "This port speaks TLS: use https:// and wss://.")
        var head = ResponseHead(status: response.status, headers: response.headers)
        head.add("Content-Length", "\(response.body.count)")
        head.add("Connection", "close")
        var bytes: [UInt8] = []
        head.encode(into: &bytes)
        return bytes + response.body
    }()
}
