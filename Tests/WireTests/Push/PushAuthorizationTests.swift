// Against the example of RFC 8292, section 2.4, and our own verifier.

import Testing

@testable import Wire

struct PushAuthorizationTests {
    /// The key of `k=` as PEM.
    private func pem(_ point: [UInt8]) -> [UInt8] {
        let head: [UInt8] = [
            0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06,
            0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
        ]
        let text = Base64.encode(head + point)
        return Array("-----BEGIN PUBLIC KEY-----\n\(text)\n-----END PUBLIC KEY-----\n".utf8)
    }

    private func isValid(_ token: String, by point: [UInt8]) throws -> Bool {
        let parts = token.split(separator: ".")
        try #require(parts.count == 3)
        let signature = try #require(Base64.decodeURL(String(parts[2])))
        let key = try VerificationKey(pem: pem(point))
        return key.isValid(signature, for: Array("\(parts[0]).\(parts[1])".utf8).span)
    }

    @Test func `the example of the RFC verifies`() throws {
        let token =
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA"
        let point = try #require(
            Base64.decodeURL(
                "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
            ))
        #expect(try isValid(token, by: point))
    }

    @Test func `the header names origin, contact, end and key`() throws {
        let key = P256Key.make()
        let header = PushAuthorization.header(
            for: "https://push.example.org", contact: "mailto:ops@example.org",
            expiry: 1_900_000_000, key: key)
        let parts = header.split(separator: " ")
        try #require(parts.count == 3 && parts[0] == "vapid")
        let token = String(parts[1].dropFirst(2).dropLast())
        #expect(parts[2] == "k=\(Base64.encodeURL(key.publicPoint))")
        #expect(try isValid(token, by: key.publicPoint))
        #expect(try !isValid(token, by: P256Key.make().publicPoint))
        let claims = try #require(Base64.decodeURL(String(token.split(separator: ".")[1])))
        #expect(
            String(decoding: claims, as: UTF8.self)
                == #"{"aud":"https://push.example.org","exp":1900000000,"sub":"mailto:ops@example.org"}"#
        )
    }

    @Test func `a key comes back from its PEM`() throws {
        let key = P256Key.make()
        let read = try #require(P256Key(pem: key.pem))
        #expect(read.publicPoint == key.publicPoint)
        #expect(String(decoding: key.pem, as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY-----"))
    }

    @Test func `signatures change their form and back`() throws {
        let key = P256Key.make()
        // Short halves are rare: one in 256 has a leading zero.
        for _ in 0..<600 {
            let signature = key.sign([1, 2, 3])
            let der = try #require(ECDSASignature.der(fromJOSE: signature))
            #expect(ECDSASignature.jose(fromDER: der) == signature)
        }
        #expect(ECDSASignature.jose(fromDER: []) == nil)
        #expect(ECDSASignature.jose(fromDER: [0x30, 4, 2, 1, 1, 2]) == nil)
        #expect(ECDSASignature.jose(fromDER: [0x30, 3, 2, 1, 1]) == nil)
    }
}
