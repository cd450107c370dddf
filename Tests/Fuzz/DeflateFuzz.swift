// Compressed messages (RFC 7692): every split reads like the whole, nothing unpacks beyond the
// limit of a message, and the output of our own compressor can be read back.

@testable import Wire

enum DeflateFuzz {
    @Sendable static func run(_ bytes: [UInt8]) {
        let inflaters = InflaterPool()
        for role in [MessageAssembler.Role.server, .client] {
            compareSplits(of: bytes, role, inflaters)
        }
        // The bytes as what one message was packed to: no frame header has to be guessed.
        for opcode in [Opcode.text, .binary] {
            let frame = FrameEncoder.frame(opcode, payload: bytes, isCompressed: true)
            compareSplits(of: frame, .client, inflaters)
        }
        requireUnpacked(.binary(Array(bytes.prefix(FrameTranscript.messageBytesMax))), inflaters)
    }

    private static func compareSplits(
        of bytes: [UInt8], _ role: MessageAssembler.Role, _ inflaters: InflaterPool
    ) {
        var pieces = Pieces(for: bytes)
        let whole = FrameTranscript([bytes], role, inflaters: inflaters)
        let split = FrameTranscript(pieces.cut(bytes), role, inflaters: inflaters)
        require(whole == split, "splits change nothing: \(whole) or \(split)")
        for message in whole.messages { requireUnpacked(message, inflaters) }
    }

    /// The message, packed with some window and split anywhere.
    private static func requireUnpacked(_ message: WebSocketMessage, _ inflaters: InflaterPool) {
        let (opcode, payload) = FrameFuzz.parts(of: message)
        guard !opcode.isControl else { return }
        var pieces = Pieces(for: payload)
        guard let deflater = Deflater(windowBits: 9 + pieces.choose(below: 7)) else {
            return require(false, "zlib makes windows of 9 to 15 bits")
        }
        guard let packed = deflater.compress(payload) else { return }
        require(packed.count < payload.count, "what is packed is shorter")
        let frame = FrameEncoder.frame(opcode, payload: packed, isCompressed: true)
        let read = FrameTranscript(pieces.cut(frame), .client, inflaters: inflaters)
        require(read.error == nil && read.messages == [message], "what we pack is unpacked")
        let refused = FrameTranscript([frame], .client)
        require(refused.error == .reservedBits, "without negotiation nothing is unpacked")
    }
}
