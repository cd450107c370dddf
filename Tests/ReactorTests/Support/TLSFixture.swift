// One loop with one accepted TLS connection and its peer.

import COpenSSL
import Glibc
import TestSupport
import Testing

@testable import Reactor

struct TLSFixture {
    let loop: EventLoop
    let connection: Connection
    let handler: Recorder
    let peer: TLSPeer

    /// Connected, and after the handshake unless told otherwise.
    init(
        _ options: TLSPeer.Options = .init(), context: TLSContext? = nil, sendBuffer: Int32? = nil,
        shakingHands: Bool = true
    ) throws {
        let loop = try EventLoop()
        let handler = Recorder()
        let context = try context ?? .forTests()
        let listener = try TLSListener(on: loop, handler, context)
        peer = try TLSPeer(port: listener.port, options)
        loop.turn(untilTrue: { listener.accepted != nil })
        let connection = try #require(listener.accepted)
        if var size = sendBuffer {
            _ = unsafe setsockopt(
                connection.socket, SOL_SOCKET, SO_SNDBUF, &size,
                socklen_t(MemoryLayout<Int32>.size))
        }
        self.loop = loop
        self.handler = handler
        self.connection = connection
        if shakingHands { try shakeHands() }
    }

    func shakeHands() throws {
        var isDone = false
        loop.turn(untilTrue: {
            isDone = isDone || peer.shakeHands()
            return isDone && !connection.isPreparing
        })
        try #require(isDone, "\(peer.failure ?? "no end"), \(connection.phase)")
    }

    /// Takes turns until the peer has read that many bytes, or the end.
    func read(_ count: Int) -> [UInt8] {
        var read: [UInt8] = []
        loop.turn(untilTrue: {
            read += peer.readAvailable()
            return read.count >= count || peer.sawCloseNotify || peer.failure != nil
        })
        return read
    }

    /// Takes turns until the peer has written them all.
    func write(_ bytes: [UInt8]) {
        var written = 0
        loop.turn(untilTrue: {
            written += peer.write(bytes[written...])
            return written == bytes.count
        })
    }
}

/// A listener that accepts with TLS.
final class TLSListener {
    let port: UInt16
    private(set) var accepted: Connection?

    init(
        on loop: EventLoop, _ handler: Recorder, _ context: TLSContext,
        handshakeMilliseconds: Int = 10_000
    ) throws {
        let listener = try Listener.open(host: "127.0.0.1", port: 0)
        port = listener.port
        loop.attach(listener) { [self] descriptor, _ in
            accepted = loop.adopt(
                descriptor, handler: handler, tls: context,
                handshakeMilliseconds: handshakeMilliseconds)
        }
    }
}
