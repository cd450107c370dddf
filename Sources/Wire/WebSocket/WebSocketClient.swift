// The client's side of one WebSocket connection, without a socket: opening handshake, then
// messages.

package struct WebSocketClient {
    private let handshake: ClientHandshake
    private let inflaters: InflaterPool?
    private let maxMessageBytes: Int
    private var response = ResponseParser()
    private var assembler: MessageAssembler
    /// The server has accepted the handshake.
    package private(set) var isOpen = false
    /// The one that the server chose.
    package private(set) var subprotocol: String?

    /// - Parameters:
    ///   - host: with its port, unless that is the default.
    ///   - target: path and query, percent-encoded.
    ///   - inflaters: those of the thread, to offer compression; nil: none is offered.
    package init(
        host: String, target: String, subprotocols: [String] = [], maxMessageBytes: Int = 16 << 20,
        inflaters: InflaterPool? = nil
    ) {
        handshake = ClientHandshake(
            host: host, target: target, subprotocols: subprotocols,
            offersDeflate: inflaters != nil)
        self.inflaters = inflaters
        self.maxMessageBytes = maxMessageBytes
        assembler = MessageAssembler(role: .client, maxMessageBytes: maxMessageBytes)
    }

    /// To be sent first.
    package var requestBytes: [UInt8] { handshake.requestBytes }

    /// Takes received bytes. Throws `HTTPError` or `UpgradeError` when the handshake fails.
    package mutating func append(_ bytes: Span<UInt8>) throws {
        if isOpen {
            assembler.append(bytes)
        } else {
            response.append(bytes)
            if case .head(let head)? = try response.next() { try open(head) }
        }
    }

    private mutating func open(_ head: IncomingResponseHead) throws(UpgradeError) {
        subprotocol = try handshake.check(head)
        let isCompressed = try handshake.deflate(chosenIn: head) != nil
        assembler = MessageAssembler(
            role: .client, maxMessageBytes: maxMessageBytes,
            inflaters: isCompressed ? inflaters : nil)
        isOpen = true
        assembler.append(response.takeUnparsed())
    }

    /// The next message, or nil when more bytes are needed.
    package mutating func next() throws(FrameError) -> WebSocketMessage? { try assembler.next() }
}
