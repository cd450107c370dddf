// A pair of keys on the curve P-256, by OpenSSL: agrees on secrets (ECDH) and signs (ES256).

import COpenSSL

// SAFETY: EVP_PKEY is never changed after init, and OpenSSL locks its reference counts and caches;
// every operation has a context of its own.
@safe package final class P256Key: @unchecked Sendable {
    private let key: OpaquePointer
    /// The public point, uncompressed: 65 bytes.
    package let publicPoint: [UInt8]

    package static let pointBytes = 65

    /// Owns `key`. nil: not on this curve.
    private init?(adopting key: OpaquePointer) {
        guard let point = unsafe Self.point(of: key), unsafe Self.isP256(key) else {
            unsafe EVP_PKEY_free(key)
            return nil
        }
        unsafe self.key = key
        publicPoint = point
    }

    deinit {
        unsafe EVP_PKEY_free(key)
    }

    /// A new pair.
    package static func make() -> P256Key {
        var made: OpaquePointer?
        if let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "EC", nil) {
            // SAFETY: the context is freed once; the key, if any, is ours.
            unsafe made = Self.generate(context)
            unsafe EVP_PKEY_CTX_free(context)
        }
        guard let key = unsafe made, let pair = unsafe P256Key(adopting: key) else {
            preconditionFailure("the crypto library cannot make a key")
        }
        return pair
    }

    private static func generate(_ context: OpaquePointer) -> OpaquePointer? {
        var made: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_group_name(context, "prime256v1") == 1,
            unsafe EVP_PKEY_generate(context, &made) == 1
        else { return nil }
        return unsafe made
    }

    /// A private key in PEM, without a password; nil: it is none, or on another curve.
    package convenience init?(pem: [UInt8]) {
        // SAFETY: the BIO only borrows `pem` and is gone before the closure ends.
        let parsed = unsafe pem.withUnsafeBytes { bytes -> OpaquePointer? in
            guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
            else { return nil }
            defer { unsafe BIO_free(bio) }
            // Without this function OpenSSL would ask for a password on the terminal.
            return unsafe PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil)
        }
        ERR_clear_error()
        guard let key = unsafe parsed else { return nil }
        unsafe self.init(adopting: key)
    }

    /// - Parameters:
    ///   - scalar: 32 bytes.
    ///   - point: the public point that belongs to it.
    package convenience init?(scalar: [UInt8], point: [UInt8]) {
        guard scalar.count == 32, point.count == Self.pointBytes else { return nil }
        // ECPrivateKey (RFC 5915) with the name of the curve.
        let text: [UInt8] =
            [0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20] + scalar
            + [0xA0, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
            + [0xA1, 0x44, 0x03, 0x42, 0x00] + point
        let parsed = unsafe text.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var start = bytes.baseAddress
            return unsafe d2i_AutoPrivateKey(nil, &start, bytes.count)
        }
        ERR_clear_error()
        guard let key = unsafe parsed else { return nil }
        unsafe self.init(adopting: key)
    }

    /// PKCS #8 in PEM.
    package var pem: [UInt8] {
        guard let bio = unsafe BIO_new(BIO_s_mem()) else {
            preconditionFailure("there is no memory for a key")
        }
        defer { unsafe BIO_free(bio) }
        let done = unsafe PEM_write_bio_PrivateKey(bio, key, nil, nil, 0, nil, nil)
        precondition(done == 1, "the crypto library cannot write a key")
        var text = [UInt8](repeating: 0, count: 4096)
        let count = unsafe BIO_read(bio, &text, Int32(text.count))
        return Array(text.prefix(max(0, Int(count))))
    }

    /// The secret of both sides (RFC 5903): 32 bytes. nil: `point` is not on the curve.
    package func sharedSecret(with point: [UInt8]) -> [UInt8]? {
        defer { ERR_clear_error() }
        guard let peer = unsafe Self.publicKey(point) else { return nil }
        defer { unsafe EVP_PKEY_free(peer) }
        guard let context = unsafe EVP_PKEY_CTX_new(key, nil) else { return nil }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var secret = [UInt8](repeating: 0, count: 32)
        var count = secret.count
        guard unsafe EVP_PKEY_derive_init(context) == 1,
            unsafe EVP_PKEY_derive_set_peer(context, peer) == 1,
            unsafe EVP_PKEY_derive(context, &secret, &count) == 1, count == 32
        else { return nil }
        return secret
    }

    /// Whether these are the bytes of an uncompressed point on the curve.
    package static func isPoint(_ bytes: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard let key = unsafe publicKey(bytes) else { return false }
        unsafe EVP_PKEY_free(key)
        return true
    }

    /// Signs in the form of tokens (RFC 7518 §3.4): 64 bytes.
    package func sign(_ message: [UInt8]) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else {
            preconditionFailure("there is no memory to sign with")
        }
        defer { unsafe EVP_MD_CTX_free(context) }
        var der = [UInt8](repeating: 0, count: 80)
        var count = der.count
        // SAFETY: lengths go with their pointers; a signature on this curve has at most 72 bytes.
        let done =
            unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1
            && EVP_DigestSign(context, &der, &count, message, message.count) == 1
        guard done, let signature = ECDSASignature.jose(fromDER: Array(der.prefix(count))) else {
            preconditionFailure("the crypto library cannot sign")
        }
        return signature
    }

    // MARK: OpenSSL's keys

    /// SubjectPublicKeyInfo of a key on this curve (RFC 5480), up to the point.
    private static let head: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08,
        0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ]

    /// nil: not an uncompressed point on the curve. The caller frees the key.
    private static func publicKey(_ point: [UInt8]) -> OpaquePointer? {
        guard point.count == pointBytes, point.first == 4 else { return nil }
        let text = head + point
        return unsafe text.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var start = bytes.baseAddress
            return unsafe d2i_PUBKEY(nil, &start, bytes.count)
        }
    }

    private static func point(of key: OpaquePointer) -> [UInt8]? {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = unsafe EVP_PKEY_get1_encoded_public_key(key, &bytes)
        guard let found = unsafe bytes else { return nil }
        // SAFETY: OpenSSL gave `count` bytes, ours until they are freed here.
        defer { unsafe CRYPTO_free(found, nil, 0) }
        let point = unsafe Array(UnsafeBufferPointer(start: found, count: count))
        return point.count == pointBytes && point.first == 4 ? point : nil
    }

    private static func isP256(_ key: OpaquePointer) -> Bool {
        var name = [CChar](repeating: 0, count: 64)
        var length = 0
        guard unsafe EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1 else {
            return false
        }
        let group = String(
            decoding: name.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return group == "prime256v1"
    }
}
