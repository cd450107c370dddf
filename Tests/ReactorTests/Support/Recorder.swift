// A handler that records its calls.

@testable import Reactor

final class Recorder: ConnectionHandler {
    var received: [UInt8] = []
    var receptions = 0
    var established = 0
    var ends = 0
    var drains = 0
    var closes = 0
    var error: SystemError?
    /// The test's action when bytes arrive, after they are recorded.
    var onReceive: ((Connection) -> Void)?
    var onDrain: ((Connection) -> Void)?
    var onEnd: ((Connection) -> Void)?
    var onClose: ((Connection) -> Void)?

    func connectionEstablished(_ connection: Connection) { established += 1 }

    func connection(_ connection: Connection, received bytes: Span<UInt8>) {
        receptions += 1
        unsafe bytes.withUnsafeBufferPointer { unsafe received.append(contentsOf: $0) }
        onReceive?(connection)
    }

    func connectionReachedEnd(_ connection: Connection) {
        ends += 1
        onEnd?(connection)
    }

    func connectionDrained(_ connection: Connection) {
        drains += 1
        onDrain?(connection)
    }

    func connectionClosed(_ connection: Connection, error: SystemError?) {
        closes += 1
        self.error = error
        onClose?(connection)
    }
}
