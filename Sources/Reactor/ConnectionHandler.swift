// Callbacks of a connection. All calls come on the thread of the loop.

package protocol ConnectionHandler: AnyObject {
    /// A connection made by `EventLoop.connect` is established. Never called for an accepted one.
    func connectionEstablished(_ connection: Connection)

    /// Bytes arrived; they are only lent for the call.
    func connection(_ connection: Connection, received bytes: Span<UInt8>)

    /// The peer sent FIN; what was queued can still be written.
    ///
    /// The connection stays half open until the handler closes it: an answer may still be in
    /// progress.
    func connectionReachedEnd(_ connection: Connection)

    /// The outbound queue fell to `lowWater` or below after having been above it.
    func connectionDrained(_ connection: Connection)

    /// The connection is closed. Called exactly once, at the end of the turn; nothing may be sent
    /// after it.
    func connectionClosed(_ connection: Connection, error: SystemError?)
}

extension ConnectionHandler {
    package func connectionEstablished(_ connection: Connection) {}
}
