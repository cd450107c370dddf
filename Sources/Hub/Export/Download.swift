// A long response at its reader's pace: a reader thread makes a page, the worker sends it in
// chunks, and the next page is made when the connection has sent this one.

import Observability
import Reactor
import Text
import Tickets
import Wire

final class Download: WorkerSession {
    private let worker: Worker
    private let identity: Identity
    private let headers: [(String, String)]
    private var body: any PagedBody
    private var gzip: GzipPages?
    private let isChunked: Bool
    private(set) var connection: Connection?
    /// How often the next page has waited for its turn among the searches.
    private var waits = 0

    /// A page as the reader thread returns it.
    private struct Made: Sendable {
        let body: any PagedBody
        let gzip: GzipPages?
        let page: BodyPage
    }

    init(
        _ body: any PagedBody, headers: [(String, String)], for exchange: HTTPExchange,
        of identity: Identity, on worker: Worker
    ) {
        self.worker = worker
        self.identity = identity
        self.body = body
        let acceptsGzip = exchange.head.headers.acceptsGzip
        gzip = acceptsGzip ? GzipPages() : nil
        self.headers =
            headers + [("Cache-Control", "no-store"), ("Vary", "Accept-Encoding")]
            + (acceptsGzip ? [("Content-Encoding", "gzip")] : [])
        isChunked = exchange.head.minorVersion == 1
    }

    // MARK: The first page

    /// Reads the first page before it sends anything: a body of one page becomes an ordinary
    /// response, and an error can still be a problem with a status.
    func begin(_ exchange: HTTPExchange) {
        ask { [self] result in
            switch result {
            case .failure(let rejection): exchange.refuse(rejection, for: identity.caller)
            case .success(let made):
                switch made.page {
                case .notFound: exchange.refuse(.notFound)
                case .last(let bytes):
                    exchange.respond(Response(status: 200, headers: headers, body: bytes))
                case .more(let bytes): stream(bytes, exchange)
                }
            }
        }
    }

    private func stream(_ bytes: [UInt8], _ exchange: HTTPExchange) {
        guard exchange.isOpen, let connection = exchange.connectionSession?.connection else {
            return
        }
        self.connection = connection
        // Low water 0: a slow reader holds one page in memory, no more.
        connection.lowWater = 0
        exchange.download(
            self, headers: headers + (isChunked ? [("Transfer-Encoding", "chunked")] : []))
        if exchange.head.method == "HEAD" { return connection.closeAfterFlush() }
        send(bytes)
    }

    // MARK: The pages after it

    func connectionDrained(_ connection: Connection) {
        guard !connection.isClosing else { return }
        guard identity.expiresAt > worker.nowSeconds else { return breakOff() }
        ask { [weak self] result in
            guard let self, self.connection != nil else { return }
            switch result {
            case .failure: breakOff()
            case .success(let made):
                switch made.page {
                case .more(let bytes): send(bytes)
                case .last(let bytes): finish(bytes)
                case .notFound: breakOff()
                }
            }
        }
    }

    private func ask(_ then: @escaping (Result<Made, TicketRejection>) -> Void) {
        let (body, gzip) = (body, gzip)
        let work = { @Sendable (reader: any TicketReader) throws(StoreError) in
            try Self.make(body, gzip, with: reader)
        }
        let keep = { [weak self] (answer: Result<Made, TicketRejection>) in
            if case .success(let made) = answer {
                self?.body = made.body
                self?.gzip = made.gzip
                self?.waits = 0
            }
            then(answer)
        }
        guard body.isSearch else { return worker.requests.ask(work, then: keep) }
        worker.requests.search(for: identity.caller.person, work) { [weak self] answer in
            guard let self, case .failure(let rejection) = answer, mayWait(rejection) else {
                return keep(answer)
            }
            waits += 1
            _ = worker.loop.schedule(afterMilliseconds: Self.turnMs) { [weak self] in
                guard let self, connection != nil else { return }
                ask(then)
            }
        }
    }

    /// Pages that search for words count as searches: the first one can be refused, later ones wait
    /// for room.
    private func mayWait(_ rejection: TicketRejection) -> Bool {
        connection != nil && waits < Self.waitsMax
            && (rejection.code == .rateLimited || rejection.code == .unavailable)
    }

    /// How long a page waits before it asks the searches again.
    private static let turnMs = 200
    /// How often a page asks before the download is aborted.
    private static let waitsMax = 100

    private static func make(
        _ body: any PagedBody, _ gzip: GzipPages?, with reader: any TicketReader
    ) throws(StoreError) -> Made {
        var (body, gzip) = (body, gzip)
        let page = try body.nextPage(from: reader)
        guard gzip != nil else { return Made(body: body, gzip: nil, page: page) }
        let packed: BodyPage? =
            switch page {
            case .more(let bytes): gzip?.pack(bytes, isLast: false).map { .more($0) }
            case .last(let bytes): gzip?.pack(bytes, isLast: true).map { .last($0) }
            case .notFound: .notFound
            }
        guard let packed else { throw .unavailable("there is no memory to compress with") }
        return Made(body: body, gzip: gzip, page: packed)
    }

    private func send(_ bytes: [UInt8]) {
        guard isChunked else {
            connection?.send(bytes)
            return
        }
        var framed: [UInt8] = []
        framed.reserveCapacity(bytes.count + 16)
        ChunkedEncoder.append(bytes, to: &framed)
        connection?.send(framed)
    }

    private func finish(_ bytes: [UInt8]) {
        send(bytes)
        if isChunked {
            var end: [UInt8] = []
            ChunkedEncoder.finish(&end)
            connection?.send(end)
        }
        connection?.closeAfterFlush()
    }

    /// Ends without the closing chunk, so that the peer knows that the body is incomplete.
    private func breakOff() {
        worker.refusals.count("download_broken_off")
        connection?.closeNow()
    }

    // MARK: WorkerSession

    /// A download ignores input.
    func connection(_ connection: Connection, received bytes: Span<UInt8>) {}

    /// A peer that has closed its sending side may still read; a failed write shows that it is
    /// gone.
    func connectionReachedEnd(_ connection: Connection) {}

    func connectionClosed(_ connection: Connection, error: SystemError?) {
        worker.forget(connection)
        self.connection = nil
    }

    func sweep(now: Int64) {}

    func revoke(_ list: RevocationList) {
        if list.covers(identity) { breakOff() }
    }

    func announceDrain(reconnectInMs: Int) {}

    func sayGoodbye() {
        if connection?.isClosing == false { breakOff() }
    }
}
