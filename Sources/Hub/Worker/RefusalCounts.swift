// Counts refusals by reason, and logs those that may be attacks. Neither contains a token, a body
// or the request.

import Observability
import Text
import Tickets

/// The refused peer and its transport.
struct RefusedPeer {
    let person: Person?
    let address: String
    let transport: String
}

/// Of one worker. Confined to its thread.
final class RefusalCounts {
    private(set) var counts: [String: Int] = [:]
    private let log: Log

    init(_ log: Log) { self.log = log }

    func count(_ reason: String) { counts[reason, default: 0] += 1 }

    func note(_ rejection: TicketRejection, of peer: RefusedPeer) {
        count(rejection.code.rawValue)
        switch rejection.code {
        case .forbidden, .notFound:
            log.warn(
                "authz_denied",
                [
                    ("code", rejection.code.rawValue), ("user", peer.person?.id.string ?? ""),
                    ("ip", peer.address), ("over", peer.transport),
                ])
        case .unauthorized: noteBadToken(rejection, from: peer.address, over: peer.transport)
        default: break
        }
    }

    func noteBadToken(
        _ rejection: TicketRejection, from address: String, over transport: String
    ) {
        log.warn(
            "token_refused",
            [
                ("reason", rejection.tokenFault ?? "there is no token"), ("ip", address),
                ("over", transport),
            ])
    }

    /// The origin is untrusted text: shortened here, escaped by the log.
    func noteBadOrigin(_ origin: String?, from address: String, over transport: String) {
        log.warn(
            "origin_rejected",
            [
                ("origin", (origin ?? "").excerpt), ("ip", address),
                ("over", transport),
            ])
    }
}
