// `method SP request-target SP HTTP-version` (RFC 9112 §3), with single spaces.

struct RequestLine {
    let method: String
    let target: String
    let minorVersion: Int

    /// Longer than any registered method.
    private static let methodBytesMax = 32

    /// `line` excludes its CRLF.
    init(_ line: Span<UInt8>, targetBytesMax: Int) throws(HTTPError) {
        var methodEnd = 0
        while methodEnd < line.count, ASCII.isToken(line[methodEnd]) { methodEnd += 1 }
        guard methodEnd > 0, methodEnd <= Self.methodBytesMax,
            methodEnd < line.count, line[methodEnd] == 0x20
        else { throw .badRequest("the request line must begin with a method") }

        let targetStart = methodEnd + 1
        var targetEnd = targetStart
        while targetEnd < line.count, (0x21...0x7E).contains(line[targetEnd]) { targetEnd += 1 }
        guard targetEnd - targetStart <= targetBytesMax else {
            throw HTTPError(status: 414, reason: "the request target is too long")
        }
        guard targetEnd > targetStart, targetEnd < line.count, line[targetEnd] == 0x20 else {
            throw .badRequest("the request line must be method, target and version")
        }
        method = Self.text(line.extracting(0..<methodEnd))
        target = Self.text(line.extracting(targetStart..<targetEnd))
        minorVersion = try HTTPVersion.minor(line.extracting((targetEnd + 1)..<line.count))
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        String(validating: bytes) ?? ""
    }
}

enum HTTPVersion {
    /// The minor version of HTTP/1.0 and HTTP/1.1, the only accepted versions.
    static func minor(_ bytes: Span<UInt8>) throws(HTTPError) -> Int {
        let text = String(validating: bytes) ?? ""
        if text == "HTTP/1.1" { return 1 }
        if text == "HTTP/1.0" { return 0 }
        guard bytes.count == 8, text.hasPrefix("HTTP/"), ASCII.isDigit(bytes[5]),
            bytes[6] == UInt8(ascii: "."), ASCII.isDigit(bytes[7])
        else { throw .badRequest("the HTTP version is malformed") }
        throw HTTPError(status: 505, reason: "only HTTP/1.0 and HTTP/1.1 are supported")
    }
}
