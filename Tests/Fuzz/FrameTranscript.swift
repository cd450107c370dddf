// The results of a WebSocket message assembler for some bytes. Checks each message against RFC
// 6455, and the assembler against its memory limit.

@testable import Wire

/// Messages and the error, if there was one, in a form that can be compared.
struct FrameTranscript: Equatable {
    static let messageBytesMax = 4096

    var messages: [WebSocketMessage] = []
    var error: FrameError?

    /// - Parameter inflaters: nil: compression was not negotiated.
    init(
        _ pieces: [[UInt8]], _ role: MessageAssembler.Role, inflaters: InflaterPool? = nil
    ) {
        var assembler = MessageAssembler(
            role: role, maxMessageBytes: Self.messageBytesMax, maxFragments: 8,
            inflaters: inflaters)
        do throws(FrameError) {
            for piece in pieces {
                assembler.append(piece)
                while let message = try assembler.next() { add(message) }
                // A message under way, a control frame and a header that is not whole.
                require(
                    assembler.bufferedBytes <= Self.messageBytesMax + 125 + 14,
                    "an assembler holds one message at most")
            }
        } catch {
            self.error = error
            require(assembler.bufferedBytes == 0, "an assembler that failed holds nothing")
            require(error.closeCode.isValidOnWire, "an error has a close code")
            require(error.description.utf8.count <= 123, "an error fits a close frame")
        }
    }

    private mutating func add(_ message: WebSocketMessage) {
        if case .close = messages.last { require(false, "nothing comes after a close") }
        messages.append(message)
        switch message {
        case .text(let payload):
            require(payload.count <= Self.messageBytesMax, "a message keeps to its limit")
            require(String(validating: payload) != nil, "text is UTF-8")
        case .binary(let payload):
            require(payload.count <= Self.messageBytesMax, "a message keeps to its limit")
        case .ping(let payload), .pong(let payload):
            require(payload.count <= 125, "control frames are short")
        case .close(let code, let reason):
            require(code?.isValidOnWire ?? true, "close codes are valid")
            require(reason.count <= 123, "reasons fit a control frame")
            require(String(validating: reason) != nil, "reasons are text")
        }
    }
}
