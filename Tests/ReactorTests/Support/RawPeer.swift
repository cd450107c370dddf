// The other end of a connection, driven by blocking calls.

import CLinux
import Glibc

@testable import Reactor

/// A peer that does exactly what the test says.
final class RawPeer {
    private var descriptor: Descriptor?
    private let socket: Int32

    init(adopting descriptor: consuming Descriptor) {
        socket = descriptor.rawValue
        self.descriptor = consume descriptor
        // A test that waits for bytes that never come must fail, not hang.
        var timeout = timeval(tv_sec: 5, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
    }

    /// Connects to a listener of this machine.
    static func connected(to port: UInt16, host: String = "127.0.0.1") throws -> RawPeer {
        let addresses = try SocketAddress.resolve(host: host, port: port, toListen: false)
        guard let address = addresses.first else {
            throw SystemError(call: "resolve", code: ENOENT)
        }
        let made = Glibc.socket(address.family, Int32(SOCK_STREAM.rawValue), 0)
        let descriptor = Descriptor(adopting: made)
        try address.connect(descriptor.rawValue)
        return RawPeer(adopting: descriptor)
    }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Int {
        unsafe send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// At most `count` available bytes; waits for the first. Empty at the end or on an error.
    func read(atMost count: Int) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        let received = unsafe recv(socket, &buffer, count, 0)
        return Array(buffer.prefix(max(0, received)))
    }

    /// The same without waiting.
    func readAvailable(atMost count: Int) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        let received = unsafe recv(socket, &buffer, count, Int32(MSG_DONTWAIT))
        return Array(buffer.prefix(max(0, received)))
    }

    func sayFIN() { _ = shutdown(socket, Int32(SHUT_WR)) }

    func close() { descriptor = nil }

    /// Closes so that the other side sees RST instead of FIN.
    func reset() {
        var abrupt = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &abrupt, size)
        descriptor = nil
    }
}
