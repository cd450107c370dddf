// Decodes percent-encoded text (RFC 3986 §2.1), exactly once.

enum PercentDecoding {
    /// Nil when a `%` lacks its two digits or the result is not UTF-8.
    ///
    /// - Parameter plusIsSpace: as in queries of forms.
    static func decode(_ encoded: Span<UInt8>, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var index = 0
        while index < encoded.count {
            switch encoded[index] {
            case UInt8(ascii: "%"):
                guard index + 2 < encoded.count,
                    let high = ASCII.hexValue(encoded[index + 1]),
                    let low = ASCII.hexValue(encoded[index + 2])
                else { return nil }
                bytes.append(high << 4 | low)
                index += 2
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            case let byte: bytes.append(byte)
            }
            index += 1
        }
        return String(validating: bytes)
    }
}
