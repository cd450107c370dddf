// The owner of a connection, as its worker sees it.

import Reactor

/// What a worker requires of a connection's owner.
protocol WorkerSession: ConnectionHandler {
    var connection: Connection? { get }
    /// Instead of `sweep`, when `SlowReaderPolicy` covers the peer: closes it.
    func endSlowReader()
    /// Once a second: checks for endless heads and silence.
    func sweep(now: Int64)
    func announceDrain(reconnectInMs: Int)
    /// Closes a peer that reads nothing: memory is short.
    func shed()
    /// The received part of an incomplete request or message; nil: none.
    var unfinished: UnfinishedInput? { get }
    /// Drops it, and tells the peer: memory is short.
    func shedUnfinished()
    /// Closes a peer whose token is revoked.
    func revoke(_ list: RevocationList)
    /// Closes when the queued bytes have left.
    func sayGoodbye()
}
