// Our certificate, its chain and its key, read from PEM texts.

import COpenSSL

extension TLSContext {
    /// The first certificate is ours; the others lead from it towards a root.
    func use(certificate pem: [UInt8]) throws(TLSError) {
        let problem = unsafe Self.withBIO(over: pem) { bio -> TLSError? in
            guard let own = unsafe PEM_read_bio_X509_AUX(bio, nil, noPassphrase, nil) else {
                return .certificate("this is not a certificate in PEM (BEGIN CERTIFICATE)")
            }
            defer { unsafe X509_free(own) }
            guard unsafe SSL_CTX_use_certificate(context, own) == 1 else {
                return .certificate("the certificate is refused: \(OpenSSLErrors.takeReason())")
            }
            while let next = unsafe PEM_read_bio_X509(bio, nil, noPassphrase, nil) {
                // The context owns the certificate once it has taken it.
                let taken = unsafe SSL_CTX_ctrl(
                    context, SSL_CTRL_CHAIN_CERT, 0, UnsafeMutableRawPointer(next))
                guard taken == 1 else {
                    unsafe X509_free(next)
                    return .certificate("its chain is refused: \(OpenSSLErrors.takeReason())")
                }
            }
            // Reaching the end of the text is the only valid reason to find no further certificate.
            let code = OpenSSLErrors.takeFirst()
            guard code == 0 || ERR_GET_REASON(code) == PEM_R_NO_START_LINE else {
                return .certificate("its chain is damaged: \(OpenSSLErrors.reason(of: code))")
            }
            return nil
        }
        if let problem { throw problem }
    }

    /// Sets the private key of the certificate given before.
    func use(key pem: [UInt8]) throws(TLSError) {
        let problem = unsafe Self.withBIO(over: pem) { bio -> TLSError? in
            guard let key = unsafe PEM_read_bio_PrivateKey(bio, nil, noPassphrase, nil) else {
                return .key(
                    String(decoding: pem, as: UTF8.self).contains("ENCRYPTED")
                        ? "the key is encrypted; decrypt it with openssl pkey"
                        : "this is not a private key in PEM (BEGIN PRIVATE KEY)")
            }
            defer { unsafe EVP_PKEY_free(key) }
            guard unsafe SSL_CTX_use_PrivateKey(context, key) == 1 else {
                ERR_clear_error()
                return .key("the key is not that of the certificate")
            }
            return nil
        }
        if let problem { throw problem }
    }

    private static func withBIO(
        over pem: [UInt8], _ body: (OpaquePointer) -> TLSError?
    ) -> TLSError? {
        ERR_clear_error()
        // SAFETY: the BIO only borrows `pem` and is gone before the closure ends.
        return unsafe pem.withUnsafeBytes { bytes -> TLSError? in
            guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
            else { return .library("no memory") }
            defer { unsafe BIO_free(bio) }
            defer { ERR_clear_error() }
            return unsafe body(bio)
        }
    }
}

/// Refuses a passphrase: without it OpenSSL would ask at the terminal.
private func noPassphrase(
    _: UnsafeMutablePointer<CChar>?, _: Int32, _: Int32, _: UnsafeMutableRawPointer?
) -> Int32 { -1 }
