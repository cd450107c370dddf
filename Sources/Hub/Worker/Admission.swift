// Who may stay of those that knock.

import Reactor

extension Worker {
    /// nil: they may.
    private func reasonToRefuse(_ address: String) -> String? {
        let isOneTooMany = !context.addresses.enter(address)
        if context.connections.current > context.connectionsMax {
            context.log.warn("connections_full", [("max", "\(context.connectionsMax)")])
            return "The hub holds all the connections it may; try again."
        }
        if isOneTooMany {
            context.log.warn("address_full", [("ip", address)])
            return "Your address holds all the connections it may; close some, or try again."
        }
        if context.memory.isShort { return "The hub is short of memory; try again." }
        return nil
    }

    /// Who is not let in may still ask whether the hub is alive: a supervisor that hears 503 would
    /// end a hub that is merely full. For that they have a second, and so few places that the
    /// descriptors set aside are enough; whoever needs one more takes that of the longest guest.
    func judgeNewcomer(_ session: HTTPSession, from address: String) {
        guard let reason = reasonToRefuse(address) else { return }
        session.refusal = reason
        newcomers.append(session)
        if newcomers.count > max(4, 64 / context.workers.count) {
            newcomers.removeFirst().refuseForLoad(reason)
        }
    }

    /// There is no descriptor to keep it with: an answer if it fits into the socket, then nothing.
    func turnAway(_ peer: consuming Descriptor) {
        guard tls == nil else { return }
        metrics.rejections[503, default: 0] += 1
        peer.sendLastWord(PlainHTTPAnswer.noDescriptors(date: httpDate))
    }
}
