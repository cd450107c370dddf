// Public keys: which are accepted, and that a token cannot select another algorithm.

import Testing
import Text

@testable import Wire

private func verifier(_ pem: String) throws -> TokenVerifier {
    try TokenVerifier.publicKey(pem: Array(pem.utf8))
}

private let expected = TokenClaims(id: "u-7", role: "technician", expiresAt: 2_000_000_000)

private let keyed = [
    (TestKeys.rsa, "RS256", TestKeys.rs256Token), (TestKeys.p256, "ES256", TestKeys.es256Token),
    (TestKeys.ed25519, "EdDSA", TestKeys.edDSAToken),
]

@Suite struct TokenKeyTests {
    @Test(arguments: keyed)
    func `verifies with each kind of key`(pem: String, algorithm: String, token: String) throws {
        let verifier = try verifier(pem)
        #expect(verifier.algorithm == algorithm)
        #expect(try verifier.verify(token, now: 1_000_000_000) == expected)
        #expect(throws: TokenError.expired) { try verifier.verify(token, now: 2_000_000_000) }
    }

    @Test(arguments: keyed)
    func `refuses changed signatures and claims`(
        pem: String, algorithm: String, token: String
    ) throws {
        let verifier = try verifier(pem)
        var parts = token.split(separator: ".").map(String.init)
        let signature = try #require(Base64.decodeURL(parts[2]))
        for index in stride(from: 0, to: signature.count, by: 5) {
            var changed = signature
            changed[index] ^= 0x40
            let forged = "\(parts[0]).\(parts[1]).\(Base64.encodeURL(changed))"
            #expect(throws: TokenError.badSignature) { try verifier.verify(forged, now: 0) }
        }
        for length in [0, 1, signature.count - 1] {
            let cut = Base64.encodeURL(Array(signature.prefix(length)))
            #expect(throws: TokenError.badSignature) {
                try verifier.verify("\(parts[0]).\(parts[1]).\(cut)", now: 0)
            }
        }
        parts[1] = Base64.encodeURL(Array(#"{"id":"u","role":"admin","exp":2000000000}"#.utf8))
        #expect(throws: TokenError.badSignature) {
            try verifier.verify(parts.joined(separator: "."), now: 0)
        }
    }

    @Test func `refuses every other algorithm's token`() throws {
        for (pem, algorithm, _) in keyed {
            let verifier = try verifier(pem)
            for (_, other, token) in keyed where other != algorithm {
                #expect(throws: TokenError.wrongAlgorithm) { try verifier.verify(token, now: 0) }
            }
        }
    }

    /// The classic confusion: the public key, which everyone has, used as an HMAC secret.
    @Test func `refuses HS256 made with the public key`() throws {
        for (pem, algorithm, _) in keyed {
            let forged = TokenSigner.sign(claims: expected, secret: Array(pem.utf8))
            #expect(throws: TokenError.wrongAlgorithm) {
                try verifier(pem).verify(forged, now: 0)
            }
            let header = Base64.encodeURL(Array("{\"alg\":\"\(algorithm)\"}".utf8))
            let relabelled = header + forged.drop { $0 != "." }
            #expect(throws: TokenError.badSignature) {
                try verifier(pem).verify(relabelled, now: 0)
            }
        }
    }

    @Test func `refuses an ES256 signature with a zero half`() throws {
        let verifier = try verifier(TestKeys.p256)
        let message = TestKeys.es256Token.split(separator: ".").prefix(2).joined(separator: ".")
        let zeros = [UInt8](repeating: 0, count: 32)
        let ones = [UInt8](repeating: 1, count: 32)
        for signature in [zeros + zeros, zeros + ones, ones + zeros] {
            #expect(ECDSASignature.der(fromJOSE: signature) == nil)
            #expect(throws: TokenError.badSignature) {
                try verifier.verify("\(message).\(Base64.encodeURL(signature))", now: 0)
            }
        }
    }

    @Test func `writes signatures in DER`() {
        let small = [UInt8](repeating: 0, count: 31) + [0x7F]
        let large = [0x80] + [UInt8](repeating: 1, count: 31)
        #expect(
            ECDSASignature.der(fromJOSE: small + large)
                == [0x30, 38, 0x02, 1, 0x7F, 0x02, 33, 0] + large)
        #expect(ECDSASignature.der(fromJOSE: small) == nil)
        #expect(ECDSASignature.der(fromJOSE: small + large + [0]) == nil)
    }

    @Test(arguments: [TestKeys.rsa1024, TestKeys.p384, TestKeys.x25519])
    func `refuses weak and unknown keys and says what it takes`(pem: String) throws {
        let error = try #require(throws: TokenKeyError.self) { try verifier(pem) }
        #expect(error.description.contains("2048"))
        #expect(error.description.contains("P-256"))
        #expect(error.description.contains("Ed25519"))
    }

    @Test(arguments: [
        "", "nonsense", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        String(TestKeys.rsa.prefix(200)),
    ])
    func `refuses what is not a key`(pem: String) {
        #expect(throws: TokenKeyError.self) { try verifier(pem) }
    }

    @Test func `refuses a short secret`() throws {
        let error = try #require(throws: TokenKeyError.self) {
            try TokenVerifier.hmac(secret: [UInt8](repeating: 1, count: 31))
        }
        #expect(error.reason == "a secret needs at least 32 bytes; this has 31")
        _ = try TokenVerifier.hmac(secret: [UInt8](repeating: 1, count: 32))
    }
}
