// Identifies callers: checks a token when it is shown, and again after every revocation.

import Protocol
import Text
import Tickets
import Wire

/// As of now: after a reload, a revocation or a second there is another.
struct Identification {
    let authenticator: Authenticator
    let refused: RefusedTokens
    let nowSeconds: Int

    /// The identity of a request's caller. Its Origin was judged earlier.
    func identity(
        of head: RequestHead, inQuery: Bool, opensSocket: Bool = false
    ) throws(TicketRejection) -> Identity {
        // With two it is unclear who calls.
        if inQuery, head.query.filter({ $0.name == Authenticator.tokenParameter }).count > 1 {
            throw FieldReader.wrong(Authenticator.tokenParameter, "one value")
        }
        switch authenticator.credential(in: head, inQuery: inQuery) {
        case nil: throw Authenticator.unauthorized
        case .token(let token)?: return try identity(of: token)
        case .cookies(let cookies)?:
            guard authenticator.trustsCookies(of: head, opensSocket: opensSocket) else {
                throw Authenticator.cookieAlone
            }
            return try identity(ofAny: cookies)
        }
    }

    private func identity(ofAny tokens: [String]) throws(TicketRejection) -> Identity {
        var refusal = Authenticator.unauthorized
        for token in tokens {
            do throws(TicketRejection) {
                return try identity(of: token)
            } catch {
                refusal = error
            }
        }
        throw refusal
    }

    /// The reason of a refusal goes to the caller (RFC 6750 section 3) and into the log.
    func identity(of token: String) throws(TicketRejection) -> Identity {
        let identity = try authenticator.identify(token, nowSeconds: nowSeconds)
        guard !refused.covers(identity) else { throw Authenticator.revoked }
        return identity
    }
}
