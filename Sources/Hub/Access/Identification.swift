// Identifies callers: checks a token when it is shown, and again after every revocation.

import Protocol
import Text
import Tickets
import Wire

extension Worker {
    /// The identity of a request's caller. Its Origin was judged earlier.
    func identify(
        _ head: RequestHead, inQuery: Bool, opensSocket: Bool = false
    ) throws(TicketRejection) -> Identity {
        let authenticator = context.authenticator
        // With two it is unclear who calls.
        if inQuery, head.query.filter({ $0.name == Authenticator.tokenParameter }).count > 1 {
            throw FieldReader.wrong(Authenticator.tokenParameter, "one value")
        }
        switch authenticator.credential(in: head, inQuery: inQuery) {
        case nil: throw Authenticator.unauthorized
        case .token(let token)?: return try identify(token)
        case .cookies(let cookies)?:
            guard authenticator.trustsCookies(of: head, opensSocket: opensSocket) else {
                throw Authenticator.cookieAlone
            }
            return try identify(anyOf: cookies)
        }
    }

    private func identify(anyOf tokens: [String]) throws(TicketRejection) -> Identity {
        var refusal = Authenticator.unauthorized
        for token in tokens {
            do throws(TicketRejection) {
                return try identify(token)
            } catch {
                refusal = error
            }
        }
        throw refusal
    }

    func isErasing(_ person: ExactText) -> Bool { refusedTokens.erasing.names(person) }

    /// The reason of a refusal goes to the caller (RFC 6750 section 3) and into the log.
    func identify(_ token: String) throws(TicketRejection) -> Identity {
        let identity = try context.authenticator.identify(token, nowSeconds: nowSeconds)
        guard !refusedTokens.covers(identity) else { throw Authenticator.revoked }
        return identity
    }
}
