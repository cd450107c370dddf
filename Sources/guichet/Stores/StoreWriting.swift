// For commands that write a store: claims it, renews the claim during the work, and restricts its
// files to this user.

import Glibc
import Hub
import Observability
import Reactor
import Tickets

struct StoreWriting {
    private let claim: any StoreClaim

    /// - Parameter log: nil: messages go to the terminal.
    init(
        _ opener: any TicketStoreOpener, by claimant: StoreClaimant, _ log: Log? = nil
    ) throws {
        let claim = try opener.claim(by: claimant)
        self.claim = claim
        do {
            for repaired in try opener.repairPermissions() { Self.tell(repaired, log) }
        } catch {
            claim.release()
            throw error
        }
        _ = try LoopThread.start(name: "claim") { claim.keepUp { Self.tell($0, log) } }
    }

    /// Call after the last write.
    func end() { claim.release() }

    private static func tell(_ repaired: RepairedPermission, _ log: Log?) {
        let mode = String(repaired.mode, radix: 8)
        if let log {
            log.warn("permissions_repaired", [("path", repaired.path), ("was", mode)])
        } else {
            Terminal.complain("\(repaired.path) was open to other users (mode \(mode)); now closed")
        }
    }

    private static func tell(_ news: ClaimNews, _ log: Log?) {
        switch news {
        case .unreachable(let reason): log?.warn("claim_unreachable", [("reason", reason)])
        case .renewed: log?.info("claim_renewed", [])
        case .lost(let holder):
            log?.error("claim_lost", [("holder", holder)])
            if log == nil { Terminal.complain("the store was taken over by \(holder)") }
            // The hub drains and stops; other commands end here.
            kill(getpid(), SIGTERM)
        }
    }
}
