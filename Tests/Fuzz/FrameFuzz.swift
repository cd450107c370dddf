// WebSocket frames: every split reads like the whole, memory stays within the limit of a message,
// and messages survive our own encoder in both directions.

@testable import Wire

enum FrameFuzz {
    @Sendable static func run(_ bytes: [UInt8]) {
        for role in [MessageAssembler.Role.server, .client] {
            var pieces = Pieces(for: bytes)
            let whole = FrameTranscript([bytes], role)
            let split = FrameTranscript(pieces.cut(bytes), role)
            require(whole == split, "splits change nothing: \(whole) or \(split)")
            let key = UInt32(truncatingIfNeeded: bytes.count &* 0x9E37_79B9)
            requireSameAgain(whole.messages, key: key)
        }
        requireSameAgain(
            [.binary(Array(bytes.prefix(FrameTranscript.messageBytesMax)))], key: 0x0102_0304)
    }

    private static func requireSameAgain(_ messages: [WebSocketMessage], key: UInt32) {
        var masked: [UInt8] = []
        var plain: [UInt8] = []
        for message in messages {
            let (opcode, payload) = parts(of: message)
            FrameEncoder.appendMasked(opcode, payload: payload, key: key, to: &masked)
            FrameEncoder.append(opcode, payload: payload, to: &plain)
        }
        var pieces = Pieces(for: plain)
        let served = FrameTranscript(pieces.cut(masked), .server)
        require(served.error == nil && served.messages == messages, "masked frames return")
        let received = FrameTranscript(pieces.cut(plain), .client)
        require(received.error == nil && received.messages == messages, "plain frames return")
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    static func parts(of message: WebSocketMessage) -> (Opcode, [UInt8]) {
        switch message {
        case .text(let payload): (.text, payload)
        case .binary(let payload): (.binary, payload)
        case .ping(let payload): (.ping, payload)
        case .pong(let payload): (.pong, payload)
        case .close(let code?, let reason):
            (.close, FrameEncoder.closePayload(code: code, reason: text(reason)))
        case .close(nil, _): (.close, [])
        }
    }
}
