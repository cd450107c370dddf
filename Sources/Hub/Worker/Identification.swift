// Who may go on: a token is looked at when it is shown, and again whenever some are taken back.

import Tickets

extension Worker {
    /// Why a token is refused is told to whoever shows it (RFC 6750 section 3), and logged.
    func identify(_ token: String) throws(TicketRejection) -> Identity {
        let identity = try context.gatekeeper.identify(token, nowSeconds: nowSeconds)
        guard !revocations.covers(identity) else { throw Gatekeeper.revoked }
        return identity
    }
}
