// The first line of a chunk (RFC 9112 §7.1): its size, and extensions that are checked for form and
// ignored.

struct ChunkLine {
    let size: Int
    let extensionBytes: Int

    /// `line` includes its end. Fifteen hexadecimal digits always fit an `Int`.
    init(_ line: Span<UInt8>) throws(HTTPError) {
        guard line.count >= 2, line[line.count - 2] == 0x0D else {
            throw .badRequest("a chunk's first line must end in CRLF")
        }
        let end = line.count - 2
        var size = 0
        var index = 0
        while index < end, let digit = ASCII.hexValue(line[index]) {
            guard index < 15 else { throw .badRequest("a chunk size has too many digits") }
            size = size << 4 | Int(digit)
            index += 1
        }
        guard index > 0 else { throw .badRequest("a chunk size must be hexadecimal") }
        self.size = size
        extensionBytes = end - index
        guard Self.areExtensions(line.extracting(index..<end)) else {
            throw .badRequest("a chunk extension is malformed")
        }
    }

    /// `*( ";" token [ "=" ( token / quoted-string ) ] )`, without the optional white space that
    /// the RFC calls bad.
    private static func areExtensions(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: ";") else { return false }
            index += 1
            guard skipToken(bytes, &index) else { return false }
            guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { continue }
            index += 1
            let isQuoted = index < bytes.count && bytes[index] == UInt8(ascii: "\"")
            guard isQuoted ? skipQuoted(bytes, &index) : skipToken(bytes, &index) else {
                return false
            }
        }
        return true
    }

    private static func skipToken(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool {
        let start = index
        while index < bytes.count, ASCII.isToken(bytes[index]) { index += 1 }
        return index > start
    }

    private static func skipQuoted(_ bytes: Span<UInt8>, _ index: inout Int) -> Bool {
        index += 1
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return true
            case UInt8(ascii: "\\"):
                guard index + 1 < bytes.count, (0x20...0x7E).contains(bytes[index + 1]) else {
                    return false
                }
                index += 2
            case 0x20...0x7E: index += 1
            default: return false
            }
        }
        return false
    }
}
