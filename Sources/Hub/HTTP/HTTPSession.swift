// One HTTP/1.1 connection: one request at a time; pipelined requests wait.

import Observability
import Reactor
import Text
import Tickets
import Wire

final class HTTPSession: WorkerSession {
    let worker: Worker
    /// The client's address: the peer, or the one that a trusted proxy names.
    private(set) var peerAddress: String
    private var connectionAddress: String
    /// Accepted by the metrics listener.
    let servesMetricsOnly: Bool
    private(set) var connection: Connection?
    var parser: RequestParser
    /// The request whose body is still coming; its head has been judged.
    var incoming: HTTPExchange?
    /// Bytes of the current body.
    var bodyBytes = 0
    /// A form whose body is not kept here but passed on as it comes.
    var upload: UploadCall?
    /// When reading from the uploader was paused.
    var heldSince: Int64?
    /// The request is answered while its body is still coming: the rest is dropped, then the
    /// connection ends or goes on.
    var discarding: Rest?
    /// The response to it, sent when all available bytes are read: a malformed body is reported
    /// first.
    var earlyAnswer: Response?
    /// The request that is being answered; later ones wait in the parser.
    private(set) var exchange: HTTPExchange?
    /// The identity of the latest response's caller.
    private var answered: Identity?
    var isFinished = false
    private var hasPeerEnded = false
    /// Why this connection is refused; it may only ask whether the hub is alive.
    var refusal: String?
    /// Bytes of this session's unfinished request in the worker's count.
    var countedBytes = 0
    /// Monotonic milliseconds: start of the silence, of the current request, of its body.
    private(set) var quietSince: Int64
    private(set) var requestSince: Int64?
    var bodySince: Int64?
    private(set) var hasAsked = false
    private(set) var isPumping = false

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
        // A peer that pipelines without end waits in its own socket buffer.
        if isBusy, parser.bufferedBytes > Self.pipelinedBytesMax { connection.pauseReading() }
    }

    /// Bytes of requests that wait until the one before them is answered.
    private static let pipelinedBytesMax = 64 * 1024

    /// A response is in progress, or too many bytes wait for the reader to begin another.
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
            // The body belongs to an answered request: its errors do not matter.
            if discarding != nil, earlyAnswer == nil { return end() }
            earlyAnswer = nil
            write(.problem(status: error.status, error.reason), to: incoming, keepAlive: false)
        }
        sendEarlyAnswer()
        if exchange == nil, parser.isIdle, incoming == nil {
            requestSince = nil
            quietSince = worker.loop.now
        }
        // A peer that has closed its sending side gets the answers to its complete requests, and no
        // more.
        if hasPeerEnded, !isBusy, !isFinished { end() }
        countUnfinished()
    }

    private func begin(_ received: RequestHead) {
        worker.metrics.httpRequests += 1
        let head = placed(received)
        hasAsked = true
        bodySince = worker.loop.now
        bodyBytes = 0
        let exchange = HTTPExchange(session: self, head: head)
        incoming = exchange
        if servesMetricsOnly { return Router(worker: worker).admitToMetrics(exchange) }
        if let refusal, !Router.asksForHealth(head) { return refuseForLoad(refusal) }
        guard admitsForwarded(head) else { return }
        if head.path == "/ws", head.method == "GET" { return upgrade(head) }
        if head.path == EchoSession.path, worker.context.settings.servesConformance {
            return upgradeToEcho(head)
        }
        beginBody()
        guard head.expectsContinue, discarding == nil else { return }
        connection?.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }

    /// The request with its path below the hub's base path.
    private func placed(_ head: RequestHead) -> RequestHead {
        let base = worker.context.settings.basePath
        return base.isEmpty
            ? head : head.moved(to: ExactText(BasePath.path(head.path.string, below: base)))
    }

    /// A PROXY header at the start of the connection names the client's address.
    func stands(for address: String) {
        peerAddress = address
        connectionAddress = address
        guard let connection, refusal == nil,
            !worker.context.settings.trustedProxies.covers(address)
        else { return }
        refusal = worker.reasonToRefuse(connection, from: address)
    }

    /// False: the client behind the proxy has too many connections, and gets a refusal.
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

    private func dispatch() {
        guard let exchange = incoming else { return }
        if discarding != nil { return endDiscarded(exchange) }
        self.exchange = exchange
        incoming = nil
        if let upload {
            self.upload = nil
            return upload.end()
        }
        let router = Router(worker: worker)
        if servesMetricsOnly { router.routeMetrics(exchange) } else { router.route(exchange) }
    }

    // MARK: Bytes out

    /// Sends the response to `exchange`; the next request may follow.
    func finish(_ exchange: HTTPExchange, _ response: Response) {
        if incoming === exchange { return finishEarly(exchange, response) }
        guard self.exchange === exchange else { return }
        write(response, to: exchange, keepAlive: keepsAlive(after: exchange))
        conclude()
    }

    func keepsAlive(after exchange: HTTPExchange) -> Bool {
        exchange.head.keepAlive && !worker.isDraining && refusal == nil
    }

    /// The current request is answered.
    func conclude() {
        answered = exchange?.identity
        exchange = nil
        quietSince = worker.loop.now
        // The time of a pipelined request starts here.
        requestSince = parser.isIdle ? nil : worker.loop.now
        connection?.resumeReading()
        pump()
    }

    func write(_ response: Response, to exchange: HTTPExchange?, keepAlive: Bool) {
        send(response, to: exchange, keepAlive: keepAlive)
        if !keepAlive { end() }
    }

    func send(_ response: Response, to exchange: HTTPExchange?, keepAlive: Bool) {
        guard let connection, !isFinished else { return }
        if response.status >= 400 { worker.metrics.rejections[response.status, default: 0] += 1 }
        let hasBody = response.status != 204 && response.status != 304
        let hasLength = hasBody && !response.isEndless
        var bytes: [UInt8] = []
        bytes.reserveCapacity(response.body.count + 512)
        head(
            of: response, length: hasLength ? response.body.count : nil, to: exchange,
            keepAlive: keepAlive
        ).encode(into: &bytes)
        if hasBody, exchange?.head.method != "HEAD" { bytes.append(contentsOf: response.body) }
        connection.send(bytes)
    }

    private func head(
        of response: Response, length: Int?, to exchange: HTTPExchange?, keepAlive: Bool
    ) -> ResponseHead {
        let base = worker.context.settings.basePath
        let headers =
            base.isEmpty
            ? response.headers : response.headers.map { BasePath.header($0, below: base) }
        var head = ResponseHead(status: response.status, headers: headers)
        if let length { head.add("Content-Length", "\(length)") }
        worker.addCommonHeaders(to: &head, for: exchange)
        head.add("Connection", keepAlive ? "keep-alive" : "close")
        return head
    }

    // MARK: A body in pieces

    func begin(_ exchange: HTTPExchange, _ response: Response, length: Int) {
        guard self.exchange === exchange, let connection, !isFinished else { return }
        var bytes: [UInt8] = []
        head(
            of: response, length: length, to: exchange, keepAlive: keepsAlive(after: exchange)
        ).encode(into: &bytes)
        connection.send(bytes)
    }

    func send(_ piece: [UInt8], of exchange: HTTPExchange) {
        guard self.exchange === exchange, !isFinished else { return }
        connection?.send(piece)
    }

    func end(_ exchange: HTTPExchange) {
        guard self.exchange === exchange else { return }
        if !keepsAlive(after: exchange) { end() }
        conclude()
    }

    func breakOff(_ exchange: HTTPExchange) {
        guard self.exchange === exchange else { return }
        isFinished = true
        connection?.closeNow()
    }

    var hasRoom: Bool { connection.map { $0.queuedBytes <= $0.lowWater } ?? false }

    /// Hands the connection to the stream and keeps it open.
    func beginStream(_ exchange: HTTPExchange, _ stream: EventStream) {
        begin(exchange, headers: EventStream.headers, then: stream)
    }

    /// Hands the connection to the download; it ends with the download.
    func beginDownload(
        _ exchange: HTTPExchange, _ download: Download, headers: [(String, String)]
    ) {
        begin(exchange, headers: headers, then: download)
    }

    private func begin(
        _ exchange: HTTPExchange, headers: [(String, String)], then session: any WorkerSession
    ) {
        guard self.exchange === exchange, let connection else { return }
        var head = ResponseHead(status: 200, headers: headers + [("Connection", "close")])
        worker.addCommonHeaders(to: &head, for: exchange)
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

    /// Refuses with 503: the hub is overloaded, or the address has too many connections.
    func refuseForLoad(_ reason: String) {
        guard !isFinished else { return }
        worker.metrics.refusedConnections += 1
        write(.overload(reason), to: incoming, keepAlive: false)
    }

    // MARK: Upgrade

    private func upgrade(_ head: RequestHead) {
        do throws(TicketRejection) {
            if case .refused = worker.context.authenticator.judgeOrigin(of: head) {
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
            let identity = try worker.identify(head, inQuery: true, opensSocket: true)
            accept(request, identity, try worker.account(of: identity.caller.person).hold(.sockets))
        } catch {
            worker.metrics.refusals["upgrade_\(error.code.rawValue)", default: 0] += 1
            if error.code == .unauthorized {
                worker.noteBadToken(error, from: peerAddress, over: "ws")
            }
            // Nothing is read after a refused upgrade: to intermediaries it is not HTTP.
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
                deflate: deflate, date: worker.httpDate))
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
        incoming?.abandon()
        incoming = nil
        upload = nil
        countUnfinished()
        if connection.hasPrefaceFailed { noteFailedPreface() }
        if connection.hasHandshakeFailed, let error { noteFailedHandshake(error) }
        worker.forget(connection)
        self.connection = nil
    }

    private func noteFailedPreface() {
        worker.metrics.refusals["proxy_header", default: 0] += 1
        worker.context.log.warn("proxy_header_refused", [("ip", peerAddress)])
    }

    private func noteFailedHandshake(_ error: SystemError) {
        worker.metrics.refusals["tls_handshake", default: 0] += 1
        worker.context.log.info(
            "tls_handshake_failed", [("peer", peerAddress), ("reason", error.description)])
    }

    func announceDrain(reconnectInMs: Int) {}

    func revoke(_ list: RevocationList) {
        // A response that a slow reader has not taken is cut off; the refusal below is not.
        let isUntaken = (connection?.queuedBytes ?? 0) > 0
        if isUntaken, let answered, list.covers(answered) {
            isFinished = true
            connection?.closeNow()
            return
        }
        exchange?.revoke(list)
        incoming?.revoke(list)
    }

    func sayGoodbye() {
        incoming?.giveUp()
        if exchange == nil { end() } else { exchange?.giveUp() }
    }
}
