// Admits connections to a worker, or refuses them: the limits of connections in all and per address,
// and of memory.

import Observability
import Reactor
import Text

/// Confined to the worker's thread.
final class ConnectionAdmission {
    private let limits: HubLimits
    private let log: Log
    private let refusedMax: Int
    /// Only when connections are counted per address.
    private var addresses: [ConnectionID: String] = [:]
    /// Refused connections that have no answer yet, oldest first.
    private var refused: [HTTPSession] = []

    init(_ context: HubContext) {
        limits = context.limits
        log = context.log
        refusedMax = max(4, 64 / context.workers.count)
    }

    /// A refused connection may still ask whether the hub is alive: a supervisor that gets 503
    /// would restart a hub that is only full. It has one second. The places are few enough for the
    /// descriptors in reserve; one connection too many takes the place of the oldest.
    ///
    /// - Parameter address: nil until it is known. A proxy's connections count for the clients
    ///   behind it, as soon as it names them.
    func admit(_ session: HTTPSession, _ connection: Connection, from address: String?) {
        if limits.addresses.isLimited, let address { addresses[connection.id] = address }
        guard let reason = reasonToRefuse(address) else { return }
        session.refusal = reason
        refused.append(session)
        if refused.count > refusedMax { refused.removeFirst().refuseForLoad(reason) }
    }

    /// Counts the connection under a new address; returns the reason to refuse it, or nil.
    func reasonToRefuse(_ connection: Connection, from address: String) -> String? {
        guard limits.addresses.isLimited else { return nil }
        if let before = addresses[connection.id] {
            guard ExactText(before) != ExactText(address) else { return nil }
            limits.addresses.leave(before)
        }
        addresses[connection.id] = address
        return reasonToRefuse(address: address)
    }

    func forget(_ connection: Connection) {
        if let address = addresses.removeValue(forKey: connection.id) {
            limits.addresses.leave(address)
        }
    }

    func dropAnswered() { refused.removeAll { $0.connection == nil || $0.isFinished } }

    /// The reason to refuse the connection, or nil.
    private func reasonToRefuse(_ address: String?) -> String? {
        let fault = address.flatMap { reasonToRefuse(address: $0) }
        if limits.connections.current > limits.connectionsMax {
            log.warn("connections_full", [("max", "\(limits.connectionsMax)")])
            return "The hub has reached its connection limit; try again later."
        }
        if let fault { return fault }
        if limits.memory.isShort { return "The hub is short of memory; try again." }
        return nil
    }

    /// Counts the connection even when it refuses it.
    private func reasonToRefuse(address: String) -> String? {
        guard !limits.addresses.enter(address) else { return nil }
        log.warn("address_full", [("ip", address)])
        return "Your address has reached its connection limit; close some, or try later."
    }
}
