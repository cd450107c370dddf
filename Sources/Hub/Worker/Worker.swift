// A worker: one loop on one thread with its connections, rooms and queue views. Confined to its
// thread.

import Observability
import Reactor
import Text
import Tickets
import Wire

final class Worker {
    let index: Int
    private(set) var context: HubContext
    let loop: EventLoop
    let rooms: RoomRegistry
    let queues: QueueRegistry
    let uploads = UploadRegistry()
    let notifications = SessionsByPerson()
    let compression: FrameCompression
    let snapshotEncodings: SnapshotEncodings
    /// The same for every `hello`.
    let encodedLimits: [UInt8]
    var metrics = WorkerMetrics()
    private let listener: Listener
    /// On one worker only, if set: serves `/metrics` and nothing else.
    private let metricsListener: Listener?
    /// nil: plain HTTP. Replaced when the certificate is renewed.
    private(set) var tls: TLSContext?
    private(set) var revocations: RevocationList
    private(set) var erasing = RevocationList()
    private var sessions: [ConnectionID: any WorkerSession] = [:]
    /// Only when connections are counted per address.
    private var addresses: [ConnectionID: String] = [:]
    private var nextToken: UInt64 = 0
    private var awaitingJournal: [UInt64: (Result<Decided?, TicketRejection>) -> Void] = [:]
    private var awaitingAnswer: [UInt64: (Result<any Sendable, StoreError>) -> Void] = [:]
    /// Hashes of people's newest contacts, to recognise unchanged ones.
    private var seenContacts: [ExactText: Int] = [:]
    private(set) var isDraining = false
    /// Limit of this worker's outbound queues.
    let queueShareBytes: Int
    /// Limit of this worker's incomplete input, and the current amount.
    let inputShareBytes: Int
    var unfinishedBytes = 0
    var isSheddingInput = false
    /// Refused connections that have no answer yet, oldest first.
    var newcomers: [HTTPSession] = []
    var dateLine = (seconds: 0, text: "")
    private var acceptPeak = 0
    private var acceptedThisSecond = 0
    /// Bytes of closed connections.
    private var closedReceivedBytes = 0
    private var closedSentBytes = 0

    init(
        index: Int, context: HubContext, listener: Listener, metricsListener: Listener? = nil,
        loop: EventLoop
    ) {
        self.index = index
        self.context = context
        self.listener = listener
        self.metricsListener = metricsListener
        queueShareBytes = context.settings.outboundTotalBytes / context.workers.count
        inputShareBytes = context.settings.inboundTotalBytes / context.workers.count
        tls = context.tls
        revocations = context.revocations
        self.loop = loop
        queues = QueueRegistry(context.directory)
        snapshotEncodings = SnapshotEncodings(context.directory)
        loop.pacer.delayNanoseconds = Int64(context.settings.flushDelayMicroseconds) * 1000
        compression = FrameCompression(minBytes: context.settings.deflateMinBytes)
        var limits = JSONWriter()
        limits.limits(context.settings)
        encodedLimits = limits.finish()
        let others = context.workers.enumerated().filter { $0.offset != index }.map(\.element)
        rooms = RoomRegistry(worker: index, loop: loop, settings: context.settings) { message in
            for other in others { other.post(message) }
        }
        rooms.findVisible = { [unowned self] ticket, seq, then in
            findVisible(in: ticket, atOrBelow: seq, then)
        }
    }

    /// Runs until the hub has drained.
    func run() {
        loop.attach(context.workers[index]) { [unowned self] messages in
            for message in messages { receive(message) }
        }
        listener.onOverload = { [unowned self] peer in turnAway(peer) }
        loop.attach(listener) { [unowned self] descriptor, address in
            accept(descriptor, from: address)
        }
        if let metricsListener {
            loop.attach(metricsListener) { [unowned self] descriptor, address in
                acceptForMetrics(descriptor, from: address)
            }
        }
        if index == 0 { measureStore() }
        sweepEverySecond()
        loop.run()
        loop.close()
    }

    // MARK: Connections

    private func accept(_ descriptor: consuming Descriptor, from address: String) {
        metrics.accepted += 1
        acceptedThisSecond += 1
        context.connections.add(1)
        let session = HTTPSession(worker: self, peerAddress: address)
        let isProxy = context.settings.trustedProxies.covers(address)
        let connection = loop.adopt(
            descriptor, handler: session, tls: tls,
            handshakeMilliseconds: context.settings.handshakeSeconds * 1000,
            preface: isProxy ? proxyHeader(of: session) : nil)
        session.attach(connection)
        sessions[connection.id] = session
        // A proxy's connections count for the clients behind it, as soon as it names them.
        if context.addresses.isLimited, !isProxy { addresses[connection.id] = address }
        judgeNewcomer(session, from: isProxy ? nil : address)
    }

    var allSessions: [any WorkerSession] { Array(sessions.values) }

    /// The metrics listener: plain HTTP, and open even when the hub is full.
    private func acceptForMetrics(_ descriptor: consuming Descriptor, from address: String) {
        let session = HTTPSession(worker: self, peerAddress: address, servesMetricsOnly: true)
        let connection = loop.adopt(descriptor, handler: session)
        session.attach(connection)
        context.connections.add(1)
        sessions[connection.id] = session
    }

    /// Repeats; while the store does not answer, the last size stays.
    private func measureStore() {
        ask { reader throws(StoreError) in
            try reader.size()
        } then: { [unowned self] (answer: Result<StoreSize?, TicketRejection>) in
            if case .success(let size) = answer { context.storeRoom.note(size) }
            _ = loop.schedule(afterMilliseconds: StoreRoom.intervalSeconds * 1000) {
                [unowned self] in measureStore()
            }
        }
    }

    /// Counts the connection under a new address; returns the reason to refuse it, or nil.
    func reasonToRefuse(_ connection: Connection, from address: String) -> String? {
        guard context.addresses.isLimited else { return nil }
        if let before = addresses[connection.id] {
            guard ExactText(before) != ExactText(address) else { return nil }
            context.addresses.leave(before)
        }
        addresses[connection.id] = address
        return reasonToRefuse(address: address)
    }

    /// Gives a connection to a new session, after an upgrade.
    func hand(_ connection: Connection, to session: any WorkerSession) {
        connection.handler = session
        sessions[connection.id] = session
    }

    func forget(_ connection: Connection) {
        guard sessions.removeValue(forKey: connection.id) != nil else { return }
        context.connections.add(-1)
        if let address = addresses.removeValue(forKey: connection.id) {
            context.addresses.leave(address)
        }
        closedReceivedBytes += connection.bytesReceived
        closedSentBytes += connection.bytesSent
    }

    /// Notes a person seen in a token.
    func note(_ person: Person) {
        if context.directory.note(person) { context.journal.post(.seen(person)) }
    }

    /// Notes the contact in a person's newest token.
    func note(contactOf identity: Identity) {
        let person = identity.caller.person
        let contact = Contact(
            person: person, email: identity.email, locale: identity.locale,
            projects: identity.caller.projects)
        let hash = contact.hashValue
        guard seenContacts[person.id] != hash else { return }
        if seenContacts.count > 100_000 { seenContacts.removeAll() }
        seenContacts[person.id] = hash
        context.notifications.post(.contact(contact))
    }

    // MARK: Messages from other threads

    private func receive(_ message: WorkerMessage) {
        switch message {
        case .journal(let publications, let replies):
            for publication in publications {
                rooms.broadcast(publication)
                queues.broadcast(publication)
                notifications.note(publication)
            }
            for reply in replies {
                awaitingJournal.removeValue(forKey: reply.token)?(reply.outcome)
            }
        case .answer(let token, let answer):
            awaitingAnswer.removeValue(forKey: token)?(answer)
        case .upload(let token, let report): uploads.receive(report, for: token)
        case .typing(let signal): rooms.hear(signal)
        case .presence(let update): rooms.apply(update)
        case .read(let signal): rooms.mark(signal)
        case .notifications(let frames): notifications.show(frames)
        case .reload(let settings, let authenticator):
            context.settings = settings
            context.authenticator = authenticator
        case .secure(let renewed): tls = renewed
        case .revoke(let list): revoke(list)
        case .erasing(let list):
            erasing = list
            for session in sessions.values { session.revoke(list) }
        case .erased(let person):
            seenContacts[person] = nil
            rooms.forgetPresence(of: person)
            rooms.forget(nil)
            snapshotEncodings.forgetAll()
        case .renamed(let tickets):
            rooms.forget(tickets)
            snapshotEncodings.forgetAll()
        case .drain: drain()
        }
    }

    private func revoke(_ list: RevocationList) {
        revocations = list
        for session in sessions.values { session.revoke(list) }
    }

    /// Sends a command to the journal; `then` runs on this worker with the outcome.
    func submit(
        _ command: TicketCommand, then: @escaping (Result<Decided, TicketRejection>) -> Void
    ) {
        let token = newToken()
        awaitingJournal[token] = { outcome in
            then(
                outcome.flatMap { decided in
                    decided.map { .success($0) } ?? .failure(.unavailable("No outcome."))
                })
        }
        context.journal.post(
            .command(command, ReplyAddress(worker: index, token: token)))
    }

    /// Stores a read mark, and publishes it when stored; then runs `then`, if given.
    func mark(
        _ ticket: TicketID, by caller: Caller, seq: Int,
        then: ((Result<Void, TicketRejection>) -> Void)? = nil
    ) {
        let reply = then.map { then in awaitJournal { then($0.map { _ in }) } }
        let mark = ReadMark(ticket: ticket, person: caller.person.id, seq: seq)
        context.journal.post(.read(mark, by: caller, reply))
        context.notifications.post(.read(mark, nil))
    }

    /// The address for the journal's answer; `then` runs with it.
    func awaitJournal(
        _ then: @escaping (Result<Decided?, TicketRejection>) -> Void
    ) -> ReplyAddress {
        let token = newToken()
        awaitingJournal[token] = then
        return ReplyAddress(worker: index, token: token)
    }

    /// Asks a reader thread, of `pool` if given; `then` runs on this worker with the answer.
    func ask<Answer: Sendable>(
        of pool: ReaderPool? = nil,
        _ work: @escaping @Sendable (any TicketReader) throws(StoreError) -> Answer,
        then: @escaping (Result<Answer, TicketRejection>) -> Void
    ) {
        let token = awaitAnswer(then)
        let job = ReaderJob(worker: index, token: token) { reader throws(StoreError) in
            try work(reader)
        }
        if !(pool ?? context.readers).ask(job) { refuseQuestion(token) }
    }

    /// The token for a thread's answer; `then` runs with it.
    func awaitAnswer<Answer: Sendable>(
        _ then: @escaping (Result<Answer, TicketRejection>) -> Void
    ) -> UInt64 {
        let token = newToken()
        let log = context.log
        awaitingAnswer[token] = { answer in
            switch answer {
            case .success(let value as Answer): then(.success(value))
            case .success: then(.failure(.unavailable("The answer was lost.")))
            case .failure(.timeLimit(let reason)):
                log.warn("question_too_long", [("reason", reason)])
                then(.failure(.unavailable("That takes too long to find; narrow it.")))
            case .failure(.unknownOutcome(let reason)):
                log.error("store_unknown_outcome", [("reason", reason)])
                then(.failure(.unavailable("It is not known whether this was stored; try again.")))
            case .failure(let error):
                log.error("store_read_failed", [("reason", error.description)])
                then(.failure(.unavailable("The store does not answer now; try again.")))
            }
        }
        return token
    }

    func refuseQuestion(_ token: UInt64) {
        awaitingAnswer.removeValue(forKey: token)?(
            .failure(.unavailable("too many questions are waiting")))
    }

    /// The question under `token` will not be answered.
    func forgetQuestion(_ token: UInt64) { awaitingAnswer[token] = nil }

    /// Marks notifications as read; `then` runs on this worker when it is done.
    func markRead(
        _ which: ReadNotifications, of person: ExactText,
        then: @escaping (Result<Void, TicketRejection>) -> Void
    ) {
        context.notifications.post(.markRead(which, of: person, awaitNotifications(then)))
    }

    /// The same for the notifications of one ticket.
    func markRead(
        _ mark: ReadMark, then: @escaping (Result<Void, TicketRejection>) -> Void
    ) {
        context.notifications.post(.read(mark, awaitNotifications(then)))
    }

    private func awaitNotifications(
        _ then: @escaping (Result<Void, TicketRejection>) -> Void
    ) -> ReplyAddress {
        let token = newToken()
        awaitingAnswer[token] = { answer in
            then(
                answer.map { _ in }.mapError { _ in
                    .unavailable("The store does not answer now; try again.")
                })
        }
        return ReplyAddress(worker: index, token: token)
    }

    private func newToken() -> UInt64 {
        nextToken += 1
        return nextToken
    }

    // MARK: Time

    private func sweepEverySecond() {
        _ = loop.schedule(afterMilliseconds: 1000) { [unowned self] in
            let now = loop.now
            var queued = 0
            var webSockets = 0
            var (received, sent) = (closedReceivedBytes, closedSentBytes)
            for session in sessions.values {
                session.sweep(now: now)
                queued += session.connection?.queuedBytes ?? 0
                received += session.connection?.bytesReceived ?? 0
                sent += session.connection?.bytesSent ?? 0
                if session is WebSocketSession { webSockets += 1 }
            }
            newcomers.removeAll { $0.connection == nil || $0.isFinished }
            rooms.sweep()
            acceptPeak = max(acceptPeak, acceptedThisSecond)
            acceptedThisSecond = 0
            metrics.queuedBytes = queued
            metrics.webSockets = webSockets
            (metrics.receivedBytes, metrics.sentBytes) = (received, sent)
            watchMemory()
            shedQueues(of: sessions.values, queuedBytes: queued)
            noteOverloads()
            noteLag()
            postMetrics()
            sweepEverySecond()
        }
    }

    func postMetrics() {
        metrics.connections = sessions.count
        metrics.rooms = rooms.rooms.count
        metrics.staleEvents = Int(loop.staleEvents)
        context.metricsSnapshot.post(metrics, from: index)
    }

    /// Connections refused since the process had no descriptor left; at most one line a second.
    private func noteOverloads() {
        let overloads = Int(listener.overloads)
        if overloads > metrics.acceptOverloads {
            context.log.warn(
                "accept_overload", [("turned_away", "\(overloads - metrics.acceptOverloads)")])
        }
        metrics.acceptOverloads = overloads
    }

    /// Read only once a second: reading resets the measurement.
    private func noteLag() {
        metrics.loopLagMs = Int(loop.lag)
        context.metricsSnapshot.loopLag.observe(metrics.loopLagMs * 1000)
        if metrics.loopLagMs > Self.slowTurnMs {
            context.log.warn(
                "slow_turn", [("ms", "\(metrics.loopLagMs)"), ("worker", "\(index)")])
        }
    }

    private static let slowTurnMs = 250

    var nowSeconds: Int { Int(wallClockMilliseconds() / 1000) }

    // MARK: Drain

    /// Tells all clients when to reconnect, spread by this worker's highest accept rate.
    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        listener.close()
        metricsListener?.close()
        let capacity = max(acceptPeak, 500)
        let spreadMs = min(20_000, max(1000, sessions.count * 1000 / capacity))
        for session in sessions.values {
            session.announceDrain(reconnectInMs: Int.random(in: 0...spreadMs))
        }
        let deadline = loop.now + Int64(context.settings.drainSeconds) * 1000
        finishDrain(deadline: deadline, hasSaidGoodbye: false)
    }

    /// Waits for accepted commands, says goodbye, waits for the last bytes, ends.
    private func finishDrain(deadline: Int64, hasSaidGoodbye: Bool) {
        let isLate = loop.now >= deadline
        if hasSaidGoodbye, sessions.isEmpty || isLate { return loop.stop() }
        var saidGoodbye = hasSaidGoodbye
        if !saidGoodbye, awaitingJournal.isEmpty || isLate {
            for session in sessions.values { session.sayGoodbye() }
            saidGoodbye = true
        }
        // Peers that do not answer the goodbye get two seconds of the remaining time.
        let limit = saidGoodbye && !hasSaidGoodbye ? min(deadline, loop.now + 2000) : deadline
        _ = loop.schedule(afterMilliseconds: 20) { [unowned self] in
            finishDrain(deadline: limit, hasSaidGoodbye: saidGoodbye)
        }
    }
}
