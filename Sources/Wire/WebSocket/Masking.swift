// The XOR that hides a client's bytes from proxies (RFC 6455 §5.3), eight bytes a step.

enum Masking {
    /// XORs `bytes` from `start` to the end.
    ///
    /// - Parameters:
    ///   - key: its first byte on the wire is its highest.
    ///   - phase: number of earlier bytes of the same payload.
    static func apply(_ key: UInt32, to bytes: inout [UInt8], from start: Int, phase: Int) {
        let turn = UInt32(phase & 3) * 8
        let key = turn == 0 ? key : key << turn | key >> (32 - turn)
        let wide = (UInt64(key) << 32 | UInt64(key)).bigEndian
        unsafe bytes.withUnsafeMutableBytes { raw in
            guard start < raw.count else { return }
            let end = start + (raw.count - start) & ~7
            // SAFETY: offsets stay below `end`, a multiple of 8 after `start` and within `raw`.
            for offset in stride(from: start, to: end, by: 8) {
                let word = unsafe raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                unsafe raw.storeBytes(of: word ^ wide, toByteOffset: offset, as: UInt64.self)
            }
            for offset in end..<raw.count {
                unsafe raw[offset] ^= UInt8(truncatingIfNeeded: key >> shift(offset - end))
            }
        }
    }

    private static func shift(_ index: Int) -> UInt32 { 24 - 8 * UInt32(index & 3) }
}
