// A person's WebSocket: receives frames, sends commands on, and delivers the events of its rooms.

import Observability
import Protocol
import Reactor
import Text
import Tickets
import Wire

final class WebSocketSession: UpgradedSession, RoomSubscriber, QueueSubscriber {
    let worker: Worker
    /// nil once closed.
    var connection: Connection? { isGone ? nil : link }
    /// For deliveries, which check `hasSentClose` instead: a constant needs no reference count.
    let link: Connection
    private var isGone = false
    var identity: Identity
    var receiver: FrameReceiver
    /// nil: the peer did not ask for compression.
    let window: WindowSize?
    let account: PersonAccount
    /// Counts this socket for the person.
    private var hold: AccountHold?
    var commandRate: CommandRate
    var controlFrames: ControlFrames
    private var keepAlive: KeepAlive
    var members: [TicketID: Member] = [:]
    var queue: QueueSubscription?
    var hasWarnedOfExpiry = false
    var hasSentClose = false
    var hasPeerEnded = false
    /// Commands without the journal's answer.
    private(set) var commandsUnderWay = 0
    var missed = MissedEvents()
    var peerAddress = ""
    let openedAt: Int64
    /// Why the connection ends, once known.
    var ending: (code: CloseCode, reason: String)?
    /// `settings.outboundBytes`, copied for fast access at every delivery.
    let outboundBytes: Int

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
        receiver = FrameReceiver(
            assembler: MessageAssembler(
                role: .server, maxMessageBytes: settings.frameBytes,
                inflaters: deflate == nil ? nil : worker.compression.inflaters))
        commandRate = CommandRate(settings, now: worker.loop.now)
        controlFrames = ControlFrames(settings, now: worker.loop.now)
        keepAlive = KeepAlive(now: worker.loop.now)
        openedAt = worker.loop.now
        connection.lowWater = settings.outboundBytes / 4
    }

    var settings: HubSettings { worker.context.settings }
    var caller: Caller { identity.caller }
    private var commands: SessionCommands { SessionCommands(of: self) }

    /// After the 101: sends `hello`, then handles bytes that came with the handshake.
    func begin(_ unparsed: [UInt8]) {
        worker.people.note(identity)
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
        receiver.assembler.append(bytes)
        handleWaiting()
    }

    /// Handles the messages of one turn, up to its limit; the rest waits for the next turn.
    private func handleWaiting() {
        var left = FrameReceiver.messagesPerTurn
        do throws(FrameError) {
            while left > 0, takesMore, !hasSentClose, let message = try receiver.assembler.next() {
                handle(message)
                left -= 1
            }
        } catch {
            worker.refusals.count("frame")
            close(error.closeCode, error.description)
        }
        receiver.hasBacklog = (left == 0 || !takesMore) && !hasSentClose
        continueWithBacklog()
        holdBackReader()
        countUnfinished()
        endIfAnswered()
    }

    func countUnfinished() {
        let change = receiver.countUnfinished(isClosed: hasSentClose, now: worker.loop.now)
        if change != 0 { worker.unfinishedInputs.count(change) }
    }

    var unfinished: UnfinishedInput? { receiver.unfinished }

    /// False while earlier answers must first be made or read.
    private var takesMore: Bool {
        receiver.takesPages && (connection?.queuedBytes ?? 0) <= settings.outboundBytes
    }

    /// In the next turn, so that the other peers of this turn are served first.
    private func continueWithBacklog() {
        guard receiver.hasBacklog, takesMore, !receiver.isTurnScheduled else { return }
        receiver.isTurnScheduled = true
        // A strong reference for that moment. Once made, a weak reference slows down every other
        // reference to this session while it lives, so it has none.
        _ = worker.loop.schedule(afterMilliseconds: 0) { [self] in
            receiver.isTurnScheduled = false
            if receiver.hasBacklog, connection != nil { handleWaiting() }
        }
    }

    /// After the hub's close frame only the peer's close frame matters; the rest is dropped.
    private func readClose(_ bytes: Span<UInt8>) {
        receiver.assembler.append(bytes)
        do throws(FrameError) {
            while let message = try receiver.assembler.next() {
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
        case .binary: close(.unsupportedData, "binary frames are not taken")
        case .ping(let payload): answerPing(payload)
        case .pong: admitControl()
        case .close(let code, _): answerClose(code)
        }
    }

    /// A peer that does not read gets only the latest pong.
    private func answerPing(_ payload: [UInt8]) {
        admitControl()
        guard let connection, !hasSentClose else { return }
        controlFrames.answerLater(payload)
        if !connection.isBlocked { sendPendingPong() }
    }

    private func sendPendingPong() {
        guard !hasSentClose, let payload = controlFrames.takePendingPong() else { return }
        connection?.send(FrameEncoder.frame(.pong, payload: payload))
    }

    private func handle(text payload: [UInt8]) {
        if let typing = TypingFrame(payload.span), let member = members[typing.ticket] {
            return handle(typing, in: member)
        }
        let frame = DecodedFrame(payload, caller: caller, isUTF8: true)
        if case .success(.ping) = frame.content { return commands.pong(frame.id) }
        guard admitCommand(re: frame.id) else { return }
        switch frame.content {
        case .success(let content): commands.perform(content, re: frame.id)
        case .failure(let rejection): refuse(rejection, re: frame.id)
        }
    }

    /// The plain form of the most frequent frame. Its text determines it fully.
    private func handle(_ typing: TypingFrame, in member: Member) {
        guard admitCommand(re: nil) else { return }
        commands.perform(typing, in: member)
    }

    /// Bounds the answers queued for a peer that sends and does not read, and the requests of a
    /// peer that sends without a pause.
    private func holdBackReader() {
        guard let connection else { return }
        if receiver.hasBacklog || connection.queuedBytes > settings.outboundBytes {
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

    func refuse(_ rejection: TicketRejection, re: Tree?) {
        worker.refusals.note(
            rejection,
            of: RefusedPeer(person: caller.person, address: peerAddress, transport: "ws"))
        send(rejection.frame(re: re, for: rejection.viewer(for: caller)))
    }

    func connectionDrained(_ connection: Connection) {
        connection.lowWater = outboundBytes / 4
        sendPendingPong()
        continueWithBacklog()
        holdBackReader()
        for json in missed.take(from: members.values) {
            worker.metrics.behind += 1
            send(json)
        }
        queue?.flush()
    }

    // MARK: Under way

    func pageBegan() { receiver.pagesUnderWay += 1 }

    func pageEnded() {
        receiver.pagesUnderWay -= 1
        continueWithBacklog()
    }

    func commandBegan() { commandsUnderWay += 1 }

    func commandEnded() {
        commandsUnderWay -= 1
        endIfAnswered()
    }

    func forgetConnection() {
        hold = nil
        isGone = true
    }

    // MARK: Time

    func sweep(now: Int64) {
        guard let connection, !hasSentClose else { return }
        let step = keepAlive.step(now: now, lastReceived: connection.lastReceived, by: settings)
        if case .giveUp = step {
            return closeNow(.noCloseFrame, "nothing was heard for \(settings.deadSeconds) s")
        }
        watchExpiry()
        if !connection.isBlocked { sendPendingPong() }
        if case .ping = step { connection.send(FrameEncoder.frame(.ping, payload: [])) }
    }
}
