// Several keys at once: a key rotation signs nobody out.

import Testing
import Text

@testable import Wire

struct TokenKeySetTests {
    private let claims = TokenClaims(id: "u", role: "client", expiresAt: 2000, issuedAt: 900)
    private let new = Array("a new secret of well over thirty-two bytes".utf8)
    private let old = Array("the older secret of well over thirty-two bytes".utf8)

    @Test func `a token of either secret is good`() throws {
        let verifier = try TokenVerifier.hmac(secrets: [new, old])
        for secret in [new, old] {
            let token = TokenSigner.sign(claims: claims, secret: secret)
            #expect(try verifier.verify(token, now: 1000) == claims)
        }
        let stranger = TokenSigner.sign(claims: claims, secret: new + old)
        #expect(throws: TokenError.badSignature) { try verifier.verify(stranger, now: 1000) }
    }

    @Test func `every key of a text counts, whatever its kind`() throws {
        let text = "# two keys\n\(TestKeys.rsa)\n# kid: p\n\(TestKeys.p256)\n\(TestKeys.ed25519)\n"
        let keys = NamedKey.all(in: Array(text.utf8))
        #expect(keys.map(\.name) == [nil, "p", nil])
        let verifier = try TokenVerifier.publicKeys(keys)
        #expect(verifier.algorithms == ["RS256", "ES256", "EdDSA"])
        for token in [TestKeys.rs256Token, TestKeys.es256Token, TestKeys.edDSAToken] {
            #expect(try verifier.verify(token, now: 1000).id == "u-7")
        }
    }

    @Test func `a known kid selects that key alone, whatever the algorithm`() throws {
        let text = "kid: r\n\(TestKeys.rsa)\nkid: p\n\(TestKeys.p256)\n"
        let verifier = try TokenVerifier.publicKeys(NamedKey.all(in: Array(text.utf8)))
        let parts = TestKeys.rs256Token.split(separator: ".")
        for (kid, error) in [
            ("p", TokenError.wrongAlgorithm), ("r", .badSignature), ("x", .badSignature),
        ] {
            let header = Base64.encodeURL(Array(#"{"alg":"RS256","kid":"\#(kid)"}"#.utf8))
            #expect(throws: error) {
                try verifier.verify("\(header).\(parts[1]).\(parts[2])", now: 1000)
            }
        }
    }

    @Test func `a key that is cut off or missing is refused`() throws {
        let half = String(TestKeys.p256.prefix(80))
        for text in ["", "no key", half, TestKeys.rsa + "\n" + half, TestKeys.rsa1024] {
            #expect(throws: TokenKeyError.self) {
                try TokenVerifier.publicKeys(NamedKey.all(in: Array(text.utf8)))
            }
        }
        #expect(throws: TokenKeyError.self) { try TokenVerifier.publicKeys([]) }
    }

    @Test func `the signer writes when a token was issued`() throws {
        let token = TokenSigner.sign(claims: claims, secret: new)
        #expect(try TokenVerifier.hmac(secret: new).verify(token, now: 1000).issuedAt == 900)
    }
}
