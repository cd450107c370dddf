// A public key, parsed once, with its signature check by OpenSSL. The key alone decides the
// algorithm (RFC 8725 §3.1): a token cannot change it.

import COpenSSL

// SAFETY: EVP_PKEY is never changed after init, and OpenSSL's reference counts and caches inside it
// are locked; every check has its own EVP_MD_CTX.
@safe final class VerificationKey: @unchecked Sendable {
    enum Algorithm: String {
        case rs256 = "RS256"
        case es256 = "ES256"
        case edDSA = "EdDSA"
    }

    let algorithm: Algorithm
    private let key: OpaquePointer

    private static let accepted =
        "accepted are PEM files (BEGIN PUBLIC KEY) of an RSA key of at least 2048 bits, "
        + "an EC key on P-256, or an Ed25519 key"

    /// Reads a SubjectPublicKeyInfo in PEM.
    init(pem: [UInt8]) throws(TokenKeyError) {
        // SAFETY: the BIO only borrows `pem` and is gone before the closure ends; the key, if any,
        // is ours.
        let parsed = unsafe pem.withUnsafeBytes { bytes -> OpaquePointer? in
            guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
            else { return nil }
            defer { unsafe BIO_free(bio) }
            return unsafe PEM_read_bio_PUBKEY(bio, nil, nil, nil)
        }
        guard let key = unsafe parsed else {
            ERR_clear_error()
            throw TokenKeyError(reason: "this is not a public key; \(Self.accepted)")
        }
        guard let algorithm = unsafe Self.algorithm(of: key) else {
            unsafe EVP_PKEY_free(key)
            throw TokenKeyError(reason: "this kind of key is not supported; \(Self.accepted)")
        }
        unsafe self.key = key
        self.algorithm = algorithm
    }

    deinit {
        unsafe EVP_PKEY_free(key)
    }

    private static func algorithm(of key: OpaquePointer) -> Algorithm? {
        // SAFETY: `key` is alive, and `name` has the length that is passed with it.
        switch unsafe EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA: return unsafe EVP_PKEY_get_bits(key) >= 2048 ? .rs256 : nil
        case EVP_PKEY_ED25519: return .edDSA
        case EVP_PKEY_EC:
            var name = [CChar](repeating: 0, count: 64)
            var length = 0
            guard unsafe EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1 else {
                return nil
            }
            let group = String(
                decoding: name.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
            return group == "prime256v1" ? .es256 : nil
        default: return nil
        }
    }

    /// Whether `signature`, in JOSE form, is valid for `message` under this key.
    func isValid(_ signature: [UInt8], for message: Span<UInt8>) -> Bool {
        var signature = signature
        if algorithm == .es256 {
            guard let der = ECDSASignature.der(fromJOSE: signature) else { return false }
            signature = der
        }
        // SAFETY: the context is freed on every path, and lengths go with their pointers.
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer {
            unsafe EVP_MD_CTX_free(context)
            // A refused signature leaves its reason in the thread's error queue, where the next
            // call would find it.
            ERR_clear_error()
        }
        // Ed25519 hashes by itself and takes no digest.
        let digest = unsafe algorithm == .edDSA ? nil : EVP_sha256()
        guard unsafe EVP_DigestVerifyInit(context, nil, digest, nil, key) == 1 else { return false }
        return unsafe message.withUnsafeBufferPointer { message in
            unsafe EVP_DigestVerify(
                context, signature, signature.count, message.baseAddress, message.count) == 1
        }
    }
}
