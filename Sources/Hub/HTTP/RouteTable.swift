// All routes of the hub (docs/protocol.md 6.3). 404, 405 and `Allow` follow from the table, and a
// test compares it with the API description.

import APIDescription
import Text
import Tickets

struct RouteTable: Sendable {
    enum Finding {
        case found(RouteMatch)
        /// The path exists, with these methods only.
        case otherMethods([String])
        case noSuchPath
    }

    let routes: [Route]

    func find(_ method: String, _ segments: [ExactText]) -> Finding {
        find(method) { $0.pattern.match(segments) }
    }

    /// `match`: the parameters of a route that matches, or nil.
    func find(_ method: String, _ match: (Route) -> [ExactText: ExactText]?) -> Finding {
        var others: [String] = []
        for route in routes {
            guard let parameters = match(route) else { continue }
            if route.methods.contains(method) {
                return .found(RouteMatch(route: route, parameters: parameters))
            }
            others += route.methods
        }
        return others.isEmpty ? .noSuchPath : .otherMethods(others)
    }

    // MARK: Pages

    static let pages = RouteTable(routes: [
        Route(
            "OPTIONS", "*",
            handler: .page { $1.respond(Response.noContent.with("Allow", Router.pageVerbs)) }),
        Route("GET", "/healthz", handler: .page { $1.respond(.text("ok\n")) }),
        Route("GET", "/readyz", handler: .page { $0.ready($1) }),
        Route("GET", "/openapi.json", handler: .page { $1.respond(.json(OpenAPIDocument.json)) }),
        Route("GET", "/metrics", handler: .page { $1.respond($0.metricsPage) }),
        Route("GET", "/ws", handler: .upgrade),
    ])

    /// For all paths that `StaticAssets` has.
    static let clientFiles = RouteTable(routes: [
        Route("GET", "", handler: .page { $1.respond($0.clientFile(for: $1)) })
    ])

    // MARK: The API

    static let api = RouteTable(
        routes: people + tickets + streams + notifications + catalog(.canned) + catalog(.views)
            + files + settings + adoption)

    private static let people = [
        Route("GET", "/api/me") { PeopleCalls($0).me() },
        Route("GET", "/api/users", query: .read) { PeopleCalls($0).users() },
        Route("GET", "/api/projects") { PeopleCalls($0).projects() },
        Route("POST", "/api/people/{+id}/erase") { PeopleCalls($0).erase() },
    ]

    private static let tickets = [
        Route("GET", "/api/tickets", query: .read) { TicketCalls($0).list() },
        Route("POST", "/api/tickets") { TicketCalls($0).create() },
        Route("PATCH", "/api/tickets") { TicketCalls($0).patchNamed() },
        Route("GET", "/api/tickets/{ticket}") { TicketCalls($0).detail($0["ticket"]) },
        Route("POST", "/api/tickets/{ticket}") { TicketCalls($0).post($0["ticket"]) },
        Route("PATCH", "/api/tickets/{ticket}") { TicketCalls($0).patch($0["ticket"]) },
        Route("POST", "/api/tickets/{ticket}/read") { TicketCalls($0).read($0["ticket"]) },
        Route("POST", "/api/tickets/{ticket}/messages/{seq}/redact") {
            TicketCalls($0).redact($0["ticket"], seq: $0["seq"])
        },
        Route("GET", "/api/tickets/{ticket}/history", query: .read) {
            ExportCalls($0).history($0["ticket"])
        },
        Route("GET", "/api/export", query: .read) { ExportCalls($0).export() },
        Route("GET", "/api/stats", query: .read) { StatisticsCalls($0).report() },
    ]

    private static let streams = [
        Route("GET", "/api/tickets/{ticket}/events", query: .read) {
            EventCalls($0).events($0["ticket"])
        },
        Route(
            "GET", "/api/tickets/{ticket}/stream",
            query: .none(but: ["access_token", "lastEventId"])
        ) { EventCalls($0).stream($0["ticket"]) },
        Route("GET", "/api/queue/stream", query: .read) { EventCalls($0).streamQueue() },
    ]

    private static let notifications = [
        Route("GET", "/api/notifications", query: .read) { NotificationCalls($0).list() },
        Route("POST", "/api/notifications/read", query: .read) { NotificationCalls($0).read() },
    ]

    /// Quick replies, or saved views.
    private static func catalog(_ kind: CatalogKind) -> [Route] {
        let list: ExactText = "/api/\(kind.rawValue)"
        let entry: ExactText = "/api/\(kind.rawValue)/{id}"
        return [
            Route("GET", list, query: .read) { CatalogCalls($0, kind).list() },
            Route("POST", list, query: .read) { CatalogCalls($0, kind).create() },
            Route("GET", entry, query: .read) { CatalogCalls($0, kind).read($0["id"]) },
            Route("PUT", entry, query: .read) { CatalogCalls($0, kind).replace($0["id"]) },
            Route("DELETE", entry, query: .read) { CatalogCalls($0, kind).remove($0["id"]) },
        ]
    }

    private static let files = [
        Route("POST", "/api/upload", handler: .upload),
        Route("GET", "/api/files/{id}", query: .read) { FileCall($0).get($0["id"]) },
    ]

    private static let adoption = [
        Route("POST", "/api/adopted") { AdoptionCalls($0).noteLag() },
        Route("GET", "/api/adopted/{id}", query: .read) { AdoptionCalls($0).log(of: $0["id"]) },
        Route("POST", "/api/adopted/{id}") { AdoptionCalls($0).append(to: $0["id"]) },
    ]

    private static let settings = [
        Route("GET", "/api/sla") { SettingsCalls($0).sla() },
        Route("GET", "/api/sla/preview", query: .read) { PeopleCalls($0).slaPreview() },
        Route("GET", "/api/webhooks", query: .read) { SettingsCalls($0).webhooks() },
    ]
}
