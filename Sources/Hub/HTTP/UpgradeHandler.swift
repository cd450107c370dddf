// Upgrades HTTP to WebSocket: checks the request, then hands the connection to a new session.

import Observability
import Reactor
import Text
import Tickets
import Wire

/// A session that takes a connection over from HTTP.
protocol UpgradedSession: WorkerSession {
    /// After the 101; `unparsed` came with the handshake.
    func begin(_ unparsed: [UInt8])
}

struct UpgradeHandler {
    enum Answer {
        /// The session takes over when the bytes, the 101, are sent.
        case accepted([UInt8], any UpgradedSession)
        case refused(Response)
    }

    let worker: Worker
    let connection: Connection
    let peerAddress: String

    /// nil: the request is not for an upgrade.
    func answer(_ head: RequestHead) -> Answer? {
        if head.path == "/ws", head.method == "GET" { return upgrade(head) }
        if head.path == EchoSession.path, worker.context.settings.servesConformance {
            return upgradeToEcho(head)
        }
        return nil
    }

    private func upgrade(_ head: RequestHead) -> Answer {
        do throws(TicketRejection) {
            if case .refused = worker.context.authenticator.judgeOrigin(of: head) {
                worker.refusals.noteBadOrigin(head.headers["origin"], from: peerAddress, over: "ws")
                throw TicketRejection(.forbidden, "This Origin is not allowed here.")
            }
            let request: UpgradeRequest
            do {
                request = try UpgradeRequest.validate(head)
            } catch {
                return refuse(error)
            }
            guard !worker.isDraining else { throw .unavailable("The hub is going down.") }
            let identity = try worker.identification.identity(
                of: head, inQuery: true, opensSocket: true)
            let hold = try worker.account(of: identity.caller.person).hold(.sockets)
            return accept(request, identity, hold)
        } catch {
            worker.refusals.count("upgrade_\(error.code.rawValue)")
            if error.code == .unauthorized {
                worker.refusals.noteBadToken(error, from: peerAddress, over: "ws")
            }
            return .refused(.problem(error))
        }
    }

    private func refuse(_ error: UpgradeError) -> Answer {
        worker.refusals.count("upgrade_\(error.status)")
        let response = Response.problem(status: error.status, error.reason)
        guard error.status == 426 else { return .refused(response) }
        return .refused(
            response.with("Sec-WebSocket-Version", "13").with("Upgrade", "websocket"))
    }

    private func accept(
        _ request: UpgradeRequest, _ identity: Identity, _ hold: AccountHold
    ) -> Answer {
        let offersProtocol = request.subprotocols.contains("guichet.v1")
        let deflate = worker.compression.accept(request)
        let response = Upgrade.response(
            accepting: request, subprotocol: offersProtocol ? "guichet.v1" : nil,
            deflate: deflate, date: worker.httpDate)
        let session = WebSocketSession(
            worker: worker, connection: connection, identity: identity, hold: hold,
            deflate: deflate)
        session.peerAddress = peerAddress
        return .accepted(response, session)
    }

    private func upgradeToEcho(_ head: RequestHead) -> Answer {
        do throws(UpgradeError) {
            let request = try UpgradeRequest.validate(head)
            return .accepted(
                Upgrade.response(accepting: request, subprotocol: nil, deflate: request.deflate),
                EchoSession(worker: worker, connection: connection, deflate: request.deflate))
        } catch {
            return refuse(error)
        }
    }
}
