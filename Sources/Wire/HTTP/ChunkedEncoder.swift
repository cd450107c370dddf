// The chunked transfer coding (RFC 9112 §7.1) for answers whose length is not known when they
// begin.

package enum ChunkedEncoder {
    private static let hexDigits: [UInt8] = Array("0123456789abcdef".utf8)

    /// Appends `chunk` with its framing. An empty one is left out: on the wire it would end the
    /// body.
    package static func append(_ chunk: Span<UInt8>, to bytes: inout [UInt8]) {
        guard !chunk.isEmpty else { return }
        appendHex(chunk.count, to: &bytes)
        bytes.append("\r\n".utf8.span)
        bytes.append(chunk)
        bytes.append("\r\n".utf8.span)
    }

    package static func append(_ chunk: [UInt8], to bytes: inout [UInt8]) {
        append(chunk.span, to: &bytes)
    }

    /// Ends the body, without trailers.
    package static func finish(_ bytes: inout [UInt8]) {
        bytes.append("0\r\n\r\n".utf8.span)
    }

    private static func appendHex(_ count: Int, to bytes: inout [UInt8]) {
        var shift = 0
        while count >> (shift + 4) != 0 { shift += 4 }
        while shift >= 0 {
            bytes.append(hexDigits[count >> shift & 0xF])
            shift -= 4
        }
    }
}
