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
    private var listeners: WorkerListeners
    private(set) var refusedTokens: RefusedTokens
    private(set) var sessions: [ConnectionID: any WorkerSession] = [:]
    let requests: WorkerRequests
    let admission: ConnectionAdmission
    let refusals: RefusalCounts
    let people: PeopleNoter
    private lazy var sweeper = Sweeper(self)
    private lazy var drain = WorkerDrain(self)
    /// Limit of this worker's outbound queues.
    let queueShareBytes: Int
    private(set) lazy var unfinishedInputs = UnfinishedInputs(
        self, shareBytes: context.settings.inboundTotalBytes / context.workers.count)
    private var dateLine = DateLine()

    init(
        index: Int, context: HubContext, listener: Listener, metricsListener: Listener? = nil,
        loop: EventLoop
    ) {
        self.index = index
        self.context = context
        listeners = WorkerListeners(
            clients: listener, metrics: metricsListener, tls: context.tls)
        queueShareBytes = context.settings.outboundTotalBytes / context.workers.count
        refusedTokens = RefusedTokens(revoked: context.revocations)
        self.loop = loop
        requests = WorkerRequests(worker: index, context, loop)
        admission = ConnectionAdmission(context)
        refusals = RefusalCounts(context.log)
        people = PeopleNoter(context)
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
        rooms.findVisible = { [requests] ticket, seq, then in
            requests.findVisible(in: ticket, atOrBelow: seq, then)
        }
    }

    /// Runs until the hub has drained.
    func run() {
        loop.attach(context.workers[index]) { [unowned self] messages in
            for message in messages { receive(message) }
        }
        listeners.clients.onOverload = { [unowned self] peer in refuse(peer) }
        loop.attach(listeners.clients) { [unowned self] descriptor, address in
            accept(descriptor, from: address)
        }
        if let metrics = listeners.metrics {
            loop.attach(metrics) { [unowned self] descriptor, address in
                acceptForMetrics(descriptor, from: address)
            }
        }
        if index == 0 { context.metrics.storeSize.repeatMeasurement(on: self) }
        sweeper.sweepEverySecond()
        loop.run()
        loop.close()
    }

    // MARK: Connections

    private func accept(_ descriptor: consuming Descriptor, from address: String) {
        metrics.accepted += 1
        sweeper.noteAccepted()
        context.limits.connections.add(1)
        let session = HTTPSession(worker: self, peerAddress: address)
        let isProxy = context.settings.trustedProxies.covers(address)
        let connection = loop.adopt(
            descriptor, handler: session, tls: tls,
            handshakeMilliseconds: context.settings.handshakeSeconds * 1000,
            preface: isProxy && context.settings.readsProxyHeaders
                ? .proxyHeader(of: session) : nil)
        session.attach(connection)
        sessions[connection.id] = session
        admission.admit(session, connection, from: isProxy ? nil : address)
    }

    /// The metrics listener: plain HTTP, and open even when the hub is full.
    private func acceptForMetrics(_ descriptor: consuming Descriptor, from address: String) {
        let session = HTTPSession(worker: self, peerAddress: address, servesMetricsOnly: true)
        let connection = loop.adopt(descriptor, handler: session)
        session.attach(connection)
        context.limits.connections.add(1)
        sessions[connection.id] = session
    }

    /// No descriptor is left: sends an answer if it fits into the socket buffer, then closes.
    private func refuse(_ peer: consuming Descriptor) {
        guard tls == nil else { return }
        metrics.rejections[503, default: 0] += 1
        peer.reject(with: PlainHTTPAnswer.noDescriptors(date: httpDate))
    }

    /// Gives a connection to a new session, after an upgrade.
    func hand(_ connection: Connection, to session: any WorkerSession) {
        connection.handler = session
        sessions[connection.id] = session
    }

    func forget(_ connection: Connection) {
        guard sessions.removeValue(forKey: connection.id) != nil else { return }
        context.limits.connections.add(-1)
        admission.forget(connection)
        sweeper.noteClosed(connection)
    }

    // MARK: Messages from other threads

    private func receive(_ message: WorkerMessage) {
        switch message {
        case .journal(let publications, let outcomes):
            for publication in publications {
                rooms.broadcast(publication)
                queues.broadcast(publication)
                notifications.note(publication)
            }
            for outcome in outcomes { requests.replies.receive(outcome) }
        case .answer(let request, let answer): requests.replies.receive(answer, to: request)
        case .upload(let request, let report): uploads.receive(report, for: request)
        case .typing(let signal): rooms.receive(signal)
        case .presence(let update): rooms.apply(update)
        case .read(let signal): rooms.mark(signal)
        case .notifications(let frames): notifications.show(frames)
        case .reload(let settings, let authenticator):
            context.settings = settings
            context.authenticator = authenticator
        case .secure(let renewed): listeners.tls = renewed
        case .revoke(let list): revoke(list)
        case .erasing(let list):
            refusedTokens.erasing = list
            for session in sessions.values { session.revoke(list) }
        case .erased(let person):
            people.forget(person)
            rooms.forgetPresence(of: person)
            rooms.forget(nil)
            snapshotEncodings.forgetAll()
        case .renamed(let tickets):
            rooms.forget(tickets)
            snapshotEncodings.forgetAll()
        case .drain:
            listeners.close()
            drain.begin(acceptPeak: sweeper.acceptPeak)
        }
    }

    private func revoke(_ list: RevocationList) {
        refusedTokens.revoked = list
        for session in sessions.values { session.revoke(list) }
    }

    // MARK: State for others

    var isDraining: Bool { drain.hasBegun }

    /// nil: plain HTTP.
    var tls: TLSContext? { listeners.tls }

    var nowSeconds: Int { Int(wallClockMilliseconds() / 1000) }

    /// Connections refused since the process had no descriptor left.
    var overloads: Int { Int(listeners.clients.overloads) }

    var httpDate: String { dateLine.text(at: nowSeconds) }

    /// Identifies callers by the current keys and revocations.
    var identification: Identification {
        Identification(
            authenticator: context.authenticator, refused: refusedTokens, nowSeconds: nowSeconds)
    }

    /// The budgets of an authenticated person.
    func account(of person: Person) -> PersonAccount {
        context.limits.accounts.account(of: person.id, now: loop.now)
    }

    /// False when so much waits that events must become `behind`: between two sweeps, or even
    /// within a turn, a fast room with many members could fill all memory.
    var hasRoomInQueues: Bool { loop.queuedBytes < queueShareBytes }

    func postMetrics() {
        metrics.refusals = refusals.counts
        metrics.connections = sessions.count
        metrics.rooms = rooms.rooms.count
        metrics.staleEvents = Int(loop.staleEvents)
        context.metrics.workers.post(metrics, from: index)
    }
}

/// Where a worker's connections come from.
private struct WorkerListeners {
    let clients: Listener
    /// On one worker only, if set: serves `/metrics` and nothing else.
    let metrics: Listener?
    /// For the clients; nil: plain HTTP. Replaced when the certificate is renewed.
    var tls: TLSContext?

    func close() {
        clients.close()
        metrics?.close()
    }
}
