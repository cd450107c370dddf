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
    private let allowedOrigins: Set<ExactText>
    private let techniciansReachAll: Bool

    package init(verifier: TokenVerifier, settings: HubSettings) {
        self.verifier = verifier
        allowedOrigins = Set(settings.allowedOrigins.map { ExactText(Self.lowercased($0)) })
        techniciansReachAll = settings.techniciansReachAll
    }

    func identify(_ token: String, nowSeconds: Int) throws(TicketRejection) -> Identity {
        let claims: TokenClaims
        do {
            claims = try verifier.verify(token, now: nowSeconds)
        } catch {
            throw Self.refused(error.description)
        }
        guard let role = Self.role(claims.role) else {
            throw Self.refused("the claim 'role' is not client, technician or admin")
        }
        guard claims.id != Person.hub.id else {
            throw Self.refused("the claim 'id' is the hub's own")
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

    /// `fault`: of the token; it holds nothing of what was shown. It goes into a header and the log.
    static func refused(_ fault: String) -> TicketRejection {
        var rejection = unauthorized
        rejection.tokenFault = fault
        return rejection
    }

    static let expired = refused("the token has expired")
    static let revoked = refused("the token was taken back")

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

    /// Same origin is the authority alone: behind a proxy that ends TLS the scheme differs. A proxy may
    /// name the scheme's own port in `Host`; browsers never do in `Origin`.
    func judgeOrigin(of head: RequestHead) -> OriginVerdict {
        guard let given = head.headers["origin"] else { return .none }
        let origin = Self.lowercased(given)
        if head.headers.all("origin").count > 1 { return .refused }
        if allowedOrigins.contains(ExactText(origin)) { return .allowed(origin) }
        guard let host = head.headers["host"].map(Self.lowercased), !host.isEmpty else {
            return .refused
        }
        let isOwn = Self.own(host).contains(ExactText(origin))
        return isOwn ? .sameOrigin : .refused
    }

    /// The origins of pages that a host of this name has.
    private static func own(_ host: String) -> [ExactText] {
        var origins: [ExactText] = ["http://\(host)", "https://\(host)"]
        for (scheme, port) in [("https", ":443"), ("http", ":80")] {
            let end = port.utf8.count
            guard host.utf8.count > end, host.utf8.suffix(end).elementsEqual(port.utf8) else {
                continue
            }
            origins.append("\(scheme)://\(String(host.utf8.dropLast(end)) ?? "")")
        }
        return origins
    }

    /// Letters of ASCII alone: to Unicode the Kelvin sign is a K too.
    private static func lowercased(_ text: String) -> String {
        String(decoding: text.utf8.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
