// Assembles the bytes of a connection into whole messages (RFC 6455 §5). The caller pulls: it
// appends received bytes and calls `next()` until that returns nil. How the bytes were split never
// changes the result, only how early invalid UTF-8 is found. Compressed messages (RFC 7692) are
// unpacked as they arrive; their limits apply to the unpacked bytes.

package enum WebSocketMessage: Sendable, Equatable {
    /// Valid UTF-8.
    case text([UInt8])
    case binary([UInt8])
    case ping([UInt8])
    case pong([UInt8])
    /// A close frame may have no code; a reason is valid UTF-8. Nothing comes after it.
    case close(code: CloseCode?, reason: [UInt8])
}

package struct MessageAssembler {
    /// Our role: a server expects masked frames, a client unmasked ones.
    package enum Role: Sendable { case server, client }

    private enum State {
        case header
        case payload(FrameHeader, received: Int)
        case closed
        case failed(FrameError)
    }

    private let role: Role
    /// nil: permessage-deflate was not negotiated.
    private let inflaters: InflaterPool?

    private var input = InputBuffer()
    private var state = State.header
    /// Opcode of the current message, or nil between messages.
    private var messageOpcode: Opcode?
    private var message: [UInt8] = []
    private var limits: FrameLimits
    /// Unpacks the current message, if compressed.
    private var inflater: Inflater?
    private var validator = UTF8Validator()
    /// Separate from the message, as a control frame may come between its fragments.
    private var control: [UInt8] = []

    /// - Parameter inflaters: those of the thread, when permessage-deflate was negotiated.
    package init(
        role: Role, maxMessageBytes: Int, maxFragments: Int = 128, inflaters: InflaterPool? = nil
    ) {
        self.inflaters = inflaters
        self.role = role
        limits = FrameLimits(messageBytes: maxMessageBytes, fragments: maxFragments)
    }

    /// No message or frame is incomplete.
    package var isIdle: Bool {
        if case .header = state { input.isEmpty && messageOpcode == nil } else { false }
    }

    /// Bytes held: unread ones and those of an unfinished message. It changes nothing; a
    /// nonmutating getter would get a copy of the whole assembler.
    package var bufferedBytes: Int {
        mutating get { input.count + message.count + control.count }
    }

    package mutating func append(_ bytes: Span<UInt8>) { input.append(bytes) }

    package mutating func append(_ bytes: [UInt8]) { append(bytes.span) }

    /// The next message, or nil when more bytes are needed. After an error it throws the same
    /// again: the caller sends `closeCode` and hangs up.
    package mutating func next() throws(FrameError) -> WebSocketMessage? {
        do {
            return try advance()
        } catch {
            drop()
            state = .failed(error)
            throw error
        }
    }

    /// Drops all held bytes. For a closing connection: nothing can be parsed afterwards.
    package mutating func discard() {
        drop()
        state = .closed
    }

    private mutating func advance() throws(FrameError) -> WebSocketMessage? {
        while true {
            switch state {
            case .failed(let error):
                throw error
            case .closed:
                input = InputBuffer()
                return nil
            case .header:
                guard let header = try readHeader() else { return nil }
                try begin(header)
                state = .payload(header, received: 0)
            case .payload(let header, let received):
                let count = min(header.payloadLength - received, input.count)
                try take(count, of: header, phase: received)
                guard received + count == header.payloadLength else {
                    state = .payload(header, received: received + count)
                    return nil
                }
                state = .header
                if let message = try end(header) { return message }
            }
        }
    }

    private mutating func readHeader() throws(FrameError) -> FrameHeader? {
        let isMasked = role == .server
        let allowsCompression = inflaters != nil
        let header = try input.withFirst(14) { bytes throws(FrameError) in
            try FrameHeader(bytes, isMasked: isMasked, allowsCompression: allowsCompression)
        }
        if let header { input.consume(header.headerLength) }
        return header
    }

    /// Checks a frame against its message, before any payload is read (§5.4).
    private mutating func begin(_ header: FrameHeader) throws(FrameError) {
        guard !header.opcode.isControl else { return }
        if header.opcode == .continuation {
            guard messageOpcode != nil else { throw .unexpectedContinuation }
        } else {
            guard messageOpcode == nil else { throw .interruptedMessage }
            messageOpcode = header.opcode
            if header.isCompressed { try beginInflating() }
        }
        try limits.admit(header, isCompressed: inflater != nil)
    }

    private mutating func beginInflating() throws(FrameError) {
        guard let inflater = inflaters?.take() else { throw .noInflater }
        self.inflater = inflater
    }

    /// Moves payload bytes to their destination. They are unmasked there and text is checked at
    /// once, so that a bad byte ends the connection however much of the frame is still to come.
    private mutating func take(
        _ count: Int, of header: FrameHeader, phase: Int
    ) throws(FrameError) {
        guard count > 0 else { return }
        guard !header.opcode.isControl else {
            Self.move(count, of: header, from: &input, to: &control, phase: phase)
            return
        }
        if let inflater { return try inflate(count, of: header, phase: phase, with: inflater) }
        let start = message.count
        Self.move(count, of: header, from: &input, to: &message, phase: phase)
        guard messageOpcode == .text else { return }
        var validator = validator  // Exclusivity: `message` lends its bytes meanwhile.
        let isValid = validator.feed(message.span.extracting(start..<message.count))
        self.validator = validator
        guard isValid else { throw .invalidUTF8 }
    }

    private mutating func inflate(
        _ count: Int, of header: FrameHeader, phase: Int, with inflater: Inflater
    ) throws(FrameError) {
        var packed: [UInt8] = []
        packed.reserveCapacity(min(count, Inflater.stepBytes))
        for start in stride(from: 0, to: count, by: Inflater.stepBytes) {
            packed.removeAll(keepingCapacity: true)
            Self.move(
                min(Inflater.stepBytes, count - start), of: header, from: &input, to: &packed,
                phase: phase + start)
            try inflate(packed.span, with: inflater)
        }
    }

    /// Stops at the first piece that makes the message too long or is not text, however long the
    /// rest would be.
    private mutating func inflate(
        _ packed: Span<UInt8>, with inflater: Inflater
    ) throws(FrameError) {
        try inflater.inflate(packed) { piece throws(FrameError) in
            // The fitting part is checked first: the network decides how bytes are split into
            // pieces, and must not decide the error.
            let fitting = piece.extracting(first: limits.messageBytes - message.count)
            message.append(fitting)
            if messageOpcode == .text, !validator.feed(fitting) { throw .invalidUTF8 }
            guard fitting.count == piece.count else { throw limits.tooBig }
        }
    }

    private static func move(
        _ count: Int, of header: FrameHeader, from input: inout InputBuffer,
        to target: inout [UInt8], phase: Int
    ) {
        let start = target.count
        input.withFirst(count) { target.append($0) }
        input.consume(count)
        if let mask = header.mask { Masking.apply(mask, to: &target, from: start, phase: phase) }
    }

    private mutating func end(_ header: FrameHeader) throws(FrameError) -> WebSocketMessage? {
        switch header.opcode {
        case .ping: return .ping(takeControl())
        case .pong: return .pong(takeControl())
        case .close: return try close(takeControl())
        case .text, .binary, .continuation: return header.isFinal ? try endMessage() : nil
        }
    }

    private mutating func takeControl() -> [UInt8] {
        let payload = control
        control = []
        return payload
    }

    private mutating func endMessage() throws(FrameError) -> WebSocketMessage {
        try endInflating()
        let isText = messageOpcode == .text
        guard !isText || validator.isComplete else { throw .invalidUTF8 }
        let payload = message
        message = []
        messageOpcode = nil
        limits.endMessage()
        validator = UTF8Validator()
        return isText ? .text(payload) : .binary(payload)
    }

    /// RFC 7692 §7.2.2: restores the four bytes that the sender has left out.
    private mutating func endInflating() throws(FrameError) {
        guard let inflater else { return }
        let tail = Inflater.tail
        try inflate(tail.span, with: inflater)
        guard inflater.isAtBlockEnd else { throw .invalidDeflate }
        returnInflater()
    }

    private mutating func returnInflater() {
        if let inflater { inflaters?.giveBack(inflater) }
        inflater = nil
    }

    /// §5.5.1: empty, or a code and perhaps a reason.
    private mutating func close(_ payload: [UInt8]) throws(FrameError) -> WebSocketMessage {
        guard payload.count != 1 else { throw .truncatedCloseCode }
        var code: CloseCode?
        if payload.count >= 2 {
            let sent = CloseCode(UInt16(payload[0]) << 8 | UInt16(payload[1]))
            guard sent.isValidOnWire else { throw .invalidCloseCode(sent) }
            code = sent
        }
        let reason = Array(payload.dropFirst(2))
        var validator = UTF8Validator()
        guard validator.feed(reason), validator.isComplete else { throw .invalidUTF8 }
        drop()
        state = .closed
        return .close(code: code, reason: reason)
    }

    private mutating func drop() {
        input = InputBuffer()
        message = []
        control = []
        returnInflater()
    }
}
