// Header of a frame (RFC 6455 §5.2), and all rules that can be checked before its payload arrives.

struct FrameHeader {
    let isFinal: Bool
    /// RSV1, which marks a message packed with permessage-deflate (RFC 7692 §6).
    let isCompressed: Bool
    let opcode: Opcode
    /// Its first byte on the wire is its highest; nil in frames from a server.
    let mask: UInt32?
    let payloadLength: Int
    let headerLength: Int

    /// The header at the start of `bytes`, or nil while it is incomplete.
    ///
    /// - Parameter allowsCompression: permessage-deflate was negotiated.
    init?(
        _ bytes: Span<UInt8>, isMasked: Bool, allowsCompression: Bool
    ) throws(FrameError) {
        guard bytes.count >= 2 else { return nil }
        guard bytes[0] & (allowsCompression ? 0x30 : 0x70) == 0 else { throw .reservedBits }
        guard let opcode = Opcode(rawValue: bytes[0] & 0x0F) else {
            throw .unknownOpcode(bytes[0] & 0x0F)
        }
        isCompressed = bytes[0] & 0x40 != 0
        // Only a message's first frame has the bit, and control frames never (§6.1).
        guard !isCompressed || opcode == .text || opcode == .binary else { throw .reservedBits }
        guard (bytes[1] & 0x80 != 0) == isMasked else { throw isMasked ? .unmasked : .masked }
        let short = bytes[1] & 0x7F
        let isFinal = bytes[0] & 0x80 != 0
        if opcode.isControl {
            guard isFinal else { throw .fragmentedControl }
            guard short < 126 else { throw .controlTooLong }
        }
        let lengthEnd = short < 126 ? 2 : short == 126 ? 4 : 10
        guard bytes.count >= lengthEnd else { return nil }
        let length = try Self.length(bytes, short: short, end: lengthEnd)
        headerLength = lengthEnd + (isMasked ? 4 : 0)
        guard bytes.count >= headerLength else { return nil }
        mask = isMasked ? UInt32(truncatingIfNeeded: Self.integer(bytes, lengthEnd, 4)) : nil
        self.isFinal = isFinal
        self.opcode = opcode
        payloadLength = length
    }

    private static func length(
        _ bytes: Span<UInt8>, short: UInt8, end: Int
    ) throws(FrameError) -> Int {
        guard short >= 126 else { return Int(short) }
        let long = integer(bytes, 2, end - 2)
        // "the most significant bit MUST be 0": checked before anything becomes an Int.
        guard let length = Int(exactly: long) else { throw .lengthOutOfRange }
        guard length > (short == 126 ? 125 : 0xFFFF) else { throw .nonMinimalLength }
        return length
    }

    private static func integer(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in start..<(start + count) { value = value << 8 | UInt64(bytes[index]) }
        return value
    }
}
