// The claim of a store. A store has one writer at a time: a hub, an import or a repair. The writer
// claims the store first; the claim ends with the process in every case.

/// The claimant of a store, for the message that the next claimant reads.
package struct StoreClaimant: Sendable {
    /// Of the program: `serve`, `import` or `check`.
    package let command: String
    /// Where a hub listens; nil: no hub.
    package let address: String?
    /// Whether a store may be made where there is none.
    package let createsStore: Bool

    package init(command: String, address: String? = nil, createsStore: Bool) {
        self.command = command
        self.address = address
        self.createsStore = createsStore
    }
}

package enum ClaimNews: Sendable {
    /// It cannot be renewed just now; the reason.
    case unreachable(String)
    /// It is renewed again.
    case renewed
    /// Somebody else has it: this process must stop writing. Who.
    case lost(String)
}

package protocol StoreClaim: AnyObject, Sendable {
    /// Renews the claim until it is released or lost, on the thread that calls; returns at once where
    /// the process is all that it needs. Says when the news changes.
    func keepUp(_ tell: (ClaimNews) -> Void)
    /// Lets the next one in. To be called when nothing is written any more.
    func release()
}

/// Something that others could read or write, and cannot any longer.
package struct MendedPermission: Hashable, Sendable {
    package let path: String
    /// The permission bits that it had.
    package let mode: UInt32

    package init(path: String, mode: UInt32) {
        self.path = path
        self.mode = mode
    }
}
