// Routes paths to calls (docs/protocol.md 6.3).

import Observability
import Protocol
import Reactor
import Text
import Tickets
import Wire

struct Router {
    let worker: Worker

    /// Answers a complete request.
    func route(_ exchange: HTTPExchange) {
        guard exchange.isAdmitted || admits(exchange) else { return }
        let isCall = Self.isCall(PathPattern.segments(exchange.head.path))
        if isCall, exchange.head.method == "OPTIONS" { return preflight(exchange) }
        switch exchange.match?.route.handler {
        case .call(let call)?: perform(call, exchange)
        case .page(let answer)?: answer(self, exchange)
        // The session has taken these two over.
        case .upload?, .upgrade?, nil: refuseMissing(isCall: isCall, exchange)
        }
    }

    private func perform(_ call: (Call) -> Void, _ exchange: HTTPExchange) {
        guard let identity = exchange.identity, let match = exchange.match else { return }
        // The token may have expired while the body arrived.
        guard identity.expiresAt > worker.nowSeconds else {
            return exchange.refuse(Authenticator.expired)
        }
        if case .none(let known) = match.route.query {
            do throws(TicketRejection) {
                try FieldReader(query: exchange.head.query, without: known).finish()
            } catch {
                return exchange.refuse(error)
            }
        }
        call(
            Call(
                worker: worker, exchange: exchange, identity: identity,
                parameters: match.parameters))
    }

    private static func isCall(_ segments: [ExactText]) -> Bool { segments.first == "api" }

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
        let path = PathPattern.segments(head.path)
        if !Self.isCall(path) {
            guard admits(findPage(for: exchange), exchange) else { return false }
        } else if head.method != "OPTIONS" {
            guard identify(exchange, inQuery: path.last == "stream") != nil,
                admits(RouteTable.api.find(head.method, path), exchange)
            else { return false }
        }
        guard admitsCoding(of: exchange), admitsLength(of: exchange) else { return false }
        exchange.isAdmitted = true
        return true
    }

    /// A health check, which is answered even on a refused connection.
    static func asksForHealth(_ head: RequestHead) -> Bool {
        head.path == "/healthz" && ["GET", "HEAD"].contains(head.method) && !head.hasBody
    }

    /// Keeps the route that was found; otherwise answers with what the table has instead.
    private func admits(_ finding: RouteTable.Finding, _ exchange: HTTPExchange) -> Bool {
        switch finding {
        case .found(let match):
            exchange.match = match
            return true
        case .otherMethods(let methods): return admitsMethod(methods, exchange)
        case .noSuchPath: refuseMissing(isCall: exchange.identity != nil, exchange)
        }
        return false
    }

    private func refuseMissing(isCall: Bool, _ exchange: HTTPExchange) {
        guard Self.knownMethods.contains(exchange.head.method) else {
            return exchange.respond(.problem(status: 501, "This method is not implemented."))
        }
        exchange.respond(
            .problem(
                status: 404, isCall ? "There is no such call." : "There is nothing at this path."))
    }

    private func admitsMethod(_ allowed: [String], _ exchange: HTTPExchange) -> Bool {
        if allowed.contains(exchange.head.method) { return true }
        exchange.respond(
            .problem(status: 405, "This method is not allowed here; see Allow.")
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
            .problem(status: 415, "Content-Encoding is not supported; send the body without it.")
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
        case "/metrics": exchange.respond(metricsPage)
        default: exchange.respond(.problem(status: 404, "This port serves only /metrics."))
        }
    }

    func clientFile(for exchange: HTTPExchange) -> Response {
        worker.context.assets.response(to: exchange.head)
    }

    var metricsPage: Response { MetricsPage(worker: worker).response }

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
        let identity = try? worker.identification.identity(of: exchange.head, inQuery: false)
        return identity?.caller.person.role == .admin
    }

    /// False: it has been answered.
    func admitsOrigin(of exchange: HTTPExchange) -> Bool {
        let head = exchange.head
        switch worker.context.authenticator.judgeOrigin(of: head) {
        case .refused:
            worker.refusals.noteBadOrigin(
                head.headers["origin"], from: exchange.peerAddress, over: "rest")
            exchange.respond(.problem(status: 403, "This Origin is not allowed here."))
            return false
        case .allowed(let origin): exchange.allowedOrigin = origin
        case .none, .sameOrigin: break
        }
        return true
    }

    /// Unlike a call, a page has one spelling of its path. Other paths may be files of the web
    /// client.
    private func findPage(for exchange: HTTPExchange) -> RouteTable.Finding {
        let (method, path) = (exchange.head.method, exchange.head.path)
        if path == "/metrics", !maySeeMetrics(exchange) { return .noSuchPath }
        if worker.context.assets.has(path) {
            return RouteTable.clientFiles.find(method) { _ in [:] }
        }
        return RouteTable.pages.find(method) { $0.pattern.path == path ? [:] : nil }
    }

    static let pageVerbs = "GET, HEAD, POST, PATCH, PUT, DELETE"

    private func preflight(_ exchange: HTTPExchange) {
        exchange.respond(
            Response.noContent
                .with("Access-Control-Allow-Methods", Self.pageVerbs)
                .with("Access-Control-Allow-Headers", Self.headersOfPages)
                .with("Access-Control-Max-Age", "600"))
    }

    /// Ready: the store answers, the latest write did not fail just now, and lists and the search
    /// follow the events.
    func ready(_ exchange: HTTPExchange) {
        if worker.context.metrics.journal.isFailing(at: worker.loop.now) {
            return exchange.respond(.problem(.unavailable("The store does not take writes now.")))
        }
        if worker.context.metrics.journal.isDerivedLate {
            return exchange.respond(
                .problem(.unavailable("Lists and the search are behind the events.")))
        }
        worker.requests.ask { reader throws(StoreError) in
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
            let identity = try worker.identification.identity(of: exchange.head, inQuery: inQuery)
            worker.people.note(identity)
            exchange.identity = identity
            // What an older system has done already has no budget.
            if exchange.isCommand, !AdoptionCalls.isMeant(exchange.head, by: identity.caller) {
                try worker.account(of: identity.caller.person)
                    .charge(.commands, now: worker.loop.now)
            }
            return identity
        } catch {
            exchange.refuse(error)
            return nil
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
