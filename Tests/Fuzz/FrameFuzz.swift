// WebSocket frames: every split reads as the whole does, memory stays within the limit of a message,
// and messages survive our own encoder in both directions.

@testable import Wire

enum FrameFuzz {
    private static let messageBytesMax = 4096

    private struct Transcript: Equatable {
        var messages: [WebSocketMessage] = []
        var error: FrameError?

        init(_ pieces: [[UInt8]], _ role: MessageAssembler.Role) {
            var assembler = MessageAssembler(
                role: role, maxMessageBytes: messageBytesMax, maxFragments: 8)
            do throws(FrameError) {
                for piece in pieces {
                    assembler.append(piece)
                    while let message = try assembler.next() { add(message) }
                    // A message under way, a control frame and a header that is not whole.
                    require(
                        assembler.bufferedBytes <= messageBytesMax + 125 + 14,
                        "an assembler holds one message at most")
                }
            } catch {
                self.error = error
                require(assembler.bufferedBytes == 0, "an assembler that failed holds nothing")
                require(CloseCode(error.closeCode).isValidOnWire, "an error has a close code")
                require(error.description.utf8.count <= 123, "an error fits a close frame")
            }
        }

        private mutating func add(_ message: WebSocketMessage) {
            if case .close = messages.last { require(false, "nothing comes after a close") }
            messages.append(message)
            switch message {
            case .text(let payload):
                require(payload.count <= messageBytesMax, "a message keeps to its limit")
                require(String(validating: payload) != nil, "text is UTF-8")
            case .binary(let payload):
                require(payload.count <= messageBytesMax, "a message keeps to its limit")
            case .ping(let payload), .pong(let payload):
                require(payload.count <= 125, "control frames are short")
            case .close(let code, let reason):
                require(code.map { CloseCode($0).isValidOnWire } ?? true, "close codes are valid")
                require(reason.count <= 123, "reasons fit a control frame")
                require(String(validating: reason) != nil, "reasons are text")
            }
        }
    }

    @Sendable static func run(_ bytes: [UInt8]) {
        for role in [MessageAssembler.Role.server, .client] {
            var pieces = Pieces(for: bytes)
            let whole = Transcript([bytes], role)
            let split = Transcript(pieces.cut(bytes), role)
            require(whole == split, "splits change nothing: \(whole) or \(split)")
            let key = UInt32(truncatingIfNeeded: bytes.count &* 0x9E37_79B9)
            requireSameAgain(whole.messages, key: key)
        }
        requireSameAgain([.binary(Array(bytes.prefix(messageBytesMax)))], key: 0x0102_0304)
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
        let served = Transcript(pieces.cut(masked), .server)
        require(served.error == nil && served.messages == messages, "masked frames return")
        let received = Transcript(pieces.cut(plain), .client)
        require(received.error == nil && received.messages == messages, "plain frames return")
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func parts(of message: WebSocketMessage) -> (Opcode, [UInt8]) {
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
