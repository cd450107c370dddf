// One TLS stream over one non-blocking socket: handshake, reading, writing, close. The connection
// decides when to call which (ConnectionTLS.swift).

import COpenSSL
import Glibc

/// An SSL object. Owned by its connection, which owns the socket.
@safe
final class TLSStream {
    enum HandshakeStep {
        case done
        case blocked
        /// The peer sent a plain HTTP request.
        case plainHTTP
        case failed(SystemError)
    }

    let isClient: Bool
    let answerToPlainHTTP: [UInt8]
    private(set) var isHandshaking = true
    /// The readiness that the handshake waits for.
    private(set) var handshakeNeeds: Readiness = .input
    /// Reading has to write first, or writing to read: keys are being changed.
    private(set) var readNeedsOutput = false
    private(set) var writeNeedsInput = false

    private let ssl: OpaquePointer
    private var leftRecords = false
    /// The end or failure that followed the bytes of the last read.
    private var deferred: Connection.Transfer?

    /// nil when out of memory. `peerName` is the name that a client expects of the peer.
    init?(_ context: TLSContext, socket: Int32, peerName: String?) {
        guard let ssl = unsafe SSL_new(context.context) else { return nil }
        unsafe self.ssl = ssl
        isClient = !context.isServer
        answerToPlainHTTP = context.answerToPlainHTTP
        // Plain connections pass MSG_DONTWAIT with each call; OpenSSL does not.
        guard fcntl(socket, F_SETFL, O_NONBLOCK) == 0, unsafe SSL_set_fd(ssl, socket) == 1 else {
            return nil
        }
        if context.isServer {
            unsafe SSL_set_accept_state(ssl)
        } else {
            unsafe SSL_set_connect_state(ssl)
            handshakeNeeds = .output
        }
        if let peerName { expect(peerName) }
    }

    deinit {
        unsafe SSL_free(ssl)
    }

    /// Events to watch for besides those of a plain connection.
    var crossedNeeds: Readiness {
        var needs: Readiness = readNeedsOutput ? .output : []
        if writeNeedsInput { needs.insert(.input) }
        return needs
    }

    /// Received bytes wait here: no event will report them, so read again.
    var hasBacklog: Bool { leftRecords || deferred != nil }

    func shakeHands() -> HandshakeStep {
        let result = attempt { unsafe SSL_do_handshake(ssl) }
        switch result {
        case .done:
            isHandshaking = false
            leftRecords = unsafe SSL_has_pending(ssl) == 1
            return .done
        case .needs(let readiness):
            handshakeNeeds = readiness
            return .blocked
        case .end: return .failed(SystemError(call: "tls handshake", code: ECONNRESET))
        case .plainHTTP: return .plainHTTP
        case .failed(let error): return .failed(error)
        }
    }

    /// Decrypts the available bytes, as far as they fit; 0 bytes mean the peer's close_notify or
    /// FIN.
    func read(into buffer: inout MutableSpan<UInt8>) -> Connection.Transfer {
        if let deferred {
            self.deferred = nil
            return deferred
        }
        leftRecords = false
        readNeedsOutput = false
        return unsafe buffer.withUnsafeMutableBufferPointer { target in
            guard let start = target.baseAddress else { return .wouldBlock }
            var filled = 0
            // One record at a time. Records in memory after it are taken too, or left to the next
            // turn.
            while filled < target.count {
                var count = 0
                let result = attempt {
                    unsafe SSL_read_ex(ssl, start + filled, target.count - filled, &count)
                }
                let other: Connection.Transfer
                switch result {
                case .done:
                    filled += count
                    guard unsafe SSL_has_pending(ssl) == 1 else { return .bytes(filled) }
                    continue
                case .needs(let readiness):
                    readNeedsOutput = readiness == .output
                    return filled > 0 ? .bytes(filled) : .wouldBlock
                case .end: other = .bytes(0)
                case .plainHTTP: other = .failed(SystemError(call: "tls", code: EPROTO))
                case .failed(let error): other = .failed(error)
                }
                if filled == 0 { return other }
                deferred = other
                return .bytes(filled)
            }
            leftRecords = true
            return .bytes(filled)
        }
    }

    /// Encrypts and writes as much of `bytes` as the kernel takes.
    ///
    /// After `wouldBlock`, or a partial write, the next call must begin with the bytes that were
    /// not taken: a record of them may be half sent.
    func write(_ bytes: Span<UInt8>) -> Connection.Transfer {
        writeNeedsInput = false
        return unsafe bytes.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return .bytes(0) }
            var sent = 0
            while sent < source.count {
                var count = 0
                let result = attempt {
                    unsafe SSL_write_ex(ssl, start + sent, source.count - sent, &count)
                }
                switch result {
                case .done: sent += count
                case .needs(let readiness):
                    writeNeedsInput = readiness == .input
                    return sent > 0 ? .bytes(sent) : .wouldBlock
                // A failure lasts: the next write reports it if this one got something out.
                case .end, .plainHTTP:
                    return sent > 0 ? .bytes(sent) : .failed(SystemError(call: "tls", code: EPIPE))
                case .failed(let error): return sent > 0 ? .bytes(sent) : .failed(error)
                }
            }
            return .bytes(sent)
        }
    }

    /// Sends close_notify (RFC 8446 §6.1), only after everything else has been sent; 0 bytes mean
    /// success.
    func sayGoodbye() -> Connection.Transfer {
        // 0 means that ours is sent and the peer's has not come: that is all we need.
        let result = attempt { unsafe SSL_shutdown(ssl) < 0 ? -1 : 1 }
        switch result {
        case .needs: return .wouldBlock
        case .failed(let error): return .failed(error)
        case .done, .end, .plainHTTP: return .bytes(0)
        }
    }

    // MARK: Outcomes

    private enum Outcome {
        case done
        case needs(Readiness)
        case end
        case plainHTTP
        case failed(SystemError)
    }

    /// Calls OpenSSL with an empty error queue, which its error reports need.
    private func attempt(_ call: () -> Int32) -> Outcome {
        ERR_clear_error()
        errno = 0
        let result = call()
        let code = errno
        if result == 1 { return .done }
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .needs(.input)
        case SSL_ERROR_WANT_WRITE: return .needs(.output)
        case SSL_ERROR_ZERO_RETURN: return .end
        case SSL_ERROR_SYSCALL:
            ERR_clear_error()
            return .failed(SystemError(call: "tls", code: code == 0 ? ECONNRESET : code))
        default: return failure(OpenSSLErrors.takeFirst())
        }
    }

    private func failure(_ code: UInt) -> Outcome {
        let reason = ERR_GET_REASON(code)
        if reason == SSL_R_HTTP_REQUEST || reason == SSL_R_HTTPS_PROXY_REQUEST { return .plainHTTP }
        var text = OpenSSLErrors.reason(of: code)
        let verdict = unsafe SSL_get_verify_result(ssl)
        if reason == SSL_R_CERTIFICATE_VERIFY_FAILED,
            let because = unsafe X509_verify_cert_error_string(verdict)
        {
            text += ", \(unsafe String(cString: because))"
        }
        return .failed(SystemError(call: "tls: \(text)", code: EPROTO))
    }

    // MARK: Whom a client expects

    /// Sets the peer's name in the ClientHello and for the check of its certificate. Numeric
    /// addresses are not sent (RFC 6066 §3) and are checked as addresses.
    private func expect(_ name: String) {
        guard unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) != 1 else { return }
        ERR_clear_error()
        unsafe SSL_set1_host(ssl, name)
        var text = name.utf8CString
        _ = unsafe text.withUnsafeMutableBytes { bytes in
            unsafe SSL_ctrl(
                ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
                bytes.baseAddress)
        }
    }
}
