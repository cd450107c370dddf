// One HTTP/1.1 connection: requests one after the other, pipelined ones waiting their turn.

import Reactor
import Tickets
import Wire

final class HTTPSession: WorkerSession {
    let worker: Worker
    let peerAddress: String
    private(set) var connection: Connection?
    private var parser: RequestParser
    private var head: RequestHead?
    private var body: [UInt8] = []
    /// The request that is being answered; later ones wait in the parser.
    private var exchange: Exchange?
    private var isFinished = false
    private var hasPeerEnded = false
    /// Monotonic milliseconds: when the silence began, the request under way, its body.
    private var quietSince: Int64
    private var requestSince: Int64?
    private var bodySince: Int64?
    private var hasAsked = false
    private var isPumping = false

    init(worker: Worker, peerAddress: String) {
        self.worker = worker
        self.peerAddress = peerAddress
        var limits = HTTPLimits()
        limits.bodyBytes = worker.context.settings.requestBytes
        parser = RequestParser(limits: limits)
        quietSince = worker.loop.now
    }

    func attach(_ connection: Connection) {
        self.connection = connection
        connection.lowWater = worker.context.settings.outboundBytes / 4
    }

    // MARK: Bytes in

    func connection(_ connection: Connection, received bytes: Span<UInt8>) {
        guard !isFinished else { return }
        if requestSince == nil { requestSince = worker.loop.now }
        parser.append(bytes)
        pump()
        // A peer that pipelines without end waits in its own socket.
        if isBusy, parser.bufferedBytes > worker.context.settings.requestBytes {
            connection.pauseReading()
        }
    }

    /// An answer is being made, or so many wait to be read that no further one is made.
    private var isBusy: Bool {
        exchange != nil
            || (connection?.queuedBytes ?? 0) > worker.context.settings.outboundBytes
    }

    private func pump() {
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        do throws(HTTPError) {
            while !isBusy, !isFinished, let incoming = try parser.next() {
                switch incoming {
                case .head(let head): begin(head)
                case .body(let bytes): body.append(contentsOf: bytes)
                case .end: dispatch()
                }
            }
        } catch {
            worker.metrics.refusals["http_\(error.status)", default: 0] += 1
            write(.problem(status: error.status, error.reason), to: nil, keepAlive: false)
        }
        if exchange == nil, parser.isIdle, head == nil {
            requestSince = nil
            quietSince = worker.loop.now
        }
        // A peer that has ended gets the answers to what it asked completely, and no more.
        if hasPeerEnded, !isBusy, !isFinished { end() }
    }

    private func begin(_ head: RequestHead) {
        worker.metrics.httpRequests += 1
        self.head = head
        hasAsked = true
        bodySince = worker.loop.now
        if head.path == "/ws" { return upgrade(head) }
        if head.path == EchoSession.path, worker.context.settings.servesConformance {
            return upgradeToEcho(head)
        }
        if head.expectsContinue { connection?.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
    }

    private func dispatch() {
        guard let head else { return }
        let exchange = Exchange(session: self, head: head, body: body)
        self.exchange = exchange
        self.head = nil
        body = []
        Router(worker: worker).route(exchange)
    }

    // MARK: Bytes out

    /// The answer to `exchange`; the next request may follow.
    func finish(_ exchange: Exchange, _ response: Response) {
        guard self.exchange === exchange else { return }
        let keepAlive = exchange.head.keepAlive && !worker.isDraining
        write(response, to: exchange, keepAlive: keepAlive)
        self.exchange = nil
        quietSince = worker.loop.now
        // What is there already of the next request has its time from here.
        requestSince = parser.isIdle ? nil : worker.loop.now
        connection?.resumeReading()
        pump()
    }

    private func write(_ response: Response, to exchange: Exchange?, keepAlive: Bool) {
        guard let connection, !isFinished else { return }
        if response.status >= 400 { worker.metrics.rejections[response.status, default: 0] += 1 }
        var head = ResponseHead(status: response.status, headers: response.headers)
        let hasBody = response.status != 204 && response.status != 304
        if hasBody { head.add("Content-Length", "\(response.body.count)") }
        if let exchange { exchange.addCommonHeaders(&head) }
        head.add("Connection", keepAlive ? "keep-alive" : "close")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(response.body.count + 512)
        head.encode(into: &bytes)
        if hasBody, exchange?.head.method != "HEAD" { bytes.append(contentsOf: response.body) }
        connection.send(bytes)
        if !keepAlive { end() }
    }

    /// The connection stays open, and is the stream's from here on.
    func beginStream(_ exchange: Exchange, _ stream: EventStream) {
        let headers = [
            ("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"),
            ("X-Accel-Buffering", "no"),
        ]
        begin(exchange, headers: headers, then: stream)
    }

    /// Nothing follows it on its connection, which ends with it.
    func beginDownload(
        _ exchange: Exchange, _ download: Download, headers: [(String, String)]
    ) {
        begin(exchange, headers: headers, then: download)
    }

    private func begin(
        _ exchange: Exchange, headers: [(String, String)], then session: any WorkerSession
    ) {
        guard self.exchange === exchange, let connection else { return }
        var head = ResponseHead(status: 200, headers: headers + [("Connection", "close")])
        exchange.addCommonHeaders(&head)
        var bytes: [UInt8] = []
        head.encode(into: &bytes)
        connection.send(bytes)
        isFinished = true
        worker.hand(connection, to: session)
    }

    private func end() {
        isFinished = true
        connection?.closeAfterFlush()
    }

    /// All connections that the hub may hold are in use.
    func refuseForLoad() {
        write(
            .problem(status: 503, "The hub holds all the connections it may; try again.")
                .with("Retry-After", "2"), to: nil, keepAlive: false)
    }

    // MARK: Upgrade

    private func upgrade(_ head: RequestHead) {
        do throws(TicketRejection) {
            if case .refused = worker.context.gatekeeper.judgeOrigin(of: head) {
                worker.noteBadOrigin(head.headers["origin"], from: peerAddress, over: "ws")
                throw TicketRejection(.forbidden, "This Origin is not allowed here.")
            }
            let request: UpgradeRequest
            do {
                request = try UpgradeRequest.validate(head)
            } catch {
                return refuseUpgrade(error)
            }
            guard !worker.isDraining else { throw .unavailable("The hub is going down.") }
            guard let token = worker.context.gatekeeper.token(in: head, inQuery: true) else {
                throw Gatekeeper.unauthorized
            }
            let identity = try worker.context.gatekeeper.identify(
                token, nowSeconds: worker.nowSeconds)
            accept(request, identity)
        } catch {
            worker.metrics.refusals["upgrade_\(error.code.rawValue)", default: 0] += 1
            if error.code == .unauthorized { worker.noteBadToken(from: peerAddress, over: "ws") }
            // Nothing after a refused upgrade is read: it is not HTTP to anyone else.
            write(.problem(error), to: nil, keepAlive: false)
        }
    }

    private func refuseUpgrade(_ error: UpgradeError) {
        worker.metrics.refusals["upgrade_\(error.status)", default: 0] += 1
        var response = Response.problem(status: error.status, error.reason)
        if error.status == 426 {
            response = response.with("Sec-WebSocket-Version", "13").with("Upgrade", "websocket")
        }
        write(response, to: nil, keepAlive: false)
    }

    private func accept(_ request: UpgradeRequest, _ identity: Identity) {
        guard let connection else { return }
        let offersProtocol = request.subprotocols.contains("guichet.v1")
        let deflate = worker.compression.accept(request)
        connection.send(
            Upgrade.response(
                accepting: request, subprotocol: offersProtocol ? "guichet.v1" : nil,
                deflate: deflate))
        isFinished = true
        let session = WebSocketSession(
            worker: worker, connection: connection, identity: identity, deflate: deflate)
        session.peerAddress = peerAddress
        worker.hand(connection, to: session)
        session.begin(parser.takeUnparsed())
    }

    private func upgradeToEcho(_ head: RequestHead) {
        guard let connection else { return }
        do throws(UpgradeError) {
            let request = try UpgradeRequest.validate(head)
            connection.send(
                Upgrade.response(accepting: request, subprotocol: nil, deflate: request.deflate))
            isFinished = true
            let session = EchoSession(
                worker: worker, connection: connection, deflate: request.deflate)
            worker.hand(connection, to: session)
            session.begin(parser.takeUnparsed())
        } catch {
            refuseUpgrade(error)
        }
    }

    // MARK: Ends

    func connectionReachedEnd(_ connection: Connection) {
        hasPeerEnded = true
        if !isBusy, !isFinished { end() }
    }

    func connectionDrained(_ connection: Connection) {
        guard !isFinished else { return }
        connection.resumeReading()
        pump()
    }

    func connectionClosed(_ connection: Connection, error: SystemError?) {
        isFinished = true
        exchange?.abandon()
        exchange = nil
        if connection.hasHandshakeFailed, let error { noteFailedHandshake(error) }
        worker.forget(connection)
        self.connection = nil
    }

    private func noteFailedHandshake(_ error: SystemError) {
        worker.metrics.refusals["tls_handshake", default: 0] += 1
        worker.context.log.info(
            "tls_handshake_failed", [("peer", peerAddress), ("reason", error.description)])
    }

    func sweep(now: Int64) {
        guard let connection else { return }
        let settings = worker.context.settings
        if connection.queuedBytes > 0 {
            if now - connection.lastWriteProgress > Int64(settings.slowReaderSeconds) * 1000 {
                connection.closeNow()
            }
        } else if isFinished {
            return
        } else if exchange == nil, isTooSlow(now: now) {
            worker.metrics.refusals["http_408", default: 0] += 1
            write(
                .problem(status: 408, "The request took too long to arrive."), to: nil,
                keepAlive: false)
        } else if exchange == nil, !hasAsked, requestSince == nil,
            settings.headSeconds > 0, now - quietSince > Int64(settings.headSeconds) * 1000
        {
            // It has never said a word: nothing to answer.
            end()
        } else if exchange == nil, now - quietSince > Int64(settings.keepAliveSeconds) * 1000 {
            end()
        }
    }

    /// A head has its time however slowly it trickles; a body that and a second for every KiB.
    private func isTooSlow(now: Int64) -> Bool {
        let limitMs = Int64(worker.context.settings.headSeconds) * 1000
        guard limitMs > 0, let since = requestSince else { return false }
        guard head != nil, let bodySince else { return now - since > limitMs }
        return now - bodySince > limitMs + Int64(body.count)
    }

    func announceDrain(reconnectInMs: Int) {}

    func sayGoodbye() {
        if exchange == nil { end() } else { exchange?.giveUp() }
    }
}
