// Who is calling: tokens, where they may stand, and origins (contract section 1).

import Text
import Tickets
package import Wire

/// A caller as a token names them.
struct Identity: Sendable {
    let caller: Caller
    /// Unix seconds.
    let expiresAt: Int
    /// Unix seconds; nil when the token does not say.
    let issuedAt: Int?
    let email: String?
    let locale: String?
}

package struct Gatekeeper: Sendable {
    private let verifier: TokenVerifier
    private let allowedOrigins: Set<String>
    private let techniciansReachAll: Bool

    package init(verifier: TokenVerifier, settings: HubSettings) {
        self.verifier = verifier
        allowedOrigins = Set(settings.allowedOrigins.map { $0.lowercased() })
        techniciansReachAll = settings.techniciansReachAll
    }

    func identify(_ token: String, nowSeconds: Int) throws(TicketRejection) -> Identity {
        let claims: TokenClaims
        do {
            claims = try verifier.verify(token, now: nowSeconds)
        } catch {
            // All failures look the same from outside.
            throw Self.unauthorized
        }
        guard let role = Self.role(claims.role), claims.id != Person.hub.id else {
            throw Self.unauthorized
        }
        let person = Person(id: claims.id, name: claims.name ?? claims.id, role: role)
        return Identity(
            caller: Caller(
                person: person, projects: claims.projects,
                reachesAllTickets: role == .technician && techniciansReachAll),
            expiresAt: claims.expiresAt, issuedAt: claims.issuedAt, email: claims.email,
            locale: claims.locale)
    }

    /// The token of a request; `inQuery`: `?access_token=` counts too (WebSocket and SSE).
    func token(in head: RequestHead, inQuery: Bool) -> String? {
        if let header = head.headers["authorization"] {
            let parts = header.split(separator: " ", omittingEmptySubsequences: true)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
            return String(parts[1])
        }
        let offered = head.headers.members("sec-websocket-protocol")
        if inQuery, let bearer = offered.first(where: { $0.hasPrefix("bearer.") }) {
            return String(bearer.dropFirst("bearer.".count))
        }
        if inQuery, let token = head.queryValue("access_token") { return token }
        return Cookies.value(named: "token", in: head.headers)
    }

    static let unauthorized = TicketRejection(
        .unauthorized, "A valid token is needed: Authorization: Bearer, or the cookie “token”.")

    private static func role(_ name: String) -> Role? {
        switch name {
        case "client": .client
        case "technician", "technicien": .technician
        case "admin": .admin
        default: nil
        }
    }

    // MARK: Origins

    enum OriginVerdict { case none, sameOrigin, allowed(String), refused }

    /// Same origin is the authority alone: behind a proxy that ends TLS the scheme differs.
    func judgeOrigin(of head: RequestHead) -> OriginVerdict {
        guard let origin = head.headers["origin"]?.lowercased() else { return .none }
        if head.headers.all("origin").count > 1 { return .refused }
        if allowedOrigins.contains(origin) { return .allowed(origin) }
        return Self.isSame(origin, head.headers["host"]) ? .sameOrigin : .refused
    }

    /// Some proxies name the default port in Host, which no browser does in Origin.
    private static func isSame(_ origin: String, _ host: String?) -> Bool {
        guard let host = host?.lowercased(), !host.isEmpty else { return false }
        for (scheme, port) in [("http://", ":80"), ("https://", ":443")] {
            guard origin.hasPrefix(scheme) else { continue }
            let authority = String(origin.dropFirst(scheme.count))
            return bare(authority, port) == bare(host, port)
        }
        return false
    }

    /// Without the port that goes without saying.
    private static func bare(_ authority: String, _ port: String) -> String {
        let name = authority.hasSuffix(port) ? String(authority.dropLast(port.count)) : authority
        return name.isEmpty ? authority : name
    }

    /// Whether a page of an allowed origin asks for a picture: then there is no Origin, and only the
    /// referrer tells.
    func mayEmbed(_ head: RequestHead) -> Bool {
        guard let referrer = head.headers["referer"]?.lowercased() else { return false }
        return allowedOrigins.contains { referrer == $0 || referrer.hasPrefix($0 + "/") }
    }
}
