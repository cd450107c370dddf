// Encodes the status line and headers of our responses. Values often carry foreign text (file
// names, origins), so no character of theirs can end a line.

package struct ResponseHead: Sendable {
    package let status: Int
    package private(set) var headers: [(String, String)]

    package init(status: Int, headers: [(String, String)] = []) {
        self.status = status
        self.headers = headers
    }

    package mutating func add(_ name: String, _ value: String) {
        headers.append((name, value))
    }

    /// Appends the whole head with the empty line. CR, LF and NUL in names and values are left out.
    package func encode(into bytes: inout [UInt8]) {
        bytes.append("HTTP/1.1 ".utf8.span)
        Decimal.append(Int64(status), to: &bytes)
        bytes.append(UInt8(ascii: " "))
        bytes.append(StatusReason.phrase(status).utf8.span)
        bytes.append("\r\n".utf8.span)
        for (name, value) in headers {
            Self.append(name, to: &bytes)
            bytes.append(": ".utf8.span)
            Self.append(value, to: &bytes)
            bytes.append("\r\n".utf8.span)
        }
        bytes.append("\r\n".utf8.span)
    }

    /// For names and values alike.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        let span = text.utf8.span
        var isClean = true
        for index in span.indices where span[index] <= 0x0D { isClean = false }
        if isClean { return bytes.append(span) }
        bytes.append(contentsOf: text.utf8.filter { $0 != 0x0D && $0 != 0x0A && $0 != 0x00 })
    }
}

package enum StatusReason {
    /// The usual reason phrase of a status code; empty for a code we do not send.
    package static func phrase(_ status: Int) -> String {
        switch status {
        case 100: "Continue"
        case 101: "Switching Protocols"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 416: "Range Not Satisfiable"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 428: "Precondition Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        case 507: "Insufficient Storage"
        default: ""
        }
    }
}
