// The end of a WebSocket session: its close frame, its reason, and what it leaves.

import Observability
import Protocol
import Reactor
import Text
import Tickets
import Wire

extension WebSocketSession {
    /// Sends the reason (RFC 6455 section 7.1.2), then waits a moment for the peer's close frame.
    func close(_ code: CloseCode, _ reason: String) {
        guard let connection, !hasSentClose else { return }
        connection.send(FrameEncoder.close(code: code, reason: reason))
        hasSentClose = true
        ending = (code, reason)
        leaveEverything()
        connection.closeAfterFlush()
    }

    /// The peer's close frame came first.
    func answerClose(_ code: CloseCode?) {
        hasSentClose = true
        ending = (code ?? .noCode, "the peer closed")
        connection?.send(FrameEncoder.close(code: code ?? .normal, reason: ""))
        connection?.closeAfterFlush()
    }

    /// Closes without a close frame.
    func closeNow(_ code: CloseCode, _ reason: String) {
        ending = ending ?? (code, reason)
        connection?.closeNow()
    }

    /// The peer has ended without a close frame; commands that it sent are still carried out.
    func connectionReachedEnd(_ connection: Connection) {
        hasPeerEnded = true
        endIfAnswered()
    }

    func endIfAnswered() {
        guard hasPeerEnded, !receiver.hasBacklog, commandsUnderWay == 0 else { return }
        hasSentClose = true
        connection?.closeAfterFlush()
    }

    func connectionClosed(_ connection: Connection, error: SystemError?) {
        hasSentClose = true
        countUnfinished()
        leaveEverything()
        noteEnd(of: connection, error)
        worker.forget(connection)
        forgetConnection()
    }

    /// Counts and logs every end of a session.
    private func noteEnd(of connection: Connection, _ error: SystemError?) {
        let (code, reason) =
            ending ?? (.noCloseFrame, error?.description ?? "the peer left without a close frame")
        worker.metrics.note(code)
        worker.context.log.info(
            "ws_close",
            [
                ("code", "\(code.rawValue)"), ("reason", reason),
                ("user", caller.person.id.string), ("ip", peerAddress),
                ("dur_ms", "\(worker.loop.now - openedAt)"),
                ("in", "\(connection.bytesReceived)"), ("out", "\(connection.bytesSent)"),
            ])
    }

    private func leaveEverything() {
        for member in members.values { worker.rooms.leave(member) }
        members.removeAll()
        endQueue()
        worker.notifications.leave(self)
    }

    // MARK: Ended by the hub

    func announceDrain(reconnectInMs: Int) {
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "drain")
        json.field("reconnectIn", reconnectInMs)
        json.endObject()
        send(json.bytes)
    }

    func sayGoodbye() { close(.goingAway, "the hub is restarting; reconnect") }

    func shed() { closeNow(.tryAgainLater, "nothing was read while memory was short") }

    func endSlowReader() {
        close(.tryAgainLater, "nothing was read for \(settings.slowReaderSeconds) s")
        connection?.closeNow()
    }

    /// The memory of its incomplete message is needed.
    func shedUnfinished() {
        close(.tryAgainLater, "the message did not end while memory was short")
        receiver.assembler.discard()
        countUnfinished()
    }
}
