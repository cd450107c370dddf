// TLS settings and secrets, made once and shared by every connection: versions, ciphers, the
// certificate, the keys of the session tickets. TLSStream.swift has the part of one connection.

import COpenSSL

/// An SSL_CTX, never changed after it is made: a renewed certificate is a new context, with new
/// ticket keys, and connections keep the context that they began with.
@safe
package final class TLSContext: @unchecked Sendable {
    // SAFETY: nothing changes the SSL_CTX after init, and what OpenSSL changes inside it (reference
    // counts, the clock of the ticket keys) it guards itself: many threads may make streams of it.
    let context: OpaquePointer
    let isServer: Bool
    /// The answer to a peer that sends plain HTTP; empty: no answer.
    let answerToPlainHTTP: [UInt8]

    /// For accepting: PEM texts of the certificate, followed by its chain, and of its key.
    package init(
        certificate: [UInt8], key: [UInt8], answerToPlainHTTP: [UInt8] = []
    ) throws(TLSError) {
        unsafe context = try Self.make(TLS_server_method())
        isServer = true
        self.answerToPlainHTTP = answerToPlainHTTP
        try setRules()
        chooseProtocol()
        try use(certificate: certificate)
        try use(key: key)
    }

    /// For connecting: the system's trust store verifies the peer. For tests and self-signed hubs
    /// the check can be switched off.
    package init(verifyingPeers: Bool) throws(TLSError) {
        unsafe context = try Self.make(TLS_client_method())
        isServer = false
        answerToPlainHTTP = []
        try setRules()
        guard verifyingPeers else { return }
        guard unsafe SSL_CTX_set_default_verify_paths(context) == 1 else {
            throw .library("no trust store: \(OpenSSLErrors.takeReason())")
        }
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    }

    deinit {
        unsafe SSL_CTX_free(context)
    }

    private static func make(_ method: OpaquePointer?) throws(TLSError) -> OpaquePointer {
        // OpenSSL writes to sockets without MSG_NOSIGNAL.
        ignoreSIGPIPE()
        guard let context = unsafe SSL_CTX_new(method) else {
            throw .library("no TLS: \(OpenSSLErrors.takeReason())")
        }
        return unsafe context
    }

    /// TLS 1.2 and 1.3, forward secrecy and authenticated encryption only (RFC 9325 §3, §4.2).
    private func setRules() throws(TLSError) {
        // Swift does not see the C macros around these calls; their numbers are fixed.
        let ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL"
        guard
            unsafe SSL_CTX_ctrl(
                context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil) == 1,
            unsafe SSL_CTX_set_cipher_list(context, ciphers) == 1
        else { throw .library("no TLS 1.2: \(OpenSSLErrors.takeReason())") }
        unsafe SSL_CTX_set_options(context, TLSOptions.ours.rawValue)
        // A write may take part of its input, and the retry may come from another place in memory:
        // the queue grows and moves. No buffers while idle.
        let modes =
            SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
            | SSL_MODE_RELEASE_BUFFERS
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_MODE, Int(modes), nil)
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_CLEAR_MODE, Int(SSL_MODE_AUTO_RETRY), nil)
        // One recv takes a whole record and those after it, instead of two for each.
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_READ_AHEAD, 1, nil)
        // Peers resume with tickets that they keep; we keep no sessions.
        unsafe SSL_CTX_ctrl(
            context, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF), nil)
    }

    /// Offers HTTP/1.1 (RFC 7301). A peer that offers only other protocols is refused, so that it
    /// cannot take our answers for another protocol's.
    private func chooseProtocol() {
        unsafe SSL_CTX_set_alpn_select_cb(
            context,
            { _, chosen, chosenLength, offered, offeredLength, _ in
                guard let chosen = unsafe chosen, let chosenLength = unsafe chosenLength,
                    let offered = unsafe offered
                else { return SSL_TLSEXT_ERR_NOACK }
                // SAFETY: the list is that long, and what we point out of it outlives the call.
                let list = unsafe UnsafeBufferPointer(start: offered, count: Int(offeredLength))
                var start = 1
                while start <= list.count {
                    let end = start + Int(unsafe list[start - 1])
                    guard end <= list.count else { break }
                    if unsafe list[start..<end].elementsEqual("http/1.1".utf8) {
                        unsafe chosen.pointee = offered + start
                        unsafe chosenLength.pointee = list[start - 1]
                        return SSL_TLSEXT_ERR_OK
                    }
                    start = end + 1
                }
                return SSL_TLSEXT_ERR_ALERT_FATAL
            }, nil)
    }
}

/// SSL_OP_… bits, which Swift cannot import.
private struct TLSOptions: OptionSet {
    let rawValue: UInt64

    /// The kernel encrypts, where it can.
    static let kernelTLS = TLSOptions(rawValue: 1 << 3)
    /// A FIN counts as a close_notify: HTTP and WebSocket frame their messages themselves and see
    /// when one was cut off.
    static let ignoreUnexpectedEnd = TLSOptions(rawValue: 1 << 7)
    static let noCompression = TLSOptions(rawValue: 1 << 17)
    static let noResumptionOnRenegotiation = TLSOptions(rawValue: 1 << 16)
    static let ourCipherOrder = TLSOptions(rawValue: 1 << 22)
    static let noRenegotiation = TLSOptions(rawValue: 1 << 30)

    static let ours: TLSOptions = [
        .kernelTLS, .ignoreUnexpectedEnd, .noCompression, .noResumptionOnRenegotiation,
        .ourCipherOrder, .noRenegotiation,
    ]
}
