// Paths to calls (contract section 5).

import APIDescription
import Reactor
import Text
import Tickets
import Wire

struct Router {
    let worker: Worker

    func route(_ exchange: Exchange) {
        let head = exchange.head
        guard admitsOrigin(of: exchange) else { return }
        let path = head.path.split(at: "/")
        if path.first == "api" {
            if head.method == "OPTIONS" { return preflight(exchange) }
            return api(Array(path.dropFirst()), exchange)
        }
        switch head.path {
        case "/healthz": get(exchange) { $0.respond(.text("ok\n")) }
        case "/readyz": get(exchange, ready)
        case "/openapi.json": get(exchange) { $0.respond(.json(OpenAPIDocument.json)) }
        case "/metrics" where maySeeMetrics(exchange): metrics(exchange)
        default: get(exchange) { $0.respond(worker.context.assets.response(to: $0.head)) }
        }
    }

    /// On the listener of operators.
    func routeMetrics(_ exchange: Exchange) {
        switch exchange.head.path {
        case "/metrics": metrics(exchange)
        case "/healthz": get(exchange) { $0.respond(.text("ok\n")) }
        default: exchange.respond(.problem(status: 404, "There is nothing but /metrics here."))
        }
    }

    private func metrics(_ exchange: Exchange) {
        get(exchange) { $0.respond(MetricsPage(worker: worker).response) }
    }

    /// Who may not see it does not learn that it is there.
    private func maySeeMetrics(_ exchange: Exchange) -> Bool {
        let context = worker.context
        guard let token = context.gatekeeper.token(in: exchange.head, inQuery: false) else {
            return false
        }
        if let secret = context.settings.metricsToken,
            constantTimeEquals(secret, Array(token.utf8))
        {
            return true
        }
        return (try? worker.identify(token))?.caller.person.role == .admin
    }

    /// False: it has been answered.
    func admitsOrigin(of exchange: Exchange) -> Bool {
        let head = exchange.head
        switch worker.context.gatekeeper.judgeOrigin(of: head) {
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

    private func get(_ exchange: Exchange, _ body: (Exchange) -> Void) {
        guard exchange.head.method == "GET" || exchange.head.method == "HEAD" else {
            return notAllowed(exchange, "GET, HEAD")
        }
        body(exchange)
    }

    private func notAllowed(_ exchange: Exchange, _ allowed: String) {
        exchange.respond(
            .problem(status: 405, "\(exchange.head.method) is not for this path.")
                .with("Allow", allowed))
    }

    private func preflight(_ exchange: Exchange) {
        exchange.respond(
            Response.noContent
                .with("Access-Control-Allow-Methods", "GET, HEAD, POST, PATCH, PUT, DELETE")
                .with(
                    "Access-Control-Allow-Headers",
                    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
                        + "If-Range, Last-Event-ID, Range"
                )
                .with("Access-Control-Max-Age", "600"))
    }

    /// Ready: the store answers a question, and the last write did not fail just now.
    private func ready(_ exchange: Exchange) {
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
    func identify(_ exchange: Exchange, inQuery: Bool) -> Identity? {
        let gatekeeper = worker.context.gatekeeper
        do throws(TicketRejection) {
            guard let token = gatekeeper.token(in: exchange.head, inQuery: inQuery) else {
                throw Gatekeeper.unauthorized
            }
            let identity = try worker.identify(token)
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

    private func api(_ path: [ExactText], _ exchange: Exchange) {
        guard let identity = identify(exchange, inQuery: path.last == "stream") else { return }
        // HEAD asks as GET does; its body stays behind.
        let method = exchange.head.method == "HEAD" ? "GET" : exchange.head.method
        let tickets = TicketCalls(worker: worker, exchange: exchange, identity: identity)
        let others = PeopleCalls(worker: worker, exchange: exchange, identity: identity)
        let exports = ExportCalls(worker: worker, exchange: exchange, identity: identity)
        let settings = worker.context.settings
        switch (method, path.count, path.first, path.dropFirst().last ?? "") {
        case ("GET", 1, "me", _): plain(exchange) { others.me() }
        case ("GET", 1, "users", _): others.users()
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
            plain(exchange, but: ["access_token"]) { tickets.stream(path[1]) }
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
        default: missing(path, exchange)
        }
    }

    /// For calls that take nothing in the query: what stands there is an unknown field.
    private func plain(_ exchange: Exchange, but known: Set<ExactText> = [], _ call: () -> Void) {
        do throws(TicketRejection) {
            let fields = try FieldReader(query: exchange.head.query, without: known)
            try fields.finish()
        } catch {
            return exchange.refuse(error)
        }
        call()
    }

    private func catalog(
        _ kind: CatalogKind, _ method: String, _ path: [ExactText], _ exchange: Exchange,
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
        case (_, nil): notAllowed(exchange, "GET, HEAD, POST")
        default: notAllowed(exchange, "GET, HEAD, PUT, DELETE")
        }
    }

    private func missing(_ path: [ExactText], _ exchange: Exchange) {
        let allowed: String? =
            switch (path.count, path.first, path.dropFirst().last ?? "") {
            case (1, "me", _), (1, "users", _), (1, "projects", _): "GET, HEAD"
            case (1, "sla", _), (1, "webhooks", _): "GET, HEAD"
            case (2, "sla", "preview"), (2, "queue", "stream"): "GET, HEAD"
            case (1, "tickets", _), (2, "tickets", _): "GET, HEAD, POST, PATCH"
            case (3, "tickets", "events"), (3, "tickets", "stream"): "GET, HEAD"
            case (3, "tickets", "read"), (1, "upload", _), (2, "notifications", "read"): "POST"
            case (5, "tickets", "redact") where path[2] == "messages": "POST"
            case (2, "files", _): "GET, HEAD"
            case (1, "notifications", _): "GET, HEAD"
            case (3, "tickets", "history"), (1, "export", _), (1, "stats", _): "GET, HEAD"
            default: nil
            }
        if let allowed { return notAllowed(exchange, allowed) }
        exchange.respond(.problem(status: 404, "There is no such call."))
    }
}
