// Who may go on: a token is looked at when it is shown, and again whenever some are taken back.

import Text
import Tickets
import Wire

extension Worker {
    /// Whom a request comes from. Its Origin, if it has one, has been judged before.
    func identify(
        _ head: RequestHead, inQuery: Bool, opensSocket: Bool = false
    ) throws(TicketRejection) -> Identity {
        let gatekeeper = context.gatekeeper
        switch gatekeeper.credential(in: head, inQuery: inQuery) {
        case nil: throw Gatekeeper.unauthorized
        case .token(let token)?: return try identify(token)
        case .cookies(let cookies)?:
            guard gatekeeper.trustsCookies(of: head, opensSocket: opensSocket) else {
                throw Gatekeeper.cookieAlone
            }
            return try identify(anyOf: cookies)
        }
    }

    private func identify(anyOf tokens: [String]) throws(TicketRejection) -> Identity {
        var refusal = Gatekeeper.unauthorized
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
        let identity = try context.gatekeeper.identify(token, nowSeconds: nowSeconds)
        guard !revocations.covers(identity), !erasing.covers(identity) else {
            throw Gatekeeper.revoked
        }
        return identity
    }
}
