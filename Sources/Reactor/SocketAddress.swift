// Socket addresses: IPv4 and IPv6 behind one type. The C union of address families stays in this
// file.

import CLinux
import Glibc

struct SocketAddress {
    private var storage = sockaddr_storage()
    private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    private init() {}

    /// The addresses of a host name or a numeric address, IPv4 first, so that "localhost" means the
    /// same to server and client. An empty host is every address, or for a client this machine.
    /// Blocks while it asks a name server.
    static func resolve(
        host: String, port: UInt16, toListen: Bool
    ) throws(SystemError) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV | (toListen ? AI_PASSIVE : 0)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host.isEmpty ? nil : host, String(port), &hints, &list)
        guard code == 0 else {
            throw code == EAI_SYSTEM
                ? SystemError(lastOf: "getaddrinfo") : SystemError(call: "getaddrinfo", code: code)
        }
        defer { unsafe freeaddrinfo(list) }
        var version4: [SocketAddress] = []
        var version6: [SocketAddress] = []
        var next = unsafe list
        while let info = unsafe next {
            if let address = unsafe SocketAddress(info.pointee) {
                if address.family == AF_INET { version4.append(address) }
                if address.family == AF_INET6 { version6.append(address) }
            }
            unsafe next = info.pointee.ai_next
        }
        return version4 + version6
    }

    private init?(_ info: addrinfo) {
        guard let source = unsafe info.ai_addr,
            unsafe Int(info.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size
        else { return nil }
        length = unsafe info.ai_addrlen
        unsafe withUnsafeMutableBytes(of: &storage) { target in
            // SAFETY: the length was compared with the size of the target above.
            unsafe target.copyMemory(
                from: UnsafeRawBufferPointer(start: source, count: Int(length)))
        }
    }

    var family: Int32 { Int32(storage.ss_family) }

    var port: UInt16 {
        // Both families keep the port in network order after the two bytes of the family.
        unsafe withUnsafeBytes(of: storage) { raw in
            unsafe UInt16(bigEndian: raw.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        }
    }

    /// The numeric address without its port, or "" for another family. An IPv4 peer of an IPv6
    /// socket is written as IPv4, so that limits per address count it once.
    var host: String {
        let isVersion6 = family == AF_INET6
        guard isVersion6 || family == AF_INET else { return "" }
        return unsafe withUnsafeBytes(of: storage) { raw in
            // SAFETY: 4 and 24 bytes of the 128 lie before an IPv4, 8 before an IPv6 address.
            unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
                let address = unsafe raw.baseAddress?.advanced(by: isVersion6 ? 8 : 4)
                guard let address = unsafe address,
                    let start = unsafe inet_ntop(family, address, text.baseAddress, 64)
                else { return "" }
                let host = unsafe String(cString: start)
                let mapped = "::ffff:"
                let isMapped = isVersion6 && host.hasPrefix(mapped) && host.utf8.contains(0x2E)
                return isMapped ? String(host.dropFirst(mapped.count)) : host
            }
        }
    }

    /// The address a socket is bound to.
    static func local(of socket: Int32) -> SocketAddress {
        var address = SocketAddress()
        _ = unsafe address.withPointers { unsafe getsockname(socket, $0, $1) }
        return address
    }

    /// Accepts one waiting connection, closed on exec; negative, with errno, if there is none.
    static func accept(from listening: Int32, peer: inout SocketAddress) -> Int32 {
        peer.length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // accept4 would save the second call, but is a GNU extension that Swift does not see.
        // Non-blocking is not set: every read and write of ours carries MSG_DONTWAIT.
        let number = unsafe peer.withPointers { unsafe Glibc.accept(listening, $0, $1) }
        if number >= 0 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        return number
    }

    /// An address to receive into.
    static func blank() -> SocketAddress { SocketAddress() }

    /// A stream socket of this family, non-blocking and closed on exec.
    func makeSocket() throws(SystemError) -> Descriptor {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Descriptor(adopting: socket(family, kind, 0))
        guard descriptor.rawValue >= 0 else { throw SystemError(lastOf: "socket") }
        return descriptor
    }

    func bind(_ socket: Int32) throws(SystemError) {
        var address = self
        let code = unsafe address.withPointers { unsafe Glibc.bind(socket, $0, $1.pointee) }
        guard code == 0 else { throw SystemError(lastOf: "bind") }
    }

    /// Starts to connect a non-blocking socket.
    func connect(_ socket: Int32) throws(SystemError) {
        var address = self
        let code = unsafe address.withPointers { unsafe Glibc.connect(socket, $0, $1.pointee) }
        guard code == 0 || errno == EINPROGRESS || errno == EINTR else {
            throw SystemError(lastOf: "connect")
        }
    }

    private mutating func withPointers(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> Int32 {
        unsafe withUnsafeMutablePointer(to: &storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe withUnsafeMutablePointer(to: &length) { length in
                    unsafe body(address, length)
                }
            }
        }
    }
}

/// Switches on a socket option that is a plain flag. Refusals are ignored: all options set here are
/// hints.
func setFlag(_ option: Int32, level: Int32, of socket: Int32) {
    var isOn: Int32 = 1
    _ = unsafe setsockopt(socket, level, option, &isOn, socklen_t(MemoryLayout<Int32>.size))
}

/// The pending error of a socket, 0 for none. Reading it clears it.
func takeSocketError(of socket: Int32) -> Int32 {
    var code: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard unsafe getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else { return errno }
    return code
}
