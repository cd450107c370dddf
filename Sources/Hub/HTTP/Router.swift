// Routes paths to calls (docs/protocol.md 6.3).

import APIDescription
import Observability
import Protocol
import Reactor
import Text
import Tickets
import Wire

struct Router {
    let worker: Worker

    static func segments(_ path: ExactText) -> [ExactText] { path.split(at: "/") }

    /// Answers a complete request.
    func route(_ exchange: HTTPExchange) {
        guard exchange.isAdmitted || admits(exchange) else { return }
        let head = exchange.head
        let path = Self.segments(head.path)
        if path.first == "api" {
            if head.method == "OPTIONS" { return preflight(exchange) }
            guard let identity = exchange.identity else { return }
            // The token may have expired while the body arrived.
            guard identity.expiresAt > worker.nowSeconds else {
                return exchange.refuse(Authenticator.expired)
            }
            return api(Array(path.dropFirst()), exchange, identity)
        }
        switch head.path {
        case "*": exchange.respond(Response.noContent.with("Allow", Self.pageVerbs))
        case "/healthz": exchange.respond(.text("ok\n"))
        case "/readyz": ready(exchange)
        case "/openapi.json": exchange.respond(.json(OpenAPIDocument.json))
        case "/metrics": exchange.respond(MetricsPage(worker: worker).response)
        default: exchange.respond(worker.context.assets.response(to: head))
        }
    }

    // MARK: Decisions on the head

    /// Judges origin, token, path, method and body headers before any byte of the body is kept.
    /// False: it has been answered.
    func admits(_ exchange: HTTPExchange) -> Bool {
        guard admitsOrigin(of: exchange) else { return false }
        let head = exchange.head
        // The limit for any request.
        let most = worker.context.settings.requestBytes
        if case .length(let length) = head.framing, length > most {
            return refuseLength(most, exchange)
        }
        let path = Self.segments(head.path)
        if path.first == "api" {
            if head.method != "OPTIONS" {
                guard identify(exchange, inQuery: path.last == "stream") != nil else {
                    return false
                }
                guard admitsMethod(Self.methods(of: path.dropFirst()), exchange) else {
                    return false
                }
            }
        } else {
            guard admitsMethod(pageMethods(of: exchange), exchange) else { return false }
        }
        guard admitsCoding(of: exchange), admitsLength(of: exchange) else { return false }
        exchange.isAdmitted = true
        return true
    }

    /// A health check, which is answered even on a refused connection.
    static func asksForHealth(_ head: RequestHead) -> Bool {
        head.path == "/healthz" && ["GET", "HEAD"].contains(head.method) && !head.hasBody
    }

    private func admitsMethod(_ allowed: [String]?, _ exchange: HTTPExchange) -> Bool {
        let method = exchange.head.method
        guard let allowed else {
            if Self.knownMethods.contains(method) {
                let isCall = exchange.identity != nil
                exchange.respond(
                    .problem(
                        status: 404,
                        isCall ? "There is no such call." : "There is nothing at this path."))
            } else {
                exchange.respond(.problem(status: 501, "This method is not known here."))
            }
            return false
        }
        if allowed.contains(method) { return true }
        exchange.respond(
            .problem(status: 405, "This method is not for this path.")
                .with("Allow", allowed.joined(separator: ", ")))
        return false
    }

    private static let knownMethods: Set<String> = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
    ]

    /// Request bodies must not have a content coding: the hub does not decode them.
    func admitsCoding(of exchange: HTTPExchange) -> Bool {
        let codings = exchange.head.headers.tokens("content-encoding")
        guard exchange.head.hasBody, codings.contains(where: { $0 != "identity" }) else {
            return true
        }
        exchange.respond(
            .problem(status: 415, "A body is taken as it is: leave Content-Encoding out.")
                .with("Accept-Encoding", "identity"))
        return false
    }

    /// Bytes that are read and dropped of a body that a call does not use.
    private static let uselessBytesMax = 8192

    private func admitsLength(of exchange: HTTPExchange) -> Bool {
        let most =
            exchange.keepsBody ? worker.context.settings.requestBytes : Self.uselessBytesMax
        exchange.setBodyLimit(most)
        guard case .length(let length) = exchange.head.framing, length > most else { return true }
        return refuseLength(most, exchange)
    }

    private func refuseLength(_ most: Int, _ exchange: HTTPExchange) -> Bool {
        exchange.respond(.problem(status: 413, "The body is larger than \(most) bytes."))
        return false
    }

    // MARK: Metrics

    /// On the metrics listener: no body, no token.
    func admitToMetrics(_ exchange: HTTPExchange) {
        guard admitsMethod(["GET", "HEAD"], exchange), admitsLength(of: exchange) else { return }
        exchange.isAdmitted = true
    }

    func routeMetrics(_ exchange: HTTPExchange) {
        guard exchange.isAdmitted else { return }
        switch exchange.head.path {
        case "/metrics": exchange.respond(MetricsPage(worker: worker).response)
        default: exchange.respond(.problem(status: 404, "There is nothing but /metrics here."))
        }
    }

    /// Callers without access get the answer for an unknown path.
    private func maySeeMetrics(_ exchange: HTTPExchange) -> Bool {
        let context = worker.context
        switch context.authenticator.credential(in: exchange.head, inQuery: false) {
        case nil: return false
        case .token(let token)?:
            if let secret = context.settings.metricsToken,
                constantTimeEquals(secret, Array(token.utf8))
            {
                return true
            }
        case .cookies?: break
        }
        let identity = try? worker.identify(exchange.head, inQuery: false)
        return identity?.caller.person.role == .admin
    }

    /// False: it has been answered.
    func admitsOrigin(of exchange: HTTPExchange) -> Bool {
        let head = exchange.head
        switch worker.context.authenticator.judgeOrigin(of: head) {
        case .refused:
            worker.noteBadOrigin(
                head.headers["origin"], from: exchange.peerAddress, over: "rest")
            exchange.respond(.problem(status: 403, "This Origin is not allowed here."))
            return false
        case .allowed(let origin): exchange.allowedOrigin = origin
        case .none, .sameOrigin: break
        }
        return true
    }

    /// nil: there is no such page.
    private func pageMethods(of exchange: HTTPExchange) -> [String]? {
        switch exchange.head.path {
        case "*": ["OPTIONS"]
        case "/healthz", "/readyz", "/openapi.json": ["GET", "HEAD"]
        case "/metrics": maySeeMetrics(exchange) ? ["GET", "HEAD"] : nil
        case "/ws": ["GET"]
        default: worker.context.assets.has(exchange.head.path) ? ["GET", "HEAD"] : nil
        }
    }

    private static let pageVerbs = "GET, HEAD, POST, PATCH, PUT, DELETE"

    private func preflight(_ exchange: HTTPExchange) {
        exchange.respond(
            Response.noContent
                .with("Access-Control-Allow-Methods", Self.pageVerbs)
                .with("Access-Control-Allow-Headers", Self.headersOfPages)
                .with("Access-Control-Max-Age", "600"))
    }

    /// Ready: the store answers, and the latest write did not fail just now.
    private func ready(_ exchange: HTTPExchange) {
        if worker.context.journalMetrics.isFailing(at: worker.loop.now) {
            return exchange.respond(.problem(.unavailable("The store does not take writes now.")))
        }
        worker.ask { reader throws(StoreError) in
            try reader.ping()
        } then: { (answer: Result<Void, TicketRejection>) in
            switch answer {
            case .success: exchange.respond(.text("ready\n"))
            case .failure(let rejection): exchange.respond(.problem(rejection))
            }
        }
    }

    // MARK: /api

    /// nil: it has been answered.
    func identify(_ exchange: HTTPExchange, inQuery: Bool) -> Identity? {
        do throws(TicketRejection) {
            let identity = try worker.identify(exchange.head, inQuery: inQuery)
            worker.note(identity.caller.person)
            worker.note(contactOf: identity)
            exchange.identity = identity
            if exchange.isCommand { try worker.charge(commandOf: identity.caller.person) }
            return identity
        } catch {
            exchange.refuse(error)
            return nil
        }
    }

    private func api(_ path: [ExactText], _ exchange: HTTPExchange, _ identity: Identity) {
        // HEAD is routed as GET; its body is not sent.
        let method = exchange.head.method == "HEAD" ? "GET" : exchange.head.method
        let tickets = TicketCalls(worker: worker, exchange: exchange, identity: identity)
        let others = PeopleCalls(worker: worker, exchange: exchange, identity: identity)
        let exports = ExportCalls(worker: worker, exchange: exchange, identity: identity)
        let settings = worker.context.settings
        switch (method, path.count, path.first, path.dropFirst().last ?? "") {
        case ("GET", 1, "me", _): plain(exchange) { others.me() }
        case ("GET", 1, "users", _): others.users()
        case ("POST", 3..., "people", "erase"): plain(exchange) { others.erase() }
        case ("GET", 1, "projects", _): plain(exchange) { others.projects() }
        case ("GET", 1, "sla", _): SettingsCalls(exchange, identity, settings).sla()
        case ("GET", 1, "webhooks", _): SettingsCalls(exchange, identity, settings).webhooks()
        case ("GET", 2, "sla", "preview"): others.slaPreview()
        case ("GET", 2, "files", let id):
            FileCall(worker: worker, exchange: exchange, identity: identity).get(id)
        case ("GET", 2, "queue", "stream"): tickets.streamQueue()
        case (_, 1...2, "canned", _): catalog(.canned, method, path, exchange, identity)
        case (_, 1...2, "views", _): catalog(.views, method, path, exchange, identity)
        case ("GET", 1, "tickets", _): tickets.list()
        case ("POST", 1, "tickets", _): plain(exchange) { tickets.create() }
        case ("PATCH", 1, "tickets", _): plain(exchange) { tickets.patchNamed() }
        case ("GET", 2, "tickets", let id): plain(exchange) { tickets.detail(id) }
        case ("PATCH", 2, "tickets", let id): plain(exchange) { tickets.patch(id) }
        case ("POST", 2, "tickets", let id): plain(exchange) { tickets.post(id) }
        case ("GET", 3, "tickets", "events"): tickets.events(path[1])
        case ("GET", 3, "tickets", "stream"):
            plain(exchange, but: ["access_token", "lastEventId"]) { tickets.stream(path[1]) }
        case ("POST", 3, "tickets", "read"): plain(exchange) { tickets.read(path[1]) }
        case ("POST", 5, "tickets", "redact") where path[2] == "messages":
            plain(exchange) { tickets.redact(path[1], seq: path[3]) }
        case ("GET", 1, "notifications", _):
            NotificationCalls(worker: worker, exchange: exchange, identity: identity).list()
        case ("POST", 2, "notifications", "read"):
            NotificationCalls(worker: worker, exchange: exchange, identity: identity).read()
        case ("GET", 3, "tickets", "history"): exports.history(path[1])
        case ("GET", 1, "export", _): exports.export()
        case ("GET", 1, "stats", _):
            StatisticsCalls(worker: worker, exchange: exchange, identity: identity).report()
        default: missing(exchange)
        }
    }

    /// For calls without query fields: any field there is unknown.
    private func plain(_ exchange: HTTPExchange, but known: Set<ExactText> = [], _ call: () -> Void)
    {
        do throws(TicketRejection) {
            let fields = try FieldReader(query: exchange.head.query, without: known)
            try fields.finish()
        } catch {
            return exchange.refuse(error)
        }
        call()
    }

    private func catalog(
        _ kind: CatalogKind, _ method: String, _ path: [ExactText], _ exchange: HTTPExchange,
        _ identity: Identity
    ) {
        let calls = CatalogCalls(
            worker: worker, exchange: exchange, identity: identity, kind: kind)
        switch (method, path.dropFirst().last) {
        case ("GET", nil): calls.list()
        case ("POST", nil): calls.create()
        case ("GET", let id?): calls.read(id)
        case ("PUT", let id?): calls.replace(id)
        case ("DELETE", let id?): calls.remove(id)
        default: missing(exchange)
        }
    }

    private func missing(_ exchange: HTTPExchange) {
        exchange.respond(.problem(status: 404, "There is no such call."))
    }

    /// Methods of a path below /api; nil: no such call. Checked before the body and apart from the
    /// calls: a call that is missing here is never reached.
    static func methods(of path: ArraySlice<ExactText>) -> [String]? {
        switch (path.count, path.first, path.dropFirst().last ?? "") {
        case (1, "me", _), (1, "users", _), (1, "projects", _): ["GET", "HEAD"]
        case (3..., "people", "erase"): ["POST"]
        case (1, "sla", _), (1, "webhooks", _): ["GET", "HEAD"]
        case (2, "sla", "preview"), (2, "queue", "stream"): ["GET", "HEAD"]
        case (1, "tickets", _): ["GET", "HEAD", "POST", "PATCH"]
        case (2, "tickets", _): ["GET", "HEAD", "POST", "PATCH"]
        case (3, "tickets", "events"), (3, "tickets", "stream"): ["GET", "HEAD"]
        case (3, "tickets", "read"), (1, "upload", _), (2, "notifications", "read"): ["POST"]
        case (5, "tickets", "redact") where path.dropFirst(2).first == "messages": ["POST"]
        case (2, "files", _): ["GET", "HEAD"]
        case (1, "notifications", _): ["GET", "HEAD"]
        case (3, "tickets", "history"), (1, "export", _), (1, "stats", _): ["GET", "HEAD"]
        case (1, "canned", _), (1, "views", _): ["GET", "HEAD", "POST"]
        case (2, "canned", _), (2, "views", _): ["GET", "HEAD", "PUT", "DELETE"]
        default: nil
        }
    }

    /// Headers that pages of allowed origins may send: the hub's own, those of browsers and
    /// libraries, and those of tracing.
    private static let headersOfPages = """
        Accept, Accept-Language, Authorization, Baggage, Cache-Control, Content-Language, \
        Content-Type, Idempotency-Key, If-Match, If-Modified-Since, If-None-Match, If-Range, \
        Last-Event-ID, Pragma, Range, Sentry-Trace, Traceparent, Tracestate, B3, X-B3-Flags, \
        X-B3-ParentSpanId, X-B3-Sampled, X-B3-SpanId, X-B3-TraceId, X-Correlation-ID, \
        X-Request-ID, X-Requested-With
        """
}
