// Who may stay of those that knock.

import Reactor

extension Worker {
    /// nil: they may. Without an address it is not known yet whose connection it is.
    func reasonToRefuse(_ address: String?) -> String? {
        let fault = address.flatMap { reasonToRefuse(address: $0) }
        if context.connections.current > context.connectionsMax {
            context.log.warn("connections_full", [("max", "\(context.connectionsMax)")])
            return "The hub holds all the connections it may; try again."
        }
        if let fault { return fault }
        if context.memory.isShort { return "The hub is short of memory; try again." }
        return nil
    }

    /// Counts it either way.
    func reasonToRefuse(address: String) -> String? {
        guard !context.addresses.enter(address) else { return nil }
        context.log.warn("address_full", [("ip", address)])
        return "Your address holds all the connections it may; close some, or try again."
    }

    /// There is no descriptor to keep it with: an answer if it fits into the socket, then nothing.
    func turnAway(_ peer: consuming Descriptor) {
        guard tls == nil else { return }
        metrics.rejections[503, default: 0] += 1
        peer.sendLastWord(PlainHTTPAnswer.noDescriptors)
    }
}
