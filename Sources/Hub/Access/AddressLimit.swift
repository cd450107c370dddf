// Who may stay of those that knock.

import Observability
import Reactor
import Wire

extension Worker {
    /// nil: they may. Without an address it is not known yet whose connection it is.
    private func reasonToRefuse(_ address: String?) -> String? {
        let fault = address.flatMap { reasonToRefuse(address: $0) }
        if context.connections.current > context.connectionsMax {
            context.log.warn("connections_full", [("max", "\(context.connectionsMax)")])
            return "The hub holds all the connections it may; try again."
        }
        if let fault { return fault }
        if context.memory.isShort { return "The hub is short of memory; try again." }
        return nil
    }

    /// Who is not let in may still ask whether the hub is alive: a supervisor that hears 503 would
    /// end a hub that is merely full. For that they have a second, and so few places that the
    /// descriptors set aside are enough; whoever needs one more takes that of the longest guest.
    func judgeNewcomer(_ session: HTTPSession, from address: String?) {
        guard let reason = reasonToRefuse(address) else { return }
        session.refusal = reason
        newcomers.append(session)
        if newcomers.count > max(4, 64 / context.workers.count) {
            newcomers.removeFirst().refuseForLoad(reason)
        }
    }

    /// Counts it either way.
    func reasonToRefuse(address: String) -> String? {
        guard !context.addresses.enter(address) else { return nil }
        context.log.warn("address_full", [("ip", address)])
        return "Your address holds all the connections it may; close some, or try again."
    }

    /// What a proxy that is trusted says first where that is asked for; nil: it says nothing.
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

    /// There is no descriptor to keep it with: an answer if it fits into the socket, then nothing.
    func turnAway(_ peer: consuming Descriptor) {
        guard tls == nil else { return }
        metrics.rejections[503, default: 0] += 1
        peer.sendLastWord(PlainHTTPAnswer.noDescriptors(date: httpDate))
    }
}
