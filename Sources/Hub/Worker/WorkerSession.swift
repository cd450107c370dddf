// Whoever owns a connection, as its worker sees them.

import Reactor

/// What a worker needs of whoever owns a connection.
protocol WorkerSession: ConnectionHandler {
    var connection: Connection? { get }
    /// Once a second: heads that never end, silence, readers that take nothing.
    func sweep(now: Int64)
    func announceDrain(reconnectInMs: Int)
    /// Hang up on a peer that reads nothing: memory is short.
    func shed()
    /// What has come of a request or message that is not whole; nil: nothing.
    var unfinished: UnfinishedInput? { get }
    /// Let go of it, with a word to the peer: memory is short.
    func shedUnfinished()
    /// Let go of a peer whose token has been taken back.
    func revoke(_ list: RevocationList)
    /// Close, when what is queued has left.
    func sayGoodbye()
}
