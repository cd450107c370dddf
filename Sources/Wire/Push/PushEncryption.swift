// Encrypts a push message for one browser (RFC 8291): the push service passes it on unread.

import COpenSSL

/// The keys of a subscription, as a browser makes them.
package struct PushKeys: Hashable, Sendable {
    /// `p256dh`: an uncompressed point on P-256.
    package let point: [UInt8]
    /// `auth`: 16 bytes.
    package let secret: [UInt8]

    package static let secretBytes = 16

    package init(point: [UInt8], secret: [UInt8]) {
        self.point = point
        self.secret = secret
    }
}

package enum PushEncryption {
    /// One record holds the whole message (RFC 8291 §4).
    private static let recordBytes: UInt32 = 4096
    private static let tagBytes = 16
    /// So that lengths tell the push service little: what a plaintext is filled up to, with the
    /// byte that ends it.
    package static let sizes = [512, 1024, 2048, 3072]

    /// The body of a push message in the coding `aes128gcm`; nil: the point is not on the curve, or
    /// the plaintext is longer than the last of `sizes`.
    package static func encrypt(_ plaintext: [UInt8], for keys: PushKeys) -> [UInt8]? {
        guard let size = sizes.first(where: { $0 > plaintext.count }) else { return nil }
        return encrypt(
            plaintext, filledTo: size, for: keys, sender: .make(), salt: SecureRandom.bytes(16))
    }

    /// - Parameters:
    ///   - size: of the plaintext with the byte that ends it and the filling.
    ///   - sender: a pair for this message only.
    static func encrypt(
        _ plaintext: [UInt8], filledTo size: Int, for keys: PushKeys, sender: P256Key,
        salt: [UInt8]
    ) -> [UInt8]? {
        guard keys.secret.count == PushKeys.secretBytes,
            let shared = sender.sharedSecret(with: keys.point)
        else { return nil }
        // RFC 8291 §3.4: both public keys and the secret of the subscription enter the key.
        let context = Array("WebPush: info".utf8) + [0] + keys.point + sender.publicPoint
        let material = derive(shared, salt: keys.secret, info: context)
        // RFC 8188 §2.2 and §2.3.
        let key = derive(
            material, salt: salt, info: Array("Content-Encoding: aes128gcm".utf8) + [0])
        let nonce = derive(material, salt: salt, info: Array("Content-Encoding: nonce".utf8) + [0])
        let filling = [UInt8](repeating: 0, count: max(0, size - plaintext.count - 1))
        let record = seal(
            plaintext + [2] + filling, key: Array(key.prefix(16)), nonce: Array(nonce.prefix(12)))
        let length = (0..<4).map { UInt8(truncatingIfNeeded: recordBytes >> UInt32(24 - 8 * $0)) }
        return salt + length + [UInt8(sender.publicPoint.count)] + sender.publicPoint + record
    }

    /// HKDF with SHA-256 (RFC 5869) for at most 32 bytes.
    private static func derive(_ material: [UInt8], salt: [UInt8], info: [UInt8]) -> [UInt8] {
        HMAC.sha256(key: HMAC.sha256(key: salt, message: material), message: info + [1])
    }

    /// AES-128-GCM: the ciphertext and its tag.
    private static func seal(_ plaintext: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8] {
        guard let context = unsafe EVP_CIPHER_CTX_new() else {
            preconditionFailure("there is no memory to encrypt with")
        }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        var sealed = [UInt8](repeating: 0, count: plaintext.count + tagBytes)
        var tag = [UInt8](repeating: 0, count: tagBytes)
        var (count, rest) = (Int32(0), Int32(0))
        // SAFETY: `sealed` has the room of the plaintext and a block; GCM adds nothing to it.
        let done =
            unsafe EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nil, key, nonce) == 1
            && EVP_EncryptUpdate(
                context, &sealed, &count, plaintext, Int32(clamping: plaintext.count)) == 1
            && EVP_EncryptFinal_ex(context, &tag, &rest) == 1
            && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), &tag) == 1
        precondition(done && Int(count) == plaintext.count, "the crypto library cannot encrypt")
        sealed.replaceSubrange(plaintext.count..., with: tag)
        return sealed
    }
}
