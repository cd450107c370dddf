// `/conformance/echo`: echoes messages, for WebSocket test suites. It uses the assembler, encoder
// and compression of real sessions, and has no tickets.

import Reactor
import Text
import Wire

final class EchoSession: UpgradedSession {
    static let path: ExactText = "/conformance/echo"
    private static let messageBytesMax = 16 << 20
    /// Test suites send 4 MiB in fragments of 64 bytes.
    private static let fragmentsMax = 1 << 20
    /// With this many unread bytes the session answers only when the peer has taken some.
    private static let queuedBytesMax = 4 << 20

    private let worker: Worker
    private(set) var connection: Connection?
    private var assembler: MessageAssembler
    private let deflater: Deflater?
    private var hasSentClose = false

    init(worker: Worker, connection: Connection, deflate: PerMessageDeflate?) {
        self.worker = worker
        self.connection = connection
        assembler = MessageAssembler(
            role: .server, maxMessageBytes: Self.messageBytesMax, maxFragments: Self.fragmentsMax,
            inflaters: deflate == nil ? nil : worker.compression.inflaters)
        deflater = deflate.flatMap { worker.compression.deflater(for: $0) }
        connection.lowWater = Self.queuedBytesMax / 4
    }

    func begin(_ unparsed: [UInt8]) { receive(unparsed.span) }

    func connection(_ connection: Connection, received bytes: Span<UInt8>) { receive(bytes) }

    private func receive(_ bytes: Span<UInt8>) {
        assembler.append(bytes)
        answer()
    }

    private func answer() {
        do throws(FrameError) {
            while let connection, !connection.isClosing {
                guard connection.queuedBytes <= Self.queuedBytesMax else {
                    return connection.pauseReading()
                }
                guard let message = try assembler.next() else { return }
                answer(message, on: connection)
            }
        } catch {
            close(with: FrameEncoder.close(code: error.closeCode, reason: error.description))
        }
    }

    private func answer(_ message: WebSocketMessage, on connection: Connection) {
        switch message {
        case .text(let payload): echo(.text, payload, on: connection)
        case .binary(let payload): echo(.binary, payload, on: connection)
        case .ping(let payload): connection.send(FrameEncoder.frame(.pong, payload: payload))
        case .pong: break
        case .close(nil, _): close(with: FrameEncoder.frame(.close, payload: []))
        case .close(let code?, _): close(with: FrameEncoder.close(code: code, reason: ""))
        }
    }

    private func echo(_ opcode: Opcode, _ payload: [UInt8], on connection: Connection) {
        guard let packed = deflater?.compress(payload) else {
            return connection.send(FrameEncoder.frame(opcode, payload: payload))
        }
        connection.send(FrameEncoder.frame(opcode, payload: packed, isCompressed: true))
    }

    private func close(with frame: [UInt8]) {
        hasSentClose = true
        connection?.send(frame)
        connection?.closeAfterFlush()
    }

    func connectionDrained(_ connection: Connection) {
        connection.resumeReading()
        answer()
    }

    func connectionReachedEnd(_ connection: Connection) { connection.closeAfterFlush() }

    func connectionClosed(_ connection: Connection, error: SystemError?) {
        worker.forget(connection)
        self.connection = nil
    }

    /// Sends no pings, which would confuse a suite; silence still ends the session.
    func sweep(now: Int64) {
        guard let connection, connection.queuedBytes == 0 else { return }
        let silenceMax = Int64(worker.context.settings.deadSeconds) * 1000
        if silenceMax > 0, now - connection.lastReceived > silenceMax { connection.closeNow() }
    }

    func revoke(_ list: RevocationList) {}

    func announceDrain(reconnectInMs: Int) {}

    func sayGoodbye() {
        guard !hasSentClose else { return }
        close(
            with: FrameEncoder.close(
                code: .goingAway, reason: "the hub is going down"))
    }
}
