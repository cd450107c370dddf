// One socket of a loop, as its owner sees it: queue bytes, pause reading, close.
// ConnectionTurn.swift has what the loop does with it during a turn.

import CLinux
import Glibc

/// A stream socket with an outbound queue. Confined to the thread of its loop.
///
/// Nothing here touches the socket at once: bytes leave, interest changes and descriptors close at
/// the end of the turn, so no callback ever meets a freed connection.
package final class Connection {
    /// Stages of closing a connection. Only an open one takes new output.
    enum Phase {
        case open
        /// `closeAfterFlush` was called; the queue is still sent.
        case flushing
        /// Our FIN is sent; waits for the peer's and discards what the peer still sends.
        case lingering
        /// A write failed; bytes that the peer sent before are still delivered.
        case failing
        /// Freed at the end of this turn.
        case closed
    }

    package let id: ConnectionID
    package let loop: EventLoop
    /// Receives the callbacks; can be replaced, for example after an upgrade. Released when the
    /// connection has closed.
    package var handler: (any ConnectionHandler)?

    /// The handler gets `connectionDrained` when the queue falls to this many bytes.
    package var lowWater = 64 * 1024
    /// Monotonic milliseconds of the last bytes from the peer; at first, of the creation.
    package internal(set) var lastReceived: Int64
    /// Monotonic milliseconds of the last time bytes left or the queue was empty.
    package var lastWriteProgress: Int64 {
        outbound.isEmpty ? loop.now : lastDeparture
    }

    let socket: Int32
    var descriptor: Descriptor?
    var outbound = WriteQueue()
    var lastDeparture: Int64
    var failure: SystemError?
    /// Closes a connection whose handshake or close takes too long.
    var limitTimer: Timer?
    /// The preface that the peer must send first; nil: done, or none.
    var preface: ConnectionPreface?
    /// The peer sent something else, or nothing.
    package internal(set) var hasPrefaceFailed = false
    /// Set while the bytes on the socket are TLS: from the start until our close_notify is sent.
    var tls: TLSStream?
    /// Events that epoll watches for; nil before the socket is registered.
    var watched: Readiness?
    var phase = Phase.open
    /// A non-blocking connect is still pending; output waits for it.
    var isConnecting: Bool
    /// The handshake failed before any byte of the handler could pass.
    package internal(set) var hasHandshakeFailed = false
    var isReadingPaused = false
    var hasReachedEnd = false
    /// Listed with the loop for the end of the turn.
    var isDirty = false
    /// Listed with the loop until its held frames leave.
    var isHeld = false
    /// Listed with the loop for another read in the next turn, whatever epoll reports.
    var isBacklogged = false
    /// The last send left bytes behind: wait for EPOLLOUT before the next one.
    var isWriteBlocked = false
    var isAboveLowWater = false

    init(
        id: ConnectionID, loop: EventLoop, descriptor: consuming Descriptor,
        handler: any ConnectionHandler, isConnecting: Bool
    ) {
        self.id = id
        self.loop = loop
        self.handler = handler
        self.isConnecting = isConnecting
        lastReceived = loop.now
        lastDeparture = loop.now
        socket = descriptor.rawValue
        self.descriptor = consume descriptor
    }

    /// Bytes queued and not yet taken by the kernel.
    package var queuedBytes: Int { outbound.count }

    /// The kernel's buffer is full: the queue waits for the peer to read.
    package var isBlocked: Bool { isWriteBlocked }

    /// Bytes lent to the handler, and bytes taken by the kernel.
    package internal(set) var bytesReceived = 0
    package internal(set) var bytesSent = 0

    /// Connecting, reading a preface, or shaking hands: output waits.
    var isPreparing: Bool { isConnecting || preface != nil || tls?.isHandshaking == true }

    /// The connection is closing: nothing more is sent, and perhaps nothing received.
    package var isClosing: Bool { phase != .open }

    /// Queues bytes for the end of the turn. Ignored once the connection is closing.
    package func send(_ bytes: [UInt8]) {
        guard !isClosing, !bytes.isEmpty else { return }
        enqueue(bytes)
        if !isWriteBlocked { markDirty() }
    }

    /// Queues a frame shared by many receivers, unless the queue would reach `limit` bytes. A busy
    /// loop may hold it for a moment, so that the next frames leave with it; see `FlushPacer`.
    package func offer(_ bytes: [UInt8], below limit: Int) -> Bool {
        guard outbound.count + bytes.count < limit else { return false }
        guard !isClosing, !bytes.isEmpty else { return true }
        enqueue(bytes)
        loop.pacer.noteOffer()
        if isDirty || isHeld || isWriteBlocked { return true }
        if loop.pacer.isHolding, outbound.count < Self.heldBytesMax {
            isHeld = true
            loop.hold(self)
        } else {
            markDirty()
        }
        return true
    }

    /// A longer queue leaves at once.
    private static let heldBytesMax = 32 * 1024

    /// Lowers `lowWater` to half of the queue, so that `connectionDrained` comes when the peer has
    /// read the other half. For a handler that holds something back from a short queue.
    package func watchDrain() {
        guard !outbound.isEmpty else { return }
        lowWater = min(lowWater, outbound.count / 2)
        isAboveLowWater = true
    }

    /// Queues a copy of lent bytes.
    package func send(_ bytes: Span<UInt8>) {
        guard !isClosing, !bytes.isEmpty else { return }
        prepareQueue()
        unsafe bytes.withUnsafeBufferPointer { lent in
            unsafe outbound.append(contentsOf: lent)
        }
        loop.queuedBytes &+= bytes.count
        if outbound.count > lowWater { isAboveLowWater = true }
        if !isWriteBlocked { markDirty() }
    }

    /// Writes the queue, then sends FIN and waits at most a second for the peer's.
    ///
    /// From now on the handler gets only `connectionClosed`. The first part has no limit: a caller
    /// whose peer may not read must watch `lastWriteProgress`.
    package func closeAfterFlush() {
        switch phase {
        case .open where isPreparing && outbound.isEmpty: finish()
        case .open:
            phase = .flushing
            markDirty()
        case .failing: finish()
        case .flushing, .lingering, .closed: break
        }
    }

    /// Closes at the end of the turn and drops the queue, without a close_notify under TLS: the
    /// peer must not take its part for the whole.
    package func closeNow() {
        finish()
    }

    /// Leaves what the peer sends in the kernel, which slows the peer down.
    ///
    /// A reset while reading is paused closes the connection, and what was unread is lost.
    package func pauseReading() {
        guard !isReadingPaused else { return }
        isReadingPaused = true
        markDirty()
    }

    package func resumeReading() {
        guard isReadingPaused else { return }
        isReadingPaused = false
        markDirty()
    }

    /// A single frame is lent and not copied; most leave alone.
    private func enqueue(_ bytes: [UInt8]) {
        if outbound.isEmpty {
            lastDeparture = loop.now
            outbound.lend(bytes)
        } else {
            prepareQueue()
            outbound.append(contentsOf: bytes)
        }
        loop.queuedBytes &+= bytes.count
        if outbound.count > lowWater { isAboveLowWater = true }
    }

    /// Drops the queue and all bytes in it.
    func dropQueue() {
        loop.queuedBytes &-= outbound.count
        if outbound.isLent {
            outbound.forgetLent()
        } else {
            loop.spareBuffers.giveBack(outbound.takeStorage())
        }
    }

    /// Makes room to append.
    private func prepareQueue() {
        if outbound.isEmpty {
            lastDeparture = loop.now
            outbound.useStorage(loop.spareBuffers.take())
        } else if outbound.isLent {
            outbound.own(loop.spareBuffers.take())
        }
    }
}

// The two places where bytes reach the socket, or the encryption before it.
extension Connection {
    enum Transfer {
        case bytes(Int)
        case wouldBlock
        case failed(SystemError)
    }

    /// One read into `buffer`; 0 bytes mean the peer's FIN.
    func transportRead(into buffer: inout MutableSpan<UInt8>) -> Transfer {
        if let tls { return tls.read(into: &buffer) }
        let count = unsafe buffer.withUnsafeMutableBufferPointer { target in
            unsafe recv(socket, target.baseAddress, target.count, Int32(MSG_DONTWAIT))
        }
        return Self.transfer(count, of: "recv")
    }

    /// One write of as much of `bytes` as the kernel takes.
    func transportWrite(_ bytes: Span<UInt8>) -> Transfer {
        if let tls { return tls.write(bytes) }
        let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
        let count = unsafe bytes.withUnsafeBufferPointer { source in
            unsafe Glibc.send(socket, source.baseAddress, source.count, flags)
        }
        return Self.transfer(count, of: "send")
    }

    private static func transfer(_ count: Int, of call: String) -> Transfer {
        if count >= 0 { return .bytes(count) }
        let code = errno
        if code == EAGAIN || code == EINTR { return .wouldBlock }
        return .failed(SystemError(call: call, code: code))
    }
}
