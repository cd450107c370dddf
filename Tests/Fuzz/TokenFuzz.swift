// Tokens: only the holder of the key can make one that verifies. The public-key seeds are known, so
// any other token that passes is a forgery.

import Text

@testable import Wire

@_silgen_name("__lsan_disable")
private func ignoreLeaksFromHere()

@_silgen_name("__lsan_enable")
private func lookForLeaksFromHere()

enum TokenFuzz {
    private static let secret = Array("a secret for made-up tokens only".utf8)
    private static let now = 1_900_000_000

    private struct Known: Sendable {
        let verifier: TokenVerifier
        let token: String

        init?(_ pem: String, _ token: String) {
            // The verifier marks the pointer to its key with the case of an enum, in bits that an
            // address never has set, and so hides the key from the search for leaks.
            ignoreLeaksFromHere()
            defer { lookForLeaksFromHere() }
            guard let verifier = try? TokenVerifier.publicKey(pem: Array(pem.utf8)) else {
                return nil
            }
            self.verifier = verifier
            self.token = token
        }
    }

    private static let known = [
        Known(TestKeys.rsa, TestKeys.rs256Token), Known(TestKeys.p256, TestKeys.es256Token),
        Known(TestKeys.ed25519, TestKeys.edDSAToken),
    ].compactMap { $0 }

    @Sendable static func run(_ bytes: [UInt8]) {
        require(known.count == 3, "all three keys are read")
        asPublicKeyToken(bytes)
        asSecretToken(bytes)
        asPayload(bytes)
    }

    private static func asPublicKeyToken(_ bytes: [UInt8]) {
        guard let token = String(validating: bytes) else { return }
        for known in known where (try? known.verifier.verify(token, now: now)) != nil {
            require(token.utf8.elementsEqual(known.token.utf8), "a forged token passed: \(token)")
        }
    }

    private static func asSecretToken(_ bytes: [UInt8]) {
        guard let token = String(validating: bytes),
            let verifier = try? TokenVerifier.hmac(secret: secret),
            (try? verifier.verify(token, now: now)) != nil,
            let dot = bytes.lastIndex(of: UInt8(ascii: "."))
        else { return }
        let code = HMAC.sha256(key: secret, message: Array(bytes[..<dot]))
        require(
            token.utf8.dropFirst(dot + 1).elementsEqual(Base64.encodeURL(code).utf8),
            "a token passed without its signature: \(token)")
    }

    /// The bytes as signed claims, so that their reader is tested behind the signature.
    private static func asPayload(_ bytes: [UInt8]) {
        let message = "eyJhbGciOiJIUzI1NiJ9." + Base64.encodeURL(bytes)
        let code = HMAC.sha256(key: secret, message: Array(message.utf8))
        guard let verifier = try? TokenVerifier.hmac(secret: secret) else { return }
        let token = message + "." + Base64.encodeURL(code)
        guard let claims = try? verifier.verify(token, now: now) else { return }
        require((1...128).contains(claims.id.utf8.count), "an id has 1 to 128 bytes")
        require(claims.expiresAt > now, "an expired token is refused")
        requireTampered(token, verifier)
        let again = TokenSigner.sign(claims: claims, secret: secret)
        guard again.utf8.count <= 8192 else { return }
        require((try? verifier.verify(again, now: now)) == claims, "claims return")
    }

    /// A token with one changed character is refused.
    private static func requireTampered(_ token: String, _ verifier: TokenVerifier) {
        var bytes = Array(token.utf8)
        var pieces = Pieces(for: bytes)
        let place = pieces.choose(below: bytes.count)
        bytes[place] = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        let changed = String(decoding: bytes, as: UTF8.self)
        require(
            (try? verifier.verify(changed, now: now)) == nil, "a changed token passed: \(changed)")
    }
}
