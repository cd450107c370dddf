// One HTTP/1.1 connection: requests one after the other, pipelined ones waiting their turn.

import Reactor
import Text
import Tickets
import Wire

final class HTTPSession: WorkerSession {
    let worker: Worker
    /// Who asks: the peer, or whoever a proxy that is trusted names.
    private(set) var peerAddress: String
    private let connectionAddress: String
    /// It came by the listener of operators.
    let servesMetricsOnly: Bool
    private(set) var connection: Connection?
    var parser: RequestParser
    private var head: RequestHead?
    private var body: [UInt8] = []
    /// Of the body under way.
    var bodyBytes = 0
    /// A form whose body is not kept here but goes on as it comes.
    var upload: UploadCall?
    /// Since when the uploader waits for us.
    var heldSince: Int64?
    /// The request is answered, though its body is still coming.
    var isDiscarding = false
    /// The request that is being answered; later ones wait in the parser.
    private var exchange: Exchange?
    var isFinished = false
    private var hasPeerEnded = false
    /// Monotonic milliseconds: when the silence began, the request under way, its body.
    private var quietSince: Int64
    private var requestSince: Int64?
    var bodySince: Int64?
    private var hasAsked = false
    private var isPumping = false

    init(worker: Worker, peerAddress: String, servesMetricsOnly: Bool = false) {
        self.worker = worker
        self.peerAddress = peerAddress
        connectionAddress = peerAddress
        self.servesMetricsOnly = servesMetricsOnly
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

    func pump() {
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        do throws(HTTPError) {
            while !isBusy, !isFinished, let incoming = try parser.next() {
                switch incoming {
                case .head(let head): begin(head)
                case .body(let bytes): take(bytes)
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

    private func begin(_ received: RequestHead) {
        worker.metrics.httpRequests += 1
        let head = placed(received)
        self.head = head
        hasAsked = true
        bodySince = worker.loop.now
        bodyBytes = 0
        if servesMetricsOnly { return }
        guard admitsForwarded(head) else { return }
        if head.path == "/ws" { return upgrade(head) }
        if head.path == EchoSession.path, worker.context.settings.servesConformance {
            return upgradeToEcho(head)
        }
        if UploadCall.isUpload(head) { beginUpload(head) }
        guard head.expectsContinue, !isDiscarding else { return }
        connection?.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }

    /// The request as it is below the hub's own root.
    private func placed(_ head: RequestHead) -> RequestHead {
        let base = worker.context.settings.basePath
        return base.isEmpty
            ? head : head.moved(to: ExactText(BasePath.path(head.path.string, below: base)))
    }

    /// False: whoever is behind the proxy has too many connections, and is told.
    private func admitsForwarded(_ head: RequestHead) -> Bool {
        let proxies = worker.context.settings.trustedProxies
        guard !proxies.isEmpty, let connection, proxies.covers(connectionAddress) else {
            return true
        }
        peerAddress = proxies.client(
            behind: connectionAddress, forwarded: head.headers.members("x-forwarded-for"))
        guard let reason = worker.reasonToRefuse(connection, from: peerAddress) else { return true }
        refuseForLoad(reason)
        return false
    }

    private func take(_ bytes: [UInt8]) {
        bodyBytes += bytes.count
        if let upload {
            upload.take(bytes)
            if upload.isBehind { hold() }
        } else if isDiscarding {
            if bodyBytes > discardedBytesMax { hangUp() }
        } else {
            body.append(contentsOf: bytes)
        }
    }

    private func dispatch() {
        if isDiscarding { return end() }
        guard let head else { return }
        if let upload {
            exchange = upload.exchange
            self.upload = nil
            self.head = nil
            return upload.end()
        }
        let exchange = Exchange(session: self, head: head, body: body)
        self.exchange = exchange
        self.head = nil
        body = []
        let router = Router(worker: worker)
        if servesMetricsOnly { router.routeMetrics(exchange) } else { router.route(exchange) }
    }

    // MARK: Bytes out

    /// The answer to `exchange`; the next request may follow.
    func finish(_ exchange: Exchange, _ response: Response) {
        if let upload, upload.exchange === exchange { return refuseUpload(exchange, response) }
        guard self.exchange === exchange else { return }
        let keepAlive = exchange.head.keepAlive && !worker.isDraining
        write(response, to: exchange, keepAlive: keepAlive)
        conclude()
    }

    /// The request under way is answered.
    private func conclude() {
        exchange = nil
        quietSince = worker.loop.now
        // What is there already of the next request has its time from here.
        requestSince = parser.isIdle ? nil : worker.loop.now
        connection?.resumeReading()
        pump()
    }

    private func write(_ response: Response, to exchange: Exchange?, keepAlive: Bool) {
        send(response, to: exchange, keepAlive: keepAlive)
        if !keepAlive { end() }
    }

    func send(_ response: Response, to exchange: Exchange?, keepAlive: Bool) {
        guard let connection, !isFinished else { return }
        if response.status >= 400 { worker.metrics.rejections[response.status, default: 0] += 1 }
        let hasBody = response.status != 204 && response.status != 304
        var bytes: [UInt8] = []
        bytes.reserveCapacity(response.body.count + 512)
        head(
            of: response, length: hasBody ? response.body.count : nil, to: exchange,
            keepAlive: keepAlive
        ).encode(into: &bytes)
        if hasBody, exchange?.head.method != "HEAD" { bytes.append(contentsOf: response.body) }
        connection.send(bytes)
    }

    private func head(
        of response: Response, length: Int?, to exchange: Exchange?, keepAlive: Bool
    ) -> ResponseHead {
        var head = ResponseHead(status: response.status, headers: response.headers)
        if let length { head.add("Content-Length", "\(length)") }
        if let exchange { exchange.addCommonHeaders(&head) }
        head.add("Connection", keepAlive ? "keep-alive" : "close")
        return head
    }

    // MARK: A body in pieces

    func begin(_ exchange: Exchange, _ response: Response, length: Int) {
        guard self.exchange === exchange, let connection, !isFinished else { return }
        var bytes: [UInt8] = []
        head(
            of: response, length: length, to: exchange, keepAlive: exchange.head.keepAlive
        ).encode(into: &bytes)
        connection.send(bytes)
    }

    func send(_ piece: [UInt8], of exchange: Exchange) {
        guard self.exchange === exchange, !isFinished else { return }
        connection?.send(piece)
    }

    func end(_ exchange: Exchange) {
        guard self.exchange === exchange else { return }
        if !exchange.head.keepAlive || worker.isDraining { end() }
        conclude()
    }

    func breakOff(_ exchange: Exchange) {
        guard self.exchange === exchange else { return }
        isFinished = true
        connection?.closeNow()
    }

    var hasRoom: Bool { connection.map { $0.queuedBytes <= $0.lowWater } ?? false }

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

    func end() {
        isFinished = true
        connection?.closeAfterFlush()
    }

    /// The hub takes on no more for now, or no more from there.
    func refuseForLoad(_ reason: String) {
        write(
            .problem(status: 503, reason).with("Retry-After", "2"), to: nil, keepAlive: false)
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
            let identity = try worker.identify(token)
            accept(request, identity, try worker.account(of: identity.caller.person).hold(.sockets))
        } catch {
            worker.metrics.refusals["upgrade_\(error.code.rawValue)", default: 0] += 1
            if error.code == .unauthorized {
                worker.noteBadToken(error, from: peerAddress, over: "ws")
            }
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

    private func accept(
        _ request: UpgradeRequest, _ identity: Identity, _ hold: AccountHold
    ) {
        guard let connection else { return }
        let offersProtocol = request.subprotocols.contains("guichet.v1")
        let deflate = worker.compression.accept(request)
        connection.send(
            Upgrade.response(
                accepting: request, subprotocol: offersProtocol ? "guichet.v1" : nil,
                deflate: deflate))
        isFinished = true
        let session = WebSocketSession(
            worker: worker, connection: connection, identity: identity, hold: hold,
            deflate: deflate)
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
        if heldSince == nil { connection.resumeReading() }
        exchange?.onRoom?()
        pump()
    }

    func connectionClosed(_ connection: Connection, error: SystemError?) {
        isFinished = true
        exchange?.abandon()
        exchange = nil
        upload?.exchange.abandon()
        upload = nil
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
        } else if isFinished || heldSince != nil {
            return
        } else if isDiscarding {
            if isTooSlow(now: now) { end() }
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
        let mostMs = Int64(UploadSettings.uploadSecondsMax) * 1000
        return now - bodySince > limitMs + min(mostMs, Int64(bodyBytes))
    }

    func announceDrain(reconnectInMs: Int) {}

    func revoke(_ list: RevocationList) {
        exchange?.revoke(list)
        upload?.exchange.revoke(list)
    }

    func sayGoodbye() {
        upload?.exchange.giveUp()
        if exchange == nil { end() } else { exchange?.giveUp() }
    }
}
