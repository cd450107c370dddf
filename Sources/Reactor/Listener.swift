// A listening socket, and its overload handling when the process has no descriptor left.

import CLinux
import Glibc

/// Accepts connections for one loop. Every worker opens its own on the same port
/// (SO_REUSEPORT), and the kernel spreads the peers.
///
/// Not `Sendable`: open it anywhere, hand it to one thread, attach it there.
package final class Listener {
    package let host: String
    /// The port in use, even when port 0 was requested.
    package let port: UInt16

    /// Gets the peer that no descriptor was left for. It must answer and close at once: the
    /// descriptor is the spare one. Without it the peer is disconnected.
    package var onOverload: ((consuming Descriptor) -> Void)?
    /// Peers refused because the process had no descriptor.
    package private(set) var overloads: UInt64 = 0
    package private(set) var accepted: UInt64 = 0

    private var descriptor: Descriptor?
    private let socket: Int32
    /// Closed to accept and refuse a peer when descriptors have run out: without it the peer would
    /// stay in the backlog and the loop would spin on it.
    private var spare = Listener.makeSpare()

    private weak var loop: EventLoop?
    private var key: UInt64 = 0
    private var onAccept: ((consuming Descriptor, String) -> Void)?
    private var isWatched = false
    private var isPaused = false
    private var isOverloaded = false

    /// Peers accepted in one turn; the rest wait for the next, so that connected peers are not
    /// starved.
    private static let batchMax = 64
    private static let overloadPauseMilliseconds = 100

    private init(adopting descriptor: consuming Descriptor, host: String) {
        socket = descriptor.rawValue
        self.host = host
        port = SocketAddress.local(of: descriptor.rawValue).port
        self.descriptor = consume descriptor
    }

    /// Binds and listens on the first possible address of `host`; port 0 takes a free one.
    package static func open(
        host: String, port: UInt16, backlog: Int = 4096
    ) throws(SystemError) -> Listener {
        var refusal = SystemError(call: "bind", code: EADDRNOTAVAIL)
        for address in try SocketAddress.resolve(host: host, port: port, toListen: true) {
            do throws(SystemError) {
                let descriptor = try address.makeSocket()
                setFlag(SO_REUSEADDR, level: SOL_SOCKET, of: descriptor.rawValue)
                setFlag(SO_REUSEPORT, level: SOL_SOCKET, of: descriptor.rawValue)
                // Accepted sockets inherit the flag on Linux: one call here, none per peer.
                setFlag(TCP_NODELAY, level: Int32(IPPROTO_TCP), of: descriptor.rawValue)
                try address.bind(descriptor.rawValue)
                guard listen(descriptor.rawValue, Int32(clamping: backlog)) == 0 else {
                    throw SystemError(lastOf: "listen")
                }
                return Listener(adopting: descriptor, host: host)
            } catch {
                refusal = error
            }
        }
        throw refusal
    }

    /// Throws when another program listens there: listeners that share a port (SO_REUSEPORT) would
    /// otherwise share it with that program too, and each would get half of the peers.
    package static func requireFree(host: String, port: UInt16) throws(SystemError) {
        for address in try SocketAddress.resolve(host: host, port: port, toListen: true) {
            let descriptor = try address.makeSocket()
            setFlag(SO_REUSEADDR, level: SOL_SOCKET, of: descriptor.rawValue)
            try address.bind(descriptor.rawValue)
        }
    }

    /// Stops accepting; peers wait in the backlog.
    package func pause() {
        isPaused = true
        updateWatch()
    }

    package func resume() {
        isPaused = false
        updateWatch()
    }

    /// Stops listening, for good. Peers still in the backlog are refused.
    package func close() {
        isPaused = true
        updateWatch()
        descriptor = nil
        onAccept = nil
    }

    /// Called by the loop that adopts the listener.
    func start(
        on loop: EventLoop, key: UInt64,
        _ onAccept: @escaping (consuming Descriptor, String) -> Void
    ) {
        self.loop = loop
        self.key = key
        self.onAccept = onAccept
        updateWatch()
    }

    /// Accepts waiting peers, up to a batch.
    func acceptWaiting() {
        var peer = SocketAddress.blank()
        for _ in 0..<Self.batchMax {
            guard isWatched, let onAccept else { return }
            let number = SocketAddress.accept(from: socket, peer: &peer)
            guard number < 0 else {
                accepted &+= 1
                onAccept(Descriptor(adopting: number), peer.host)
                continue
            }
            switch errno {
            case EAGAIN: return
            case EMFILE, ENFILE: return refuseOne()
            case ENOMEM, ENOBUFS, EBADF, EINVAL, ENOTSOCK: return restBriefly()
            // The peer gave up, a firewall refused, a signal came: the next peer may succeed.
            default: continue
            }
        }
    }

    private func refuseOne() {
        spare = Descriptor(adopting: -1)
        var peer = SocketAddress.blank()
        let number = SocketAddress.accept(from: socket, peer: &peer)
        if number >= 0 {
            overloads &+= 1
            let refused = Descriptor(adopting: number)
            if let onOverload { onOverload(refused) }
        }
        spare = Listener.makeSpare()
        restBriefly()
    }

    private func restBriefly() {
        isOverloaded = true
        updateWatch()
        loop?.schedule(afterMilliseconds: Self.overloadPauseMilliseconds) { [weak self] in
            guard let self else { return }
            if spare.rawValue < 0 { spare = Listener.makeSpare() }
            isOverloaded = false
            updateWatch()
        }
    }

    private func updateWatch() {
        let isWanted = !isPaused && !isOverloaded
        guard let loop, isWanted != isWatched else { return }
        isWatched = isWanted
        guard isWanted else { return loop.poller.remove(socket) }
        do {
            try loop.poller.add(socket, for: .input, key: key)
        } catch {
            isWatched = false
            restBriefly()
        }
    }

    private static func makeSpare() -> Descriptor {
        Descriptor(adopting: eventfd(0, Int32(EFD_CLOEXEC)))
    }
}
