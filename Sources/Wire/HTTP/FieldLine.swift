// Parses one header line into a field (RFC 9112 §5), with no leniency: requests are smuggled where
// one server trims what another keeps.

import Text

enum FieldLine {
    /// `line` excludes its CRLF.
    static func parse(_ line: Span<UInt8>) throws(HTTPError) -> Headers.Field {
        guard let first = line.first, first != 0x20, first != 0x09 else {
            throw .badRequest("a header line must not be folded")  // RFC 9112 §5.2
        }
        var colon = 0
        while colon < line.count, ASCII.isToken(line[colon]) { colon += 1 }
        guard colon > 0, colon < line.count, line[colon] == UInt8(ascii: ":") else {
            throw .badRequest("a header name must be a token right before its colon")
        }
        let range = try valueRange(line, from: colon + 1)
        let name = ExactText(lowercased(line.extracting(0..<colon)))
        if let value = String(validating: line.extracting(range)) {
            return Headers.Field(name: name, value: value)
        }
        guard !isUnderstood(name) else { throw .badRequest("a header value is not UTF-8") }
        return Headers.Field(
            name: name, value: replacing(line.extracting(range)), isText: false)
    }

    /// Whether the value must be the same text to every reader: it decides where a message ends or
    /// who calls. Other values that the hub reads, such as conditions and origins, match nothing
    /// then.
    private static func isUnderstood(_ name: ExactText) -> Bool {
        name.hasPrefix("sec-websocket-") || understood.contains(name)
    }

    private static let understood: Set<ExactText> = [
        "authorization", "connection", "content-length", "host", "transfer-encoding", "upgrade",
    ]

    /// RFC 9110 section 5.5 allows any byte from 0x80 on (obs-text), and other sites' cookies and
    /// old proxies use them. In a value that is not UTF-8 each becomes a question mark, so that no
    /// value grows; the rest is unchanged.
    private static func replacing(_ value: Span<UInt8>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(value.count)
        for index in value.indices {
            bytes.append(value[index] < 0x80 ? value[index] : UInt8(ascii: "?"))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Range of the value without surrounding white space.
    private static func valueRange(
        _ line: Span<UInt8>, from start: Int
    ) throws(HTTPError) -> Range<Int> {
        var start = start
        var end = line.count
        while start < end, ASCII.isBlank(line[start]) { start += 1 }
        while end > start, ASCII.isBlank(line[end - 1]) { end -= 1 }
        for index in start..<end {
            let byte = line[index]
            // CR, LF and NUL are the important ones; other control characters are refused too.
            guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else {
                throw .badRequest("a header value contains a control character")
            }
        }
        return start..<end
    }

    private static func lowercased(_ name: Span<UInt8>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.count)
        for index in name.indices { bytes.append(ASCII.lowercased(name[index])) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Span<UInt8> {
    var first: UInt8? { isEmpty ? nil : self[0] }
}
