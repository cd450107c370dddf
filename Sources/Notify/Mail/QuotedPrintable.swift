// Encodes text as ASCII lines of at most 76 characters (RFC 2045 section 6.7).

enum QuotedPrintable {
    private static let lineMax = 76
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Every line end becomes CRLF.
    static func encode(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        var line: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 0x0A || byte == 0x0D {
                if byte == 0x0D, index < bytes.count, bytes[index] == 0x0A { index += 1 }
                flush(&line, to: &out)
                continue
            }
            let isLast = index == bytes.count || bytes[index] == 0x0A || bytes[index] == 0x0D
            let piece = piece(byte, isLastOfLine: isLast)
            // One character is reserved for the soft line break.
            if line.count + piece.count > lineMax - (isLast ? 0 : 1) {
                out += line + Array("=\r\n".utf8)
                line = []
            }
            line += piece
        }
        if !line.isEmpty { flush(&line, to: &out) }
        return out
    }

    private static func flush(_ line: inout [UInt8], to out: inout [UInt8]) {
        out += line
        out += [0x0D, 0x0A]
        line = []
    }

    /// White space at the end of a line would be lost in transport, so it is encoded.
    private static func piece(_ byte: UInt8, isLastOfLine: Bool) -> [UInt8] {
        switch byte {
        case 0x20, 0x09: if !isLastOfLine { return [byte] }
        case 0x3D: break
        case 0x21...0x7E: return [byte]
        default: break
        }
        return [0x3D, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
