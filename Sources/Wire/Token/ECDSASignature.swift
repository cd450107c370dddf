// Converts a P-256 signature from the form of tokens (r and s side by side, RFC 7518 §3.4) to DER,
// which OpenSSL reads.

enum ECDSASignature {
    /// Nil unless there are exactly 64 bytes, with neither half all zero: such a signature once
    /// matched every message (CVE-2022-21449), so it does not even reach the library.
    static func der(fromJOSE signature: [UInt8]) -> [UInt8]? {
        guard signature.count == 64,
            let r = integer(signature[..<32]), let s = integer(signature[32...])
        else { return nil }
        return [0x30, UInt8(r.count + s.count)] + r + s
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
