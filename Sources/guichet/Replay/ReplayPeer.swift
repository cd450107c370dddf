// One author on one WebSocket; reconnects when the connection is lost.

import Glibc
import Reactor
import Text
import Tickets
import Wire

final class ReplayPeer: ConnectionHandler {
    static let giveUpMs: Int64 = 60_000

    let person: Person
    /// The newest event that this author has seen.
    private(set) var lastSeq = 0
    private(set) var isReady = false
    /// Connections made so far.
    private(set) var connections = 0
    private let stage: ReplayStage
    private let token: String
    private unowned let conversation: ReplayConversation
    private var connection: Connection?
    private var client: WebSocketClient
    private var isDone = false
    private var attempts = 0
    private var awaySince: Int64?

    init(_ person: Person, project: ExactText, stage: ReplayStage, conversation: ReplayConversation)
    {
        self.person = person
        self.stage = stage
        self.conversation = conversation
        let claims = TokenClaims(
            id: person.id, role: ExactText(person.role.rawValue), name: person.name, email: nil,
            projects: person.role == .client ? [project] : [], locale: nil,
            expiresAt: Int(wallClockMilliseconds() / 1000) + 24 * 3600)
        token = TokenSigner.sign(claims: claims, secret: stage.secret)
        client = WebSocketClient(host: stage.hub.authority, target: "/ws")
    }

    func connect() {
        connections += 1
        isReady = false
        client = WebSocketClient(
            host: stage.hub.authority, target: "/ws",
            subprotocols: ["guichet.v1", "bearer.\(token)"])
        do throws(SystemError) {
            let connection = try stage.loop.connect(
                host: stage.hub.host, port: stage.hub.port, handler: self, tls: stage.tls)
            self.connection = connection
            connection.send(client.requestBytes)
        } catch {
            comeBack(because: error.description)
        }
    }

    func send(_ write: (inout JSONWriter) -> Void) {
        var json = JSONWriter()
        json.beginObject()
        write(&json)
        json.endObject()
        connection?.send(FrameEncoder.maskedFrame(.text, payload: json.bytes))
    }

    func leave() {
        isDone = true
        let payload = FrameEncoder.closePayload(code: .normal, reason: "")
        connection?.send(FrameEncoder.maskedFrame(.close, payload: payload))
        connection?.closeAfterFlush()
    }

    // MARK: Frames

    func connection(_ connection: Connection, received bytes: Span<UInt8>) {
        do {
            try client.append(bytes)
            while let message = try client.next() { try handle(message) }
        } catch let error as UpgradeError where error.status == 401 || error.status == 403 {
            conversation.fail("\(person.id): the hub refused the token (\(error.status))")
        } catch {
            connection.closeNow()
        }
    }

    private func handle(_ message: WebSocketMessage) throws {
        switch message {
        case .text(let payload):
            handle(try JSONReader.parse(payload, maxDepth: 32, maxMembers: 1024))
        case .ping(let payload):
            connection?.send(FrameEncoder.maskedFrame(.pong, payload: payload))
        case .close: connection?.closeAfterFlush()
        case .binary, .pong: break
        }
    }

    private func handle(_ frame: Tree) {
        switch frame["type"]?.textValue {
        case "hello":
            stage.hasMetHub = true
            attempts = 0
            awaySince = nil
            conversation.arrived(self)
        case "joined", "created":
            note(joined: frame["seq"]?.intValue ?? frame["ticket"]?["seq"]?.intValue ?? 0)
            conversation.received(frame, by: self)
        case "event":
            note(event: frame)
            conversation.received(frame, by: self)
        case "behind": conversation.rejoin(self)
        case "ack", "error": conversation.received(frame, by: self)
        default: break
        }
    }

    func becameReady() { isReady = true }

    private func note(joined seq: Int) { lastSeq = max(lastSeq, seq) }

    private func note(event: Tree) {
        guard let seq = event["seq"]?.intValue, let prev = event["prev"]?.intValue else { return }
        if seq <= lastSeq {
            stage.results.duplicates += 1
            return
        }
        if prev != lastSeq { stage.results.gaps += 1 }
        lastSeq = seq
    }

    // MARK: Ends

    func connectionReachedEnd(_ connection: Connection) { connection.closeNow() }
    func connectionDrained(_ connection: Connection) {}

    func connectionClosed(_ connection: Connection, error: SystemError?) {
        guard self.connection === connection else { return }
        self.connection = nil
        guard !isDone else { return }
        if connection.hasHandshakeFailed, let error, error.code == EPROTO {
            // A retry would find the same certificate, or the same lack of TLS.
            return conversation.fail("\(person.id): \(error.description)")
        }
        comeBack(because: error?.description ?? "the connection was closed")
    }

    /// Full jitter, with a limit that doubles from a quarter of a second to four.
    private func comeBack(because reason: String) {
        isReady = false
        guard stage.expectsHub(absentBecause: reason) else { return }
        let since = awaySince ?? monotonicMilliseconds()
        awaySince = since
        guard monotonicMilliseconds() - since < Self.giveUpMs else {
            return conversation.fail("\(person.id): \(reason)")
        }
        attempts += 1
        stage.results.reconnects += 1
        let limit = min(4000, 250 << min(attempts, 4))
        _ = stage.loop.schedule(afterMilliseconds: .random(in: 50...limit)) { [weak self] in
            guard let self, !isDone else { return }
            connect()
        }
    }
}
