// Base64 and base64url (RFC 4648). OpenSSL's decoder skips white space and has no base64url; this
// one accepts exactly one spelling of every value, which signatures and handshake keys need.

package enum Base64 {
    private static let standard: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlSafe: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// With padding (RFC 4648 §4).
    package static func encode(_ bytes: Span<UInt8>) -> String {
        encode(bytes, alphabet: standard, isPadded: true)
    }

    package static func encode(_ bytes: [UInt8]) -> String { encode(bytes.span) }

    /// The URL-safe alphabet without padding (RFC 4648 §5, RFC 7515 §2).
    package static func encodeURL(_ bytes: Span<UInt8>) -> String {
        encode(bytes, alphabet: urlSafe, isPadded: false)
    }

    package static func encodeURL(_ bytes: [UInt8]) -> String { encodeURL(bytes.span) }

    /// Padding required, no white space, no stray bits in the last character; nil otherwise.
    package static func decode(_ text: String) -> [UInt8]? {
        let characters = text.utf8.span
        guard characters.count % 4 == 0 else { return nil }
        var end = characters.count
        while end > 0, characters.count - end < 2, characters[end - 1] == UInt8(ascii: "=") {
            end -= 1
        }
        return decode(characters.extracting(0..<end), isURLSafe: false)
    }

    /// The unpadded URL-safe form, equally strict.
    package static func decodeURL(_ text: String) -> [UInt8]? { decodeURL(text.utf8.span) }

    package static func decodeURL(_ characters: Span<UInt8>) -> [UInt8]? {
        decode(characters, isURLSafe: true)
    }

    private static func encode(_ bytes: Span<UInt8>, alphabet: [UInt8], isPadded: Bool) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var pending: UInt32 = 0
        var bits = 0
        for index in bytes.indices {
            pending = pending << 8 | UInt32(bytes[index])
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(alphabet[Int(pending >> UInt32(bits) & 0x3F)])
            }
        }
        if bits > 0 { text.append(alphabet[Int(pending << UInt32(6 - bits) & 0x3F)]) }
        while isPadded, text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func decode(_ characters: Span<UInt8>, isURLSafe: Bool) -> [UInt8]? {
        guard characters.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3 + 2)
        var pending: UInt32 = 0
        var bits = 0
        for index in characters.indices {
            guard let value = value(of: characters[index], isURLSafe: isURLSafe) else { return nil }
            pending = pending << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
            }
        }
        // RFC 4648 §3.5: unused bits must be zero, or two texts would mean the same.
        guard pending & ((1 << UInt32(bits)) - 1) == 0 else { return nil }
        return bytes
    }

    private static func value(of character: UInt8, isURLSafe: Bool) -> UInt8? {
        switch character {
        case 0x41...0x5A: character - 0x41
        case 0x61...0x7A: character - 0x61 + 26
        case 0x30...0x39: character - 0x30 + 52
        case UInt8(ascii: "+"): isURLSafe ? nil : 62
        case UInt8(ascii: "/"): isURLSafe ? nil : 63
        case UInt8(ascii: "-"): isURLSafe ? 62 : nil
        case UInt8(ascii: "_"): isURLSafe ? 63 : nil
        default: nil
        }
    }
}
