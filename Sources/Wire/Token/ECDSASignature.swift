// Converts a P-256 signature between the form of tokens (r and s side by side, RFC 7518 §3.4) and
// DER, which OpenSSL reads and writes.

enum ECDSASignature {
    /// Nil unless there are exactly 64 bytes, with neither half all zero: such a signature once
    /// matched every message (CVE-2022-21449), so it does not even reach the library.
    static func der(fromJOSE signature: [UInt8]) -> [UInt8]? {
        guard signature.count == 64,
            let r = integer(signature[..<32]), let s = integer(signature[32...])
        else { return nil }
        return [0x30, UInt8(r.count + s.count)] + r + s
    }

    /// Nil unless it is a SEQUENCE of two INTEGERs of at most 32 bytes.
    static func jose(fromDER signature: [UInt8]) -> [UInt8]? {
        guard signature.count >= 2, signature[0] == 0x30,
            Int(signature[1]) == signature.count - 2
        else { return nil }
        var rest = signature[2...]
        guard let r = half(&rest), let s = half(&rest), rest.isEmpty else { return nil }
        return r + s
    }

    /// Takes an INTEGER: its 32 bytes.
    private static func half(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        guard rest.popFirst() == 0x02, let count = rest.popFirst(), rest.count >= Int(count) else {
            return nil
        }
        let digits = rest.prefix(Int(count)).drop { $0 == 0 }
        rest = rest.dropFirst(Int(count))
        guard digits.count <= 32 else { return nil }
        return [UInt8](repeating: 0, count: 32 - digits.count) + digits
    }

    /// An INTEGER: no leading zeros, except one where the top bit would make it negative. At most
    /// 35 bytes.
    private static func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        let digits = bytes.drop { $0 == 0 }
        guard let first = digits.first else { return nil }
        let value = (first & 0x80 != 0 ? [0] : []) + digits
        return [0x02, UInt8(value.count)] + value
    }
}
