// Who may go on: a token is looked at when it is shown, and again whenever some are taken back.

import Text
import Tickets
import Wire

extension Worker {
    /// Whom a request comes from. Its Origin, if it has one, has been judged before.
    func identify(
        _ head: RequestHead, inQuery: Bool, opensSocket: Bool = false
    ) throws(TicketRejection) -> Identity {
        let authenticator = context.authenticator
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

    /// Their tokens are good again when they are somebody new.
    func isErasing(_ person: ExactText) -> Bool { erasing.names(person) }

    /// Why a token is refused is told to whoever shows it (RFC 6750 section 3), and logged.
    func identify(_ token: String) throws(TicketRejection) -> Identity {
        let identity = try context.authenticator.identify(token, nowSeconds: nowSeconds)
        guard !revocations.covers(identity), !erasing.covers(identity) else {
            throw Authenticator.revoked
        }
        return identity
    }
}
