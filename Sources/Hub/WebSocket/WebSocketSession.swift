// A person's WebSocket: receives frames, sends commands on, and delivers the events of its rooms.

import Observability
import Protocol
import Reactor
import Text
import Tickets
import Wire

final class WebSocketSession: WorkerSession, RoomSubscriber, QueueSubscriber {
    let worker: Worker
    /// nil once closed.
    var connection: Connection? { isGone ? nil : link }
    /// For deliveries, which check `hasSentClose` instead: a constant needs no reference count.
    let link: Connection
    private var isGone = false
    var identity: Identity
    private var assembler: MessageAssembler
    /// nil: the peer did not ask for compression.
    let window: WindowSize?
    private var limiter: RateLimiter
    let account: PersonAccount
    /// Counts this socket for the person.
    private var hold: AccountHold?
    /// Whether the newest command exceeded the rate: a burst makes one log line.
    private var isOverRate = false
    private var controlLimiter: RateLimiter
    /// The latest ping without a pong, of a peer that reads nothing.
    private var owedPong: [UInt8]?
    /// Bytes of the incomplete message in the worker's count, and the time of its start.
    private var countedBytes = 0
    private var unfinishedSince: Int64 = 0
    /// Messages wait in the assembler for a later turn.
    private var hasBacklog = false
    private var isTurnScheduled = false
    /// Pages of events or of the queue that are being read.
    private var pagesUnderWay = 0
    var members: [TicketID: Member] = [:]
    var queue: QueueSubscription?
    var hasWarnedOfExpiry = false
    private(set) var hasSentClose = false
    private var hasPeerEnded = false
    /// Commands without the journal's answer.
    private var commandsUnderWay = 0
    private var lastPing: Int64
    var missed = MissedEvents()
    var peerAddress = ""
    private let openedAt: Int64
    /// Why the connection ends, once known.
    private var ending: (code: UInt16, reason: String)?
    /// `settings.outboundBytes`, copied for fast access at every delivery.
    let outboundBytes: Int

    /// A peer that sends faster than it is served must not delay the worker's other peers.
    private static let messagesPerTurn = 64
    /// Each answer may be 256 KiB long: requested pages must fit the outbound queue.
    private static let pagesUnderWayMax = 4

    init(
        worker: Worker, connection: Connection, identity: Identity, hold: AccountHold,
        deflate: PerMessageDeflate?
    ) {
        self.worker = worker
        self.hold = hold
        account = worker.account(of: identity.caller.person)
        window = deflate.map { WindowSize(atMost: $0.serverWindowBits) }
        link = connection
        self.identity = identity
        let settings = worker.context.settings
        outboundBytes = settings.outboundBytes
        assembler = MessageAssembler(
            role: .server, maxMessageBytes: settings.frameBytes,
            inflaters: deflate == nil ? nil : worker.compression.inflaters)
        limiter = RateLimiter(
            perSecond: settings.commandsPerSecond, burst: settings.commandBurst,
            now: worker.loop.now)
        controlLimiter = RateLimiter(
            perSecond: settings.controlFramesPerSecond, burst: settings.controlFrameBurst,
            now: worker.loop.now)
        lastPing = worker.loop.now
        openedAt = worker.loop.now
        connection.lowWater = settings.outboundBytes / 4
        worker.note(contactOf: identity)
    }

    var settings: HubSettings { worker.context.settings }
    var caller: Caller { identity.caller }

    /// After the 101: sends `hello`, then handles bytes that came with the handshake.
    func begin(_ unparsed: [UInt8]) {
        worker.note(caller.person)
        worker.notifications.enter(self)
        send(hello())
        // A token that ends before the first sweep still gets its warning.
        watchExpiry()
        if !unparsed.isEmpty { receive(unparsed.span) }
    }

    // MARK: Bytes in

    func connection(_ connection: Connection, received bytes: Span<UInt8>) { receive(bytes) }

    private func receive(_ bytes: Span<UInt8>) {
        guard !hasSentClose else { return readClose(bytes) }
        assembler.append(bytes)
        handleWaiting()
    }

    /// Handles a turn's share of the received messages; the rest has the next turn.
    private func handleWaiting() {
        var left = Self.messagesPerTurn
        do throws(FrameError) {
            while left > 0, takesMore, !hasSentClose, let message = try assembler.next() {
                handle(message)
                left -= 1
            }
        } catch {
            worker.metrics.refusals["frame", default: 0] += 1
            close(error.closeCode, error.description)
        }
        hasBacklog = (left == 0 || !takesMore) && !hasSentClose
        continueWithBacklog()
        holdBackReader()
        countUnfinished()
        endIfAnswered()
    }

    /// Bytes of messages that are incomplete or not handled yet.
    private func countUnfinished() {
        let bytes = hasSentClose ? 0 : assembler.bufferedBytes
        guard bytes != countedBytes else { return }
        if countedBytes == 0 { unfinishedSince = worker.loop.now }
        worker.countUnfinished(bytes - countedBytes)
        countedBytes = bytes
    }

    var unfinished: UnfinishedInput? {
        countedBytes > 0 ? UnfinishedInput(bytes: countedBytes, since: unfinishedSince) : nil
    }

    func shedUnfinished() {
        close(1013, "the message did not end while memory was short")
        assembler.discard()
        countUnfinished()
    }

    /// False while earlier answers must first be made or read.
    private var takesMore: Bool {
        pagesUnderWay < Self.pagesUnderWayMax
            && (connection?.queuedBytes ?? 0) <= settings.outboundBytes
    }

    /// In the next turn, so that the other peers of this turn are served first.
    private func continueWithBacklog() {
        guard hasBacklog, takesMore, !isTurnScheduled else { return }
        isTurnScheduled = true
        // A strong reference for that moment. Once made, a weak reference slows down every other
        // reference to this session while it lives, so it has none.
        _ = worker.loop.schedule(afterMilliseconds: 0) { [self] in
            isTurnScheduled = false
            if hasBacklog, connection != nil { handleWaiting() }
        }
    }

    /// After the hub's close frame only the peer's close frame matters; the rest is dropped.
    private func readClose(_ bytes: Span<UInt8>) {
        assembler.append(bytes)
        do throws(FrameError) {
            while let message = try assembler.next() {
                if case .close = message { connection?.closeAfterFlush() }
            }
        } catch {
            connection?.closeNow()
        }
    }

    private func handle(_ message: WebSocketMessage) {
        worker.metrics.frames += 1
        switch message {
        case .text(let payload): handle(text: payload)
        case .binary: close(1003, "binary frames are not taken")
        case .ping(let payload): answerPing(payload)
        case .pong: admitControl()
        case .close(let code, _):
            hasSentClose = true
            ending = (code ?? 1005, "the peer closed")
            connection?.send(FrameEncoder.close(code: code ?? 1000, reason: ""))
            connection?.closeAfterFlush()
        }
    }

    /// One pong may answer several pings (RFC 6455 section 5.5.3): a peer that does not read gets
    /// only the latest.
    private func answerPing(_ payload: [UInt8]) {
        admitControl()
        guard let connection, !hasSentClose else { return }
        owedPong = payload
        if !connection.isBlocked { sendOwedPong() }
    }

    private func sendOwedPong() {
        guard let payload = owedPong, !hasSentClose else { return }
        owedPong = nil
        connection?.send(FrameEncoder.frame(.pong, payload: payload))
    }

    private func admitControl() {
        guard controlLimiter.admit(now: worker.loop.now) != .admitted else { return }
        worker.metrics.refusals["control_frames", default: 0] += 1
        close(
            1008, "at most \(settings.controlFramesPerSecond) control frames a second are taken")
    }

    private func handle(text payload: [UInt8]) {
        if let typing = TypingFrame(payload.span), let member = members[typing.ticket] {
            return handle(typing, in: member)
        }
        let frame = DecodedFrame(payload, caller: caller)
        if case .success(.ping) = frame.content { return pong(frame.id) }
        guard admitCommand(re: frame.id) else { return }
        switch frame.content {
        case .success(let content): perform(content, re: frame.id)
        case .failure(let rejection): refuse(rejection, re: frame.id)
        }
    }

    /// The plain form of the most frequent frame. Its text determines it fully.
    private func handle(_ typing: TypingFrame, in member: Member) {
        guard admitCommand(re: nil) else { return }
        type(in: member, isOn: typing.isOn, isInternal: typing.isInternal, re: nil)
    }

    /// Whether one more command is allowed; otherwise the peer gets a refusal.
    private func admitCommand(re: JSON?) -> Bool {
        switch limiter.admit(now: worker.loop.now) {
        case .admitted: return chargeCommand(re: re)
        case .ignored:
            close(1008, "rate limit ignored")
        case .refused(let retryAfter):
            noteRate()
            var rejection = TicketRejection(
                .rateLimited,
                "At most \(settings.commandsPerSecond) commands a second; slow down.")
            rejection.retryAfter = retryAfter
            refuse(rejection, re: re)
        }
        return false
    }

    /// The same limit for all connections of the person together.
    private func chargeCommand(re: JSON?) -> Bool {
        do throws(TicketRejection) {
            try account.charge(.commands, now: worker.loop.now)
            isOverRate = false
            return true
        } catch {
            noteRate()
            refuse(error, re: re)
            return false
        }
    }

    private func noteRate() {
        guard !isOverRate else { return }
        isOverRate = true
        worker.context.log.warn(
            "rate_limited", [("user", caller.person.id.string), ("ip", peerAddress)])
    }

    /// Bounds the answers queued for a peer that sends and does not read, and the requests of a
    /// peer that sends without a pause.
    private func holdBackReader() {
        guard let connection else { return }
        if hasBacklog || connection.queuedBytes > settings.outboundBytes {
            connection.pauseReading()
        } else {
            connection.resumeReading()
        }
    }

    // MARK: Bytes out

    /// Answers: never dropped.
    func send(_ json: [UInt8]) {
        guard !hasSentClose else { return }
        connection?.send(worker.compression.frame(json, for: window))
    }

    func refuse(_ rejection: TicketRejection, re: JSON?) {
        worker.noteRefusal(
            rejection,
            of: RefusedPeer(person: caller.person, address: peerAddress, transport: "ws"))
        send(rejection.frame(re: re, for: rejection.viewer(for: caller)))
    }

    func connectionDrained(_ connection: Connection) {
        connection.lowWater = outboundBytes / 4
        sendOwedPong()
        continueWithBacklog()
        holdBackReader()
        for json in missed.take(from: members.values) {
            worker.metrics.behind += 1
            send(json)
        }
        queue?.flush()
    }

    // MARK: Ends

    /// Sends the reason (RFC 6455 section 7.1.2), then waits a moment for the peer's close frame.
    func close(_ code: UInt16, _ reason: String) {
        guard let connection, !hasSentClose else { return }
        connection.send(FrameEncoder.close(code: code, reason: reason))
        hasSentClose = true
        ending = (code, reason)
        leaveEverything()
        connection.closeAfterFlush()
    }

    /// The peer has ended without a close frame; commands that it sent are still carried out.
    func connectionReachedEnd(_ connection: Connection) {
        hasPeerEnded = true
        endIfAnswered()
    }

    private func endIfAnswered() {
        guard hasPeerEnded, !hasBacklog, commandsUnderWay == 0 else { return }
        hasSentClose = true
        connection?.closeAfterFlush()
    }

    func pageBegan() { pagesUnderWay += 1 }

    func pageEnded() {
        pagesUnderWay -= 1
        continueWithBacklog()
    }

    func commandBegan() { commandsUnderWay += 1 }

    func commandEnded() {
        commandsUnderWay -= 1
        endIfAnswered()
    }

    func connectionClosed(_ connection: Connection, error: SystemError?) {
        hasSentClose = true
        countUnfinished()
        leaveEverything()
        noteEnd(of: connection, error)
        worker.forget(connection)
        hold = nil
        isGone = true
    }

    /// Counts and logs every end of a session. 1006: without a close frame.
    private func noteEnd(of connection: Connection, _ error: SystemError?) {
        let (code, reason) =
            ending ?? (1006, error?.description ?? "the peer left without a close frame")
        worker.metrics.note(closeCode: code)
        worker.context.log.info(
            "ws_close",
            [
                ("code", "\(code)"), ("reason", reason), ("user", caller.person.id.string),
                ("ip", peerAddress), ("dur_ms", "\(worker.loop.now - openedAt)"),
                ("in", "\(connection.bytesReceived)"), ("out", "\(connection.bytesSent)"),
            ])
    }

    private func leaveEverything() {
        for member in members.values { worker.rooms.leave(member) }
        members.removeAll()
        endQueue()
        worker.notifications.leave(self)
    }

    func announceDrain(reconnectInMs: Int) {
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "drain")
        json.field("reconnectIn", reconnectInMs)
        json.endObject()
        send(json.bytes)
    }

    func sayGoodbye() { close(1001, "the hub is going down; come back") }

    func shed() {
        ending = ending ?? (1013, "nothing was read while memory was short")
        connection?.closeNow()
    }

    // MARK: Time

    func sweep(now: Int64) {
        guard let connection else { return }
        if connection.queuedBytes > 0,
            now - connection.lastWriteProgress > Int64(settings.slowReaderSeconds) * 1000
        {
            close(1013, "nothing was read for \(settings.slowReaderSeconds) s")
            return connection.closeNow()
        }
        guard !hasSentClose else { return }
        let silent = now - connection.lastReceived
        if settings.deadSeconds > 0, silent > Int64(settings.deadSeconds) * 1000 {
            ending = (1006, "nothing was heard for \(settings.deadSeconds) s")
            return connection.closeNow()
        }
        watchExpiry()
        if !connection.isBlocked { sendOwedPong() }
        let heartbeat = Int64(settings.heartbeatSeconds) * 1000
        if heartbeat > 0, silent >= heartbeat, now - lastPing >= heartbeat {
            lastPing = now
            connection.send(FrameEncoder.frame(.ping, payload: []))
        }
    }
}
