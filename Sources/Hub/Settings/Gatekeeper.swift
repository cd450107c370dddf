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
        guard let role = Self.role(claims.role), claims.id != Person.hub.id,
            !Person.isErased(claims.id)
        else {
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
        guard let host = head.headers["host"]?.lowercased(), !host.isEmpty else { return .refused }
        return origin == "http://\(host)" || origin == "https://\(host)" ? .sameOrigin : .refused
    }
}
