// The claim of a store. A store has one writer at a time: a hub, an import or a repair. The writer
// claims the store first; the claim ends with the process in every case.

/// The claimant of a store, for the message that the next claimant reads.
package struct StoreClaimant: Sendable {
    /// The program's command: `serve`, `import` or `check`.
    package let command: String
    /// The hub's listening address; nil: no hub.
    package let address: String?
    /// Whether a missing store may be created.
    package let createsStore: Bool

    package init(command: String, address: String? = nil, createsStore: Bool) {
        self.command = command
        self.address = address
        self.createsStore = createsStore
    }
}

package enum ClaimNews: Sendable {
    /// Renewal fails at the moment; the reason.
    case unreachable(String)
    /// Renewal works again.
    case renewed
    /// Another process has it: this process must stop writing. The value names it.
    case lost(String)
}

package protocol StoreClaim: AnyObject, Sendable {
    /// Renews the claim until it is released or lost, on the calling thread; returns at once where
    /// the process itself is the claim. Reports changes.
    func keepUp(_ tell: (ClaimNews) -> Void)
    /// Releases the claim. Call it when writing has ended.
    func release()
}

/// A file that others could read or write before it was closed to them.
package struct RepairedPermission: Hashable, Sendable {
    package let path: String
    /// Its former permission bits.
    package let mode: UInt32

    package init(path: String, mode: UInt32) {
        self.path = path
        self.mode = mode
    }
}
