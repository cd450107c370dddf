// Who may go on: a token is looked at when it is shown, and again whenever some are taken back.

import Tickets

extension Worker {
    /// Their tokens are good again when they are somebody new.
    func isErasing(_ person: String) -> Bool { erasing.names(person) }

    /// All failures look the same from outside.
    func identify(_ token: String) throws(TicketRejection) -> Identity {
        let identity = try context.gatekeeper.identify(token, nowSeconds: nowSeconds)
        guard !revocations.covers(identity), !erasing.covers(identity) else {
            throw Gatekeeper.unauthorized
        }
        return identity
    }
}
