// A blocking loopback socket that does exactly what the test says.

import Glibc
import Testing

@testable import Reactor

final class RawPeer {
    private var descriptor: Descriptor?
    private let socket: Int32

    init(port: UInt16) throws {
        let address = try #require(
            try SocketAddress.resolve(host: "127.0.0.1", port: port, toListen: false).first)
        let made = Glibc.socket(address.family, Int32(SOCK_STREAM.rawValue), 0)
        let descriptor = Descriptor(adopting: made)
        socket = made
        // A test that waits for bytes that never come must fail, not hang.
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
        _ = unsafe setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
        var yes: Int32 = 1
        let flagSize = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe setsockopt(made, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, flagSize)
        try address.connect(made)
        self.descriptor = consume descriptor
    }

    /// Writes all bytes; a closed peer is no error.
    func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let chunk = Array(rest)
            let count = unsafe send(socket, chunk, chunk.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func write(_ text: String) { write(Array(text.utf8)) }

    /// The available bytes, after a wait for the first; empty at the end, on an error or after ten
    /// seconds.
    func read() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let received = unsafe recv(socket, &buffer, buffer.count, 0)
        return Array(buffer.prefix(max(0, received)))
    }

    func readToEnd() -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let bytes = read()
            if bytes.isEmpty { return all }
            all += bytes
        }
    }

    func sayFIN() { _ = shutdown(socket, Int32(SHUT_WR)) }

    func close() { descriptor = nil }
}
