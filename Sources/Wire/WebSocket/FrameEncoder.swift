// Encodes messages as frames (RFC 6455 §5.2), always whole and with the shortest length.

package enum FrameEncoder {
    /// Appends one unmasked frame, as servers send.
    ///
    /// - Parameter isCompressed: the payload is a `Deflater`'s.
    package static func append(
        _ opcode: Opcode, payload: Span<UInt8>, isCompressed: Bool = false, to bytes: inout [UInt8]
    ) {
        appendHeader(
            opcode, payloadLength: payload.count, isCompressed: isCompressed, maskBit: 0, to: &bytes
        )
        bytes.append(payload)
    }

    package static func append(_ opcode: Opcode, payload: [UInt8], to bytes: inout [UInt8]) {
        append(opcode, payload: payload.span, to: &bytes)
    }

    package static func frame(
        _ opcode: Opcode, payload: [UInt8], isCompressed: Bool = false
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 10)
        append(opcode, payload: payload.span, isCompressed: isCompressed, to: &bytes)
        return bytes
    }

    /// A close frame. The reason is cut, between characters, to the 123 bytes that fit a control
    /// frame.
    package static func close(code: CloseCode, reason: String) -> [UInt8] {
        frame(.close, payload: closePayload(code: code, reason: reason))
    }

    /// The payload of a close frame, for clients, which must mask it.
    package static func closePayload(code: CloseCode, reason: String) -> [UInt8] {
        var payload = [UInt8(code.rawValue >> 8), UInt8(truncatingIfNeeded: code.rawValue)]
        for scalar in reason.unicodeScalars {
            let encoded = Array(String(scalar).utf8)
            guard payload.count + encoded.count <= 125 else { break }
            payload.append(contentsOf: encoded)
        }
        return payload
    }

    /// Appends one masked frame, as clients must send; `key` should be unpredictable (§10.3).
    package static func appendMasked(
        _ opcode: Opcode, payload: Span<UInt8>, isCompressed: Bool = false, key: UInt32,
        to bytes: inout [UInt8]
    ) {
        appendHeader(
            opcode, payloadLength: payload.count, isCompressed: isCompressed, maskBit: 0x80,
            to: &bytes)
        appendBigEndian(UInt64(key), byteCount: 4, to: &bytes)
        let start = bytes.count
        bytes.append(payload)
        Masking.apply(key, to: &bytes, from: start, phase: 0)
    }

    package static func appendMasked(
        _ opcode: Opcode, payload: [UInt8], isCompressed: Bool = false, key: UInt32,
        to bytes: inout [UInt8]
    ) {
        appendMasked(
            opcode, payload: payload.span, isCompressed: isCompressed, key: key, to: &bytes)
    }

    package static func maskedFrame(
        _ opcode: Opcode, payload: [UInt8], key: UInt32 = .random(in: 0 ... .max)
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 14)
        appendMasked(opcode, payload: payload, key: key, to: &bytes)
        return bytes
    }

    private static func appendHeader(
        _ opcode: Opcode, payloadLength: Int, isCompressed: Bool, maskBit: UInt8,
        to bytes: inout [UInt8]
    ) {
        bytes.append((isCompressed ? 0xC0 : 0x80) | opcode.rawValue)
        switch payloadLength {
        case ..<126:
            bytes.append(maskBit | UInt8(payloadLength))
        case ..<0x10000:
            bytes.append(maskBit | 126)
            appendBigEndian(UInt64(payloadLength), byteCount: 2, to: &bytes)
        default:
            bytes.append(maskBit | 127)
            appendBigEndian(UInt64(payloadLength), byteCount: 8, to: &bytes)
        }
    }

    private static func appendBigEndian(
        _ value: UInt64, byteCount: Int, to bytes: inout [UInt8]
    ) {
        for place in stride(from: (byteCount - 1) * 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(place)))
        }
    }
}
