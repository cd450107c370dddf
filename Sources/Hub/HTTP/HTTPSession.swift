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
    var state = State.waiting
    /// The identity of the latest response's caller.
    private var answered: Identity?
    private var hasPeerEnded = false
    /// Why this connection is refused; it may only ask whether the hub is alive.
    var refusal: String?
    /// Bytes of this session's unfinished request in the worker's count.
    var countedBytes = 0
    var times: RequestTimes
    private(set) var isPumping = false

    init(worker: Worker, peerAddress: String, servesMetricsOnly: Bool = false) {
        self.worker = worker
        self.peerAddress = peerAddress
        connectionAddress = peerAddress
        self.servesMetricsOnly = servesMetricsOnly
        var limits = HTTPLimits()
        limits.bodyBytes = worker.context.settings.requestBytes
        parser = RequestParser(limits: limits)
        times = RequestTimes(now: worker.loop.now)
    }

    func attach(_ connection: Connection) {
        self.connection = connection
        connection.lowWater = worker.context.settings.outboundBytes / 4
    }

    // MARK: Bytes in

    func connection(_ connection: Connection, received bytes: Span<UInt8>) {
        guard !isFinished else { return }
        times.receivedBytes(at: worker.loop.now)
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
            worker.refusals.count("http_\(error.status)")
            // The body belongs to an answered request: its errors do not matter.
            if case .discarding(_, let discard) = state, discard.answer == nil { return end() }
            write(.problem(status: error.status, error.reason), to: incoming, keepAlive: false)
        }
        sendEarlyAnswer()
        if case .waiting = state, parser.isIdle { times.becameIdle(at: worker.loop.now) }
        // A peer that has closed its sending side gets the answers to its complete requests, and no
        // more.
        if hasPeerEnded, !isBusy, !isFinished { end() }
        countUnfinished()
    }

    private func begin(_ received: RequestHead) {
        worker.metrics.httpRequests += 1
        let head = placed(received)
        times.receivedHead(at: worker.loop.now)
        let exchange = HTTPExchange(session: self, head: head)
        state = .receiving(exchange)
        if servesMetricsOnly { return Router(worker: worker).admitToMetrics(exchange) }
        if let refusal, !Router.asksForHealth(head) { return refuseForLoad(refusal) }
        guard admitsForwarded(head) else { return }
        if upgrades(head) { return }
        beginBody(of: exchange)
        guard head.expectsContinue, !isDiscarding else { return }
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
        refusal = worker.admission.reasonToRefuse(connection, from: address)
    }

    /// False: the client behind the proxy has too many connections, and gets a refusal.
    private func admitsForwarded(_ head: RequestHead) -> Bool {
        let proxies = worker.context.settings.trustedProxies
        guard !proxies.isEmpty, let connection, proxies.covers(connectionAddress) else {
            return true
        }
        peerAddress = proxies.client(
            behind: connectionAddress, forwarded: head.headers.members("x-forwarded-for"))
        guard let reason = worker.admission.reasonToRefuse(connection, from: peerAddress) else {
            return true
        }
        refuseForLoad(reason)
        return false
    }

    private func dispatch() {
        switch state {
        case .discarding(let exchange, let discard): endDiscarded(exchange, discard)
        case .uploading(let exchange, let upload):
            state = .answering(exchange)
            upload.end()
        case .receiving(let exchange):
            state = .answering(exchange)
            let router = Router(worker: worker)
            if servesMetricsOnly { router.routeMetrics(exchange) } else { router.route(exchange) }
        case .waiting, .answering, .finished: break
        }
    }

    // MARK: Bytes out

    /// Sends the response to `exchange`; the next request may follow.
    func finish(_ exchange: HTTPExchange, _ response: Response) {
        if incoming === exchange { return finishEarly(exchange, response) }
        guard self.exchange === exchange else { return }
        write(response, to: exchange, keepAlive: keepsAlive(after: exchange))
        conclude(to: exchange.identity)
    }

    func keepsAlive(after exchange: HTTPExchange) -> Bool {
        exchange.head.keepAlive && !worker.isDraining && refusal == nil
    }

    /// The current request is answered, to `caller`.
    func conclude(to caller: Identity?) {
        answered = caller
        state = isFinished ? .finished(nil) : .waiting
        times.answered(at: worker.loop.now, isNextHere: !parser.isIdle)
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
        let writer = ResponseWriter(worker: worker)
        connection.send(writer.bytes(of: response, to: exchange, keepAlive: keepAlive))
    }

    func end() {
        markFinished()
        connection?.closeAfterFlush()
    }

    /// Refuses with 503: the hub is overloaded, or the address has too many connections.
    func refuseForLoad(_ reason: String) {
        guard !isFinished else { return }
        worker.metrics.refusedConnections += 1
        write(.overload(reason), to: incoming, keepAlive: false)
    }

    // MARK: Upgrade

    /// False: the request is not for an upgrade.
    private func upgrades(_ head: RequestHead) -> Bool {
        guard let connection else { return false }
        let handler = UpgradeHandler(
            worker: worker, connection: connection, peerAddress: peerAddress)
        switch handler.answer(head) {
        case .accepted(let response, let session)?:
            connection.send(response)
            markFinished()
            worker.hand(connection, to: session)
            session.begin(parser.takeUnparsed())
        // Nothing is read after a refused upgrade: to intermediaries it is not HTTP.
        case .refused(let response)?: write(response, to: nil, keepAlive: false)
        case nil: return false
        }
        return true
    }

    // MARK: Ends

    func connectionReachedEnd(_ connection: Connection) {
        hasPeerEnded = true
        if !isBusy, !isFinished { end() }
    }

    func connectionDrained(_ connection: Connection) {
        guard !isFinished else { return }
        if times.heldSince == nil { connection.resumeReading() }
        exchange?.onRoom?()
        pump()
    }

    func connectionClosed(_ connection: Connection, error: SystemError?) {
        abandon()
        countUnfinished()
        if connection.hasPrefaceFailed { noteFailedPreface() }
        if connection.hasHandshakeFailed, let error { noteFailedHandshake(error) }
        worker.forget(connection)
        self.connection = nil
    }

    private func noteFailedPreface() {
        worker.refusals.count("proxy_header")
        worker.context.log.warn("proxy_header_refused", [("ip", peerAddress)])
    }

    private func noteFailedHandshake(_ error: SystemError) {
        worker.refusals.count("tls_handshake")
        worker.context.log.info(
            "tls_handshake_failed", [("peer", peerAddress), ("reason", error.description)])
    }

    func announceDrain(reconnectInMs: Int) {}

    func revoke(_ list: RevocationList) {
        // A response that a slow reader has not taken is cut off; the refusal below is not.
        let isUntaken = (connection?.queuedBytes ?? 0) > 0
        if isUntaken, let answered, list.covers(answered) {
            markFinished()
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
