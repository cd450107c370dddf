// The other end of a connection: a blocking socket that does exactly what the test says.

import Glibc
package import Reactor

package final class RawPeer {
    private var descriptor: Descriptor?
    private let socket: Int32

    package init(adopting descriptor: consuming Descriptor) {
        socket = descriptor.rawValue
        self.descriptor = consume descriptor
        // A test that waits for bytes that never come must fail, not hang.
        var timeout = timeval(tv_sec: 10, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
        var isOn: Int32 = 1
        let flagSize = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, flagSize)
    }

    /// Connects to a listener of this machine, by a numeric address.
    package convenience init(port: UInt16, host: String = "127.0.0.1") throws(SystemError) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV | AI_NUMERICHOST
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0, let address = unsafe list?.pointee else {
            throw SystemError(call: "getaddrinfo", code: code)
        }
        defer { unsafe freeaddrinfo(list) }
        let made = unsafe Glibc.socket(address.ai_family, address.ai_socktype, 0)
        let descriptor = Descriptor(adopting: made)
        guard unsafe connect(made, address.ai_addr, address.ai_addrlen) == 0 else {
            throw SystemError(call: "connect", code: errno)
        }
        self.init(adopting: descriptor)
    }

    /// Writes all bytes, and returns how many the other side has taken: all unless it has closed.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Int {
        var rest = bytes[...]
        while !rest.isEmpty {
            let chunk = Array(rest)
            let count = unsafe send(socket, chunk, chunk.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        return bytes.count - rest.count
    }

    package func write(_ text: String) { write(Array(text.utf8)) }

    /// At most `count` available bytes, after a wait for the first; empty at the end, on an error
    /// or after ten seconds.
    package func read(atMost count: Int = 65536) -> [UInt8] { receive(count, flags: 0) }

    /// The same without waiting.
    package func readAvailable(atMost count: Int) -> [UInt8] {
        receive(count, flags: Int32(MSG_DONTWAIT))
    }

    package func readToEnd() -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let bytes = read()
            if bytes.isEmpty { return all }
            all += bytes
        }
    }

    private func receive(_ count: Int, flags: Int32) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        let received = unsafe recv(socket, &buffer, count, flags)
        return Array(buffer.prefix(max(0, received)))
    }

    package func sayFIN() { _ = shutdown(socket, Int32(SHUT_WR)) }

    package func close() { descriptor = nil }

    /// Closes so that the other side sees RST instead of FIN.
    package func reset() {
        var abrupt = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &abrupt, size)
        descriptor = nil
    }
}
