// Connection work of a loop during a turn: read when it is ready, send and close at the end.

import CLinux
import Glibc

extension Connection {
    /// Handles the events that epoll found.
    ///
    /// epoll reports hang-ups and errors whether asked for or not, and as long as they last: each
    /// must lead to a read that reaches the end or to a close, or the loop would spin.
    func dispatch(_ readiness: Readiness) {
        guard phase != .closed else { return }
        if isConnecting { return finishConnecting(readiness) }
        let isBroken = !readiness.isDisjoint(with: [.hangUp, .failure])
        if let preface { return read(preface, isBroken: isBroken) }
        if let tls, tls.isHandshaking { return shakeHands(tls, isBroken: isBroken) }
        if readiness.contains(.output) || tls?.writeNeedsInput == true {
            isWriteBlocked = false
            markDirty()
        }
        if wantsInput {
            // Bytes before a FIN or a reset are still in the kernel: read them before judging.
            let isReadable = !readiness.isDisjoint(with: [.input, .peerEnd])
            if isReadable || isBroken || tls?.readNeedsOutput == true {
                receive(isBroken: isBroken)
            }
        } else if isBroken {
            finish(with: waitingError())
        }
    }

    /// Lists the connection for the end of the turn.
    func markDirty() {
        guard !isDirty, phase != .closed else { return }
        isDirty = true
        loop.dirty.append(self)
    }

    /// The end of a turn: one send, then the step towards closing, then what to watch for.
    func endTurn() {
        guard phase != .closed else { return }
        if !isPreparing {
            if !isWriteBlocked, !outbound.isEmpty { flush() }
            if phase == .flushing, outbound.isEmpty { sayGoodbye() }
            listBacklog()
        }
        updateWatch()
    }

    /// Hands the connection over to the end of the turn; the first error is the one reported.
    func finish(with error: SystemError? = nil) {
        guard phase != .closed else { return }
        phase = .closed
        failure = failure ?? error
        loop.finished.append(self)
    }

    /// Releases all resources and tells the handler. Only the loop calls it.
    func release() {
        if let limitTimer { loop.cancel(limitTimer) }
        tls = nil
        preface = nil
        descriptor = nil
        dropQueue()
        let last = handler
        handler = nil
        last?.connectionClosed(self, error: failure)
    }

    /// Pausing counts only while the handler gets what is read. A closing connection reads and
    /// discards: closing a socket with unread bytes would reset it and lose our last bytes.
    var wantsInput: Bool {
        !hasReachedEnd && !(isReadingPaused && phase == .open)
    }

    func receive(isBroken: Bool) {
        let result = loop.readBuffer.fill(from: self)
        if tls != nil { noteBacklog() }
        switch result {
        case .bytes(0): reachEnd()
        case .bytes(let count):
            lastReceived = loop.now
            bytesReceived += count
            guard let handler, phase == .open || phase == .failing else { return }
            loop.readBuffer.lend(first: count) { bytes in
                handler.connection(self, received: bytes)
            }
        case .wouldBlock: if isBroken { finish(with: waitingError()) }
        case .failed(let error): finish(with: error)
        }
    }

    private func reachEnd() {
        hasReachedEnd = true
        switch phase {
        case .open:
            markDirty()
            handler?.connectionReachedEnd(self)
        case .flushing: markDirty()
        case .lingering, .failing, .closed: finish()
        }
    }

    private func finishConnecting(_ readiness: Readiness) {
        if let error = waitingError(of: "connect") { return finish(with: error) }
        guard readiness.contains(.output) else { return }
        isConnecting = false
        markDirty()
        if let tls { return shakeHands(tls, isBroken: false) }
        if phase == .open { handler?.connectionEstablished(self) }
    }

    private func flush() {
        let before = outbound.count
        loop.pacer.noteFlush()
        switch outbound.withUnsent({ unsent in transportWrite(unsent) }) {
        case .bytes(before):
            bytesSent += before
            lastDeparture = loop.now
            dropQueue()
        case .bytes(let sent):
            outbound.consume(sent)
            loop.queuedBytes &-= sent
            bytesSent += sent
            lastDeparture = loop.now
            isWriteBlocked = true
        case .wouldBlock: isWriteBlocked = true
        case .failed(let error): return outlastFailure(error)
        }
        if isAboveLowWater, outbound.count <= lowWater {
            isAboveLowWater = false
            if phase == .open { handler?.connectionDrained(self) }
        }
    }

    /// The peer reads no more, but what it sent before it left may still wait in the kernel:
    /// messages followed at once by a close must not be lost because our answer to the first
    /// failed.
    private func outlastFailure(_ error: SystemError) {
        failure = failure ?? error
        isWriteBlocked = false
        dropQueue()
        guard phase == .open, wantsInput else { return finish() }
        phase = .failing
        // Whatever the error was, the read side now ends as well.
        _ = shutdown(socket, Int32(SHUT_RDWR))
        waitForEnd()
    }

    private func sayGoodbye() {
        guard tls == nil || hasSaidCloseNotify() else { return }
        guard !hasReachedEnd, shutdown(socket, Int32(SHUT_WR)) == 0 else { return finish() }
        phase = .lingering
        waitForEnd()
    }

    /// At most a second, counted from the first call.
    func waitForEnd() {
        guard limitTimer == nil else { return }
        limitTimer = loop.schedule(afterMilliseconds: 1000) { [weak self] in self?.finish() }
    }

    private var wantedReadiness: Readiness {
        if isConnecting { return .output }
        if preface != nil { return [.input, .peerEnd] }
        if let tls, tls.isHandshaking { return tls.handshakeNeeds }
        var wanted: Readiness = isWriteBlocked ? .output : []
        if wantsInput { wanted.formUnion([.input, .peerEnd]) }
        if let tls { wanted.formUnion(tls.crossedNeeds) }
        return wanted
    }

    private func updateWatch() {
        guard phase != .closed else { return }
        let wanted = wantedReadiness
        guard wanted != watched else { return }
        do {
            if watched == nil {
                try loop.poller.add(socket, for: wanted, key: id.key)
            } else {
                try loop.poller.modify(socket, for: wanted, key: id.key)
            }
            watched = wanted
        } catch {
            finish(with: error)
        }
    }

    private func waitingError(of call: String = "poll") -> SystemError? {
        let code = takeSocketError(of: socket)
        return code == 0 ? nil : SystemError(call: call, code: code)
    }
}
