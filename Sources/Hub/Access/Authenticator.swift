// Authentication: tokens, the places that requests carry them in, and origins (docs/protocol.md 2).

import Text
import Tickets
package import Wire

/// A caller as a token names them.
struct Identity: Sendable {
    let caller: Caller
    /// Unix seconds.
    let expiresAt: Int
    /// Unix seconds; nil: not in the token.
    let issuedAt: Int?
    let email: String?
    let locale: String?
}

package struct Authenticator: Sendable {
    private let verifier: TokenVerifier
    private let allowedOrigins: Set<ExactText>
    private let techniciansReachAll: Bool

    package init(verifier: TokenVerifier, settings: HubSettings) {
        self.verifier = verifier
        allowedOrigins = Set(
            settings.allowedOrigins.map { Origin.recognised($0) ?? ExactText(Self.lowercased($0)) })
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
        let person = Person(id: claims.id, name: claims.name ?? claims.id.string, role: role)
        return Identity(
            caller: Caller(
                person: person, projects: claims.projects,
                reachesAllTickets: role == .technician && techniciansReachAll),
            expiresAt: claims.expiresAt, issuedAt: claims.issuedAt, email: claims.email,
            locale: claims.locale)
    }

    /// The credential of a request. `inQuery`: `?access_token=` counts too (WebSocket and SSE).
    enum Credential: Equatable {
        case token(String)
        /// Browsers send every cookie of the name; one of them may be valid.
        case cookies([String])
    }

    /// Our pages never set more cookies of one name.
    private static let cookiesMax = 16

    func credential(in head: RequestHead, inQuery: Bool) -> Credential? {
        if let header = head.headers["authorization"] {
            // With two headers it is unclear which one was meant.
            guard head.headers.all("authorization").count == 1 else { return nil }
            let parts = header.split(separator: " ", omittingEmptySubsequences: true)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
            return .token(String(parts[1]))
        }
        let offered = head.headers.members("sec-websocket-protocol")
        if inQuery, let bearer = offered.first(where: { $0.hasPrefix("bearer.") }) {
            return .token(String(bearer.dropFirst("bearer.".count)))
        }
        if inQuery, let token = head.queryValue(Self.tokenParameter) { return .token(token) }
        let cookies = Cookies.values(
            named: "token", in: head.headers, countMax: Self.cookiesMax)
        return cookies.isEmpty ? nil : .cookies(cookies)
    }

    /// Where requests of WebSocket and event streams may carry the token.
    static let tokenParameter: ExactText = "access_token"

    /// A cookie does not tell which page made the request. So it opens a socket or writes only when
    /// the browser names that page: by an Origin, judged earlier, or by `Sec-Fetch-Site`, which
    /// pages cannot set.
    func trustsCookies(of head: RequestHead, opensSocket: Bool) -> Bool {
        if !opensSocket, head.method == "GET" || head.method == "HEAD" { return true }
        if head.headers["origin"] != nil { return true }
        let sites = head.headers.all("sec-fetch-site").map { $0.lowercased() }
        return sites == ["same-origin"] || sites == ["none"]
    }

    static let cookieAlone = TicketRejection(
        .forbidden,
        "The cookie alone is not enough here: send the Origin of your page, or the token as "
            + "Authorization: Bearer.")

    /// `fault` describes the token and contains none of it. It goes into the answer, its header and
    /// the log.
    static func refused(_ fault: String) -> TicketRejection {
        var rejection = TicketRejection(.unauthorized, "The token is not accepted: \(fault).")
        rejection.tokenFault = fault
        return rejection
    }

    static let expired = refused("the token has expired")
    static let revoked = refused("the token was taken back")

    static let unauthorized = TicketRejection(
        .unauthorized, "A valid token is needed: Authorization: Bearer, or the cookie “token”.")

    private static func role(_ name: ExactText) -> Role? {
        switch name {
        case "client": .client
        case "technician", "technicien": .technician
        case "admin": .admin
        default: nil
        }
    }

    // MARK: Origins

    enum OriginVerdict { case none, sameOrigin, allowed(String), refused }

    /// Compares the own origin by its authority only: behind a proxy that ends TLS the scheme
    /// differs. A proxy may put the scheme's default port into `Host`; browsers never put it into
    /// `Origin`.
    func judgeOrigin(of head: RequestHead) -> OriginVerdict {
        guard let given = head.headers["origin"] else { return .none }
        let origin = Self.lowercased(given)
        if head.headers.all("origin").count > 1 { return .refused }
        if allowedOrigins.contains(ExactText(origin)) { return .allowed(origin) }
        if let host = head.headers["host"].map(Self.lowercased), !host.isEmpty,
            Self.isSame(Array(origin.utf8), Array(host.utf8))
        {
            return .sameOrigin
        }
        guard !allowedOrigins.isEmpty, let name = Origin.recognised(given),
            allowedOrigins.contains(name)
        else { return .refused }
        return .allowed(name.string)
    }

    private static func isSame(_ origin: [UInt8], _ host: [UInt8]) -> Bool {
        for (scheme, port) in [("http://", ":80"), ("https://", ":443")]
        where origin.starts(with: scheme.utf8) {
            let authority = origin.dropFirst(scheme.utf8.count)
            return bare(authority, port).elementsEqual(bare(host[...], port))
        }
        return false
    }

    /// Without the scheme's default port.
    private static func bare(_ authority: ArraySlice<UInt8>, _ port: String) -> ArraySlice<UInt8> {
        let end = port.utf8.count
        guard authority.count > end, authority.suffix(end).elementsEqual(port.utf8) else {
            return authority
        }
        return authority.dropLast(end)
    }

    /// Whether a page of an allowed origin embeds a picture: such requests have no Origin, only a
    /// referrer.
    func mayEmbed(_ head: RequestHead) -> Bool {
        guard !allowedOrigins.isEmpty, let referrer = head.headers["referer"],
            let origin = Origin.recognised(ofPage: referrer)
        else { return false }
        return allowedOrigins.contains(origin)
    }

    /// ASCII letters only: Unicode lowercases the Kelvin sign to k.
    private static func lowercased(_ text: String) -> String {
        String(decoding: text.utf8.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
