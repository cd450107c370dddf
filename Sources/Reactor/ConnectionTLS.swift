// TLS of a connection: the handshake with its time limit, reading what only OpenSSL holds, and the
// close. All other code treats encrypted and plain connections alike.

import CLinux
import Glibc

extension Connection {
    /// Before the first turn: the bytes on the socket are TLS from the start.
    func secure(with context: TLSContext, limitMilliseconds: Int, peerName: String? = nil) {
        guard let stream = TLSStream(context, socket: socket, peerName: peerName) else {
            return finish(with: SystemError(call: "tls", code: ENOMEM))
        }
        tls = stream
        // Absolute: slow bytes do not extend it.
        limitTimer = loop.schedule(afterMilliseconds: limitMilliseconds) { [weak self] in
            self?.finish(asHandshakeFailure: SystemError(call: "tls handshake", code: ETIMEDOUT))
        }
    }

    /// Takes the next step of the handshake, when the socket is ready for it.
    func shakeHands(_ stream: TLSStream, isBroken: Bool) {
        markDirty()
        switch stream.shakeHands() {
        case .blocked:
            if isBroken {
                finish(asHandshakeFailure: SystemError(call: "tls handshake", code: ECONNRESET))
            }
        case .done:
            forgetLimit()
            lastReceived = loop.now
            if stream.isClient, phase == .open { handler?.connectionEstablished(self) }
        case .plainHTTP:
            refuse(SystemError(call: "tls: plain HTTP", code: EPROTO), stream.answerToPlainHTTP)
        case .failed(let error) where error.code == EPROTO: refuse(error, [])
        case .failed(let error): finish(asHandshakeFailure: error)
        }
    }

    private func finish(asHandshakeFailure error: SystemError) {
        hasHandshakeFailed = true
        finish(with: error)
    }

    /// Hangs up so that the alert of OpenSSL, or our plain answer, arrives: closing with unread
    /// bytes in the kernel would reset the connection and lose it.
    private func refuse(_ error: SystemError, _ answer: [UInt8]) {
        hasHandshakeFailed = true
        failure = failure ?? error
        forgetLimit()
        tls = nil
        dropQueue()
        if !answer.isEmpty { _ = transportWrite(answer.span) }
        guard shutdown(socket, Int32(SHUT_WR)) == 0 else { return finish() }
        phase = .lingering
        waitForEnd()
    }

    private func forgetLimit() {
        if let limitTimer { loop.cancel(limitTimer) }
        limitTimer = nil
    }

    // MARK: Bytes that epoll does not see

    /// Called after every read: the end of the turn decides when the next one is.
    func noteBacklog() {
        isBacklogged = false
        if let tls, tls.hasBacklog || !tls.crossedNeeds.isEmpty { markDirty() }
    }

    /// Asks for another read in the next turn if OpenSSL still holds something that is wanted.
    func listBacklog() {
        guard let tls, tls.hasBacklog, wantsInput, !isBacklogged else { return }
        isBacklogged = true
        loop.backlog.append(id)
    }

    func receiveBacklog() {
        guard isBacklogged, phase != .closed else { return }
        isBacklogged = false
        if wantsInput { receive(isBroken: false) }
    }

    // MARK: Farewell

    /// Sends close_notify; afterwards the socket is read only to empty it, undecrypted. False while
    /// the kernel has no room for it; it gets a second to make room.
    func hasSaidCloseNotify() -> Bool {
        guard let tls else { return true }
        if case .wouldBlock = tls.sayGoodbye() {
            isWriteBlocked = true
            waitForEnd()
            return false
        }
        self.tls = nil
        return true
    }
}
