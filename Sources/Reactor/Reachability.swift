// Whether a server accepts connections, for `guichet doctor`.

import CLinux
import Glibc

package enum Reachability {
    /// Connects and closes. nil: connected; otherwise the reason of the last address tried. Blocks.
    package static func problem(host: String, port: UInt16, milliseconds: Int32) -> String? {
        do throws(SystemError) {
            var reason = "the name has no address"
            for address in try SocketAddress.resolve(host: host, port: port, toListen: false) {
                guard let problem = try Self.problem(of: address, milliseconds) else { return nil }
                reason = problem
            }
            return reason
        } catch {
            return error.description
        }
    }

    private static func problem(
        of address: SocketAddress, _ milliseconds: Int32
    ) throws(SystemError) -> String? {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let socket = Descriptor(adopting: Glibc.socket(Int32(address.family), type, 0))
        guard socket.rawValue >= 0 else { throw SystemError(lastOf: "socket") }
        try address.connect(socket.rawValue)
        var waiting = pollfd(fd: socket.rawValue, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&waiting, 1, milliseconds) == 1 else {
            return "no answer within \(milliseconds / 1000) s"
        }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard
            unsafe getsockopt(socket.rawValue, SOL_SOCKET, SO_ERROR, &code, &length) == 0, code == 0
        else { return SystemError(call: "connect", code: code).description }
        return nil
    }
}
