// Per-address connection limit.

import Observability
import Reactor
import Wire

extension Worker {
    /// The reason to refuse the connection, or nil. `address` is nil until it is known.
    private func reasonToRefuse(_ address: String?) -> String? {
        let fault = address.flatMap { reasonToRefuse(address: $0) }
        if context.limits.connections.current > context.limits.connectionsMax {
            context.log.warn("connections_full", [("max", "\(context.limits.connectionsMax)")])
            return "The hub has reached its connection limit; try again later."
        }
        if let fault { return fault }
        if context.limits.memory.isShort { return "The hub is short of memory; try again." }
        return nil
    }

    /// A refused connection may still ask whether the hub is alive: a supervisor that gets 503
    /// would restart a hub that is only full. It has one second. The places are few enough for the
    /// descriptors in reserve; one connection too many takes the place of the oldest.
    func checkLimit(_ session: HTTPSession, from address: String?) {
        guard let reason = reasonToRefuse(address) else { return }
        session.refusal = reason
        refused.append(session)
        if refused.count > max(4, 64 / context.workers.count) {
            refused.removeFirst().refuseForLoad(reason)
        }
    }

    /// Counts the connection even when it refuses it.
    func reasonToRefuse(address: String) -> String? {
        guard !context.limits.addresses.enter(address) else { return nil }
        context.log.warn("address_full", [("ip", address)])
        return "Your address has reached its connection limit; close some, or try later."
    }

    /// Reads the header of a trusted proxy (PROXY protocol); nil when that is not set.
    func proxyHeader(of session: HTTPSession) -> ConnectionPreface? {
        guard context.settings.readsProxyHeaders else { return nil }
        return ConnectionPreface(
            length: { try? ProxyHeader.length(from: $0) },
            accept: { [weak session] bytes in
                guard let header = try? ProxyHeader(bytes) else { return false }
                if case .client(let bytes) = header, let address = IPAddress.text(bytes) {
                    session?.stands(for: address)
                }
                return true
            })
    }

    /// No descriptor is left: sends an answer if it fits into the socket buffer, then closes.
    func refuse(_ peer: consuming Descriptor) {
        guard tls == nil else { return }
        metrics.rejections[503, default: 0] += 1
        peer.reject(with: PlainHTTPAnswer.noDescriptors(date: httpDate))
    }
}
