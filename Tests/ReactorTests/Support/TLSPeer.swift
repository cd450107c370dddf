// The other end of a TLS connection: an OpenSSL client, stepped without blocking, so that one
// thread can drive it and the loop.

import CLinux
import COpenSSL
import Glibc
import Testing

@testable import Reactor

@safe
final class TLSPeer {
    struct Options {
        var versions = TLS1_2_VERSION...TLS1_3_VERSION
        /// In the length-prefixed form of RFC 7301.
        var protocols: [UInt8] = []
        var receiveBuffer: Int32?
        var session: TLSPeer?
    }

    let descriptorNumber: Int32
    /// Close_notify was received: the data before it is complete.
    private(set) var sawCloseNotify = false
    /// The reason of the first failure.
    private(set) var failure: String?
    private let context: OpaquePointer
    private let ssl: OpaquePointer
    private var descriptor: Descriptor?

    init(port: UInt16, _ options: Options = Options()) throws {
        let address = try #require(
            try SocketAddress.resolve(host: "127.0.0.1", port: port, toListen: false).first)
        let made = Descriptor(adopting: socket(address.family, Int32(SOCK_STREAM.rawValue), 0))
        if var size = options.receiveBuffer {
            _ = unsafe setsockopt(
                made.rawValue, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        try address.connect(made.rawValue)
        _ = fcntl(made.rawValue, F_SETFL, O_NONBLOCK)
        descriptorNumber = made.rawValue
        unsafe context = try #require(SSL_CTX_new(TLS_client_method()))
        unsafe SSL_CTX_set_security_level(context, 0)
        unsafe SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0")
        let versions = options.versions
        unsafe SSL_CTX_ctrl(
            context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(versions.lowerBound), nil)
        unsafe SSL_CTX_ctrl(
            context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(versions.upperBound), nil)
        let modes = SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(modes), nil)
        unsafe ssl = try #require(SSL_new(context))
        unsafe SSL_set_fd(ssl, made.rawValue)
        unsafe SSL_set_connect_state(ssl)
        if !options.protocols.isEmpty {
            unsafe SSL_set_alpn_protos(ssl, options.protocols, UInt32(options.protocols.count))
        }
        if let earlier = options.session, let session = unsafe SSL_get1_session(earlier.ssl) {
            unsafe SSL_set_session(ssl, session)
            unsafe SSL_SESSION_free(session)
        }
        descriptor = consume made
    }

    deinit {
        unsafe SSL_free(ssl)
        unsafe SSL_CTX_free(context)
    }

    /// A step of the handshake; true when it is done.
    func shakeHands() -> Bool { attempt { unsafe SSL_do_handshake(ssl) } }

    /// Writes some of the bytes and says how many: nothing if there is no room.
    func write(_ bytes: some Sequence<UInt8>) -> Int {
        let bytes = Array(bytes)
        var count = 0
        return attempt { unsafe SSL_write_ex(ssl, bytes, bytes.count, &count) } ? count : 0
    }

    /// The bytes that are available without a wait, at most a record.
    func readAvailable(atMost limit: Int = 16_384) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: limit)
        var count = 0
        let isRead = attempt { unsafe SSL_read_ex(ssl, &buffer, limit, &count) }
        return isRead ? Array(buffer.prefix(count)) : []
    }

    func sayCloseNotify() { _ = attempt { unsafe SSL_shutdown(ssl) < 0 ? -1 : 1 } }

    func sayFIN() { _ = shutdown(descriptorNumber, Int32(SHUT_WR)) }

    func close() { descriptor = nil }

    /// Closes so that the other side sees RST instead of FIN.
    func reset() {
        var abrupt = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        _ = unsafe setsockopt(descriptorNumber, SOL_SOCKET, SO_LINGER, &abrupt, size)
        descriptor = nil
    }

    /// Asks for a new handshake on a TLS 1.2 connection.
    func renegotiate() {
        unsafe SSL_renegotiate(ssl)
        _ = shakeHands()
    }

    /// Changes the keys of a TLS 1.3 connection and asks the other side to do the same.
    func updateKeys() { unsafe SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED) }

    var version: String { unsafe String(cString: SSL_get_version(ssl)) }
    var isResumed: Bool { unsafe SSL_session_reused(ssl) == 1 }

    var chosenProtocol: String {
        var start: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &start, &count)
        let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(count))
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    private func attempt(_ call: () -> Int32) -> Bool {
        ERR_clear_error()
        let result = call()
        if result == 1 { return true }
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: break
        case SSL_ERROR_ZERO_RETURN: sawCloseNotify = true
        case SSL_ERROR_SYSCALL: failure = failure ?? "system call"
        default: failure = failure ?? OpenSSLErrors.takeReason()
        }
        return false
    }
}
