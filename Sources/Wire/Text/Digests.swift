// Hashes, keyed hashes and random bytes of OpenSSL. They fail only when the library itself is
// unusable. To continue with a wrong digest or weak random bytes would be worse than to stop: hence
// the preconditions.

import COpenSSL

/// Only for the WebSocket handshake (RFC 6455 §4.2.2), not for security.
package enum SHA1 {
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        unsafe Digest.hash(bytes, with: Digest.sha1, byteCount: 20)
    }
}

package enum SHA256 {
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        unsafe Digest.hash(bytes, with: Digest.sha256, byteCount: 32)
    }
}

/// SHA-256 of bytes in pieces.
@safe package final class SHA256Stream {
    private let context: OpaquePointer

    package init() {
        let made = unsafe EVP_MD_CTX_new()
        guard let context = unsafe made else {
            preconditionFailure("there is no memory to hash with")
        }
        let done = unsafe EVP_DigestInit_ex(context, Digest.sha256, nil)
        precondition(done == 1, "the crypto library cannot hash")
        unsafe self.context = context
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
    }

    package func append(_ bytes: [UInt8]) {
        // SAFETY: the length goes with its pointer.
        let done = unsafe EVP_DigestUpdate(context, bytes, bytes.count)
        precondition(done == 1, "the crypto library cannot hash")
    }

    /// Returns 32 bytes. Call it once; nothing can be appended afterwards.
    package func finish() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        // SAFETY: `digest` has the 32 bytes that SHA-256 fills.
        let done = unsafe EVP_DigestFinal_ex(context, &digest, nil)
        precondition(done == 1, "the crypto library cannot hash")
        return digest
    }
}

private enum Digest {
    // SAFETY: fetched once and never freed or changed; OpenSSL shares them between threads. A
    // lookup for every hash costs more than hashing a handshake's key.
    nonisolated(unsafe) static let sha1 = unsafe fetch("SHA1")
    nonisolated(unsafe) static let sha256 = unsafe fetch("SHA256")

    private static func fetch(_ name: String) -> OpaquePointer {
        let found = unsafe EVP_MD_fetch(nil, name, nil)
        guard let algorithm = unsafe found else {
            preconditionFailure("the crypto library has no \(name)")
        }
        return unsafe algorithm
    }

    static func hash(_ bytes: [UInt8], with algorithm: OpaquePointer, byteCount: Int) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        // SAFETY: `digest` has the room that the algorithm fills.
        let done = unsafe EVP_Digest(bytes, bytes.count, &digest, nil, algorithm, nil)
        precondition(done == 1, "the crypto library cannot hash")
        return digest
    }
}

package enum HMAC {
    /// RFC 2104 with SHA-256: 32 bytes.
    package static func sha256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        sha256(key: key, message: message.span)
    }

    package static func sha256(key: [UInt8], message: Span<UInt8>) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        // SAFETY: lengths go with their pointers, and `code` has the 32 bytes that SHA-256 fills.
        let done = unsafe message.withUnsafeBufferPointer { message in
            unsafe COpenSSL.HMAC(
                EVP_sha256(), key, Int32(clamping: key.count), message.baseAddress, message.count,
                &code, nil) != nil
        }
        precondition(done, "the crypto library cannot make a MAC")
        return code
    }
}

/// A key for many MACs: OpenSSL's lookup and key setup are most of the cost of a short MAC.
///
// SAFETY: the prepared context is only ever copied; each MAC is made with a copy of its own.
@safe package final class HMACKey: @unchecked Sendable {
    private let prepared: OpaquePointer

    package init(_ key: [UInt8]) {
        let algorithm = unsafe EVP_MAC_fetch(nil, "HMAC", nil)
        let context = unsafe EVP_MAC_CTX_new(algorithm)
        unsafe EVP_MAC_free(algorithm)
        guard let context = unsafe context else {
            preconditionFailure("the crypto library has no HMAC")
        }
        // SAFETY: the name and the list live until `EVP_MAC_init` has read them.
        var digest = Array("SHA256".utf8CString)
        let done = unsafe digest.withUnsafeMutableBufferPointer { name in
            let parameters = unsafe [
                OSSL_PARAM_construct_utf8_string("digest", name.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            return unsafe EVP_MAC_init(context, key, key.count, parameters)
        }
        precondition(done == 1, "the crypto library cannot take a key")
        unsafe prepared = context
    }

    deinit {
        unsafe EVP_MAC_CTX_free(prepared)
    }

    /// RFC 2104 with SHA-256: 32 bytes.
    package func sha256(_ message: Span<UInt8>) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        var count = 0
        let context = unsafe EVP_MAC_CTX_dup(prepared)
        defer { unsafe EVP_MAC_CTX_free(context) }
        // SAFETY: lengths go with their pointers.
        let done = unsafe message.withUnsafeBufferPointer { message in
            unsafe EVP_MAC_update(context, message.baseAddress, message.count) == 1
                && EVP_MAC_final(context, &code, &count, code.count) == 1
        }
        precondition(done && count == code.count, "the crypto library cannot make a MAC")
        return code
    }
}

package enum SecureRandom {
    /// Bytes from the kernel-seeded generator: fit for keys, unguessable ids, and masks.
    package static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        // SAFETY: `bytes` has `count` of them.
        let done = unsafe RAND_bytes(&bytes, Int32(clamping: count))
        precondition(done == 1, "the crypto library has no random bytes")
        return bytes
    }
}

/// Compares in constant time, so that the duration does not reveal where two secrets differ. Only
/// the lengths can be guessed.
package func constantTimeEquals(_ first: [UInt8], _ second: [UInt8]) -> Bool {
    guard first.count == second.count else { return false }
    // SAFETY: both have `first.count` bytes.
    return unsafe CRYPTO_memcmp(first, second, first.count) == 0
}
