// HS256: claims, times and forged headers.

import Testing
import Text

@testable import Wire

private let secret = Array("0123456789abcdef0123456789abcdef".utf8)
private let header = #"{"alg":"HS256"}"#

private func token(_ payload: String, header: String = header, key: [UInt8] = secret) -> String {
    let message = Base64.encodeURL(Array(header.utf8)) + "." + Base64.encodeURL(Array(payload.utf8))
    return message + "." + Base64.encodeURL(HMAC.sha256(key: key, message: Array(message.utf8)))
}

private func error(_ token: String, now: Int = 1000) throws -> TokenError? {
    let verifier = try TokenVerifier.hmac(secret: secret)
    do throws(TokenError) {
        _ = try verifier.verify(token, now: now)
        return nil
    } catch {
        return error
    }
}

private func claims(_ payload: String, now: Int = 1000) throws -> TokenClaims {
    try TokenVerifier.hmac(secret: secret).verify(token(payload), now: now)
}

@Suite struct TokenVerifierTests {
    /// RFC 7515 A.1: the signature is right and the token has expired, but it lacks our claims.
    @Test func `checks the signature of the RFC's example`() throws {
        let key = try #require(
            Base64.decodeURL(
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75"
                    + "aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"))
        let example =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
            + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
            + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        let verifier = try TokenVerifier.hmac(secret: key)
        #expect(throws: TokenError.expired) { try verifier.verify(example, now: 1_300_819_380) }
        #expect(throws: TokenError.missingClaim("role")) {
            try verifier.verify(example, now: 1_300_819_379)
        }
        #expect(verifier.algorithm == "HS256")
    }

    @Test func `reads all claims`() throws {
        let claims = try claims(
            #"{"id":"u1","role":"client","name":"É","email":"e@x","projects":["a","b"],"#
                + #""locale":"fr","exp":2000.9,"iat":1,"nbf":1000,"other":{}}"#)
        #expect(
            claims
                == TokenClaims(
                    id: "u1", role: "client", name: "É", email: "e@x", projects: ["a", "b"],
                    locale: "fr", expiresAt: 2000, issuedAt: 1))
    }

    @Test func `an address has one line`() throws {
        let claims = try claims(
            #"{"id":"u1","role":"x","exp":2000,"email":" e@x\r\nBcc: f@y\u202e"}"#)
        #expect(claims.email == "e@xBcc: f@y")
    }

    @Test func `falls back to sub, then to no name`() throws {
        let claims = try claims(#"{"sub":"u2","role":"x","exp":2000,"name":null}"#)
        #expect(claims == TokenClaims(id: "u2", role: "x", expiresAt: 2000))
        #expect(try self.claim(#""id":"a","sub":"b""#).id == "a")
    }

    private func claim(_ more: String) throws -> TokenClaims {
        try claims("{\(more),\"role\":\"x\",\"exp\":2000}")
    }

    @Test(arguments: [
        (#"{"role":"x","exp":2000}"#, TokenError.missingClaim("id")),
        (#"{"id":"u","exp":2000}"#, .missingClaim("role")),
        (#"{"id":"u","role":"x"}"#, .missingClaim("exp")),
        (#"{"id":"u","role":"x","exp":1000}"#, .expired),
        (#"{"id":"u","role":"x","exp":1000.5}"#, .expired),
        (#"{"id":"u","role":"x","exp":-1}"#, .expired),
        (#"{"id":"u","role":"x","exp":2000,"nbf":1061}"#, .notYetValid),
        (#"{"id":"u","role":"x","exp":2000,"nbf":1061.5}"#, .notYetValid),
    ])
    func `says which claim is missing or out of time`(payload: String, expected: TokenError) throws
    {
        #expect(try error(token(payload)) == expected)
    }

    @Test func `allows a minute before the beginning and none after the end`() throws {
        let payload = #"{"id":"u","role":"x","exp":2000,"nbf":1060}"#
        #expect(try error(token(payload), now: 1000) == nil)
        #expect(try error(token(payload), now: 999) == .notYetValid)
        #expect(try error(token(payload), now: 1999) == nil)
        #expect(try error(token(payload), now: 2000) == .expired)
    }

    @Test func `names no project that a ticket could not have`() throws {
        func payload(_ project: String) -> String {
            #"{"id":"u","role":"x","exp":2000,"projects":["a","\#(project)"]}"#
        }
        #expect(try error(token(payload(String(repeating: "é", count: 100)))) == nil)
        for count in [101, 5000] {
            let name = String(repeating: "é", count: count)
            guard case .malformed? = try error(token(payload(name))) else {
                Issue.record("accepted \(count) characters")
                continue
            }
        }
    }

    @Test(arguments: [
        #"{"id":"","role":"x","exp":2000}"#, #"{"id":7,"role":"x","exp":2000}"#,
        #"{"id":"u","role":7,"exp":2000}"#, #"{"id":"u","role":"x","exp":"2000"}"#,
        #"{"id":"u","role":"x","exp":1e300}"#, #"{"id":"u","role":"x","exp":null}"#,
        #"{"id":"u","role":"x","exp":2000,"nbf":"1"}"#,
        #"{"id":"u","role":"x","exp":2000,"name":1}"#,
        #"{"id":"u","role":"x","exp":2000,"projects":"a"}"#,
        #"{"id":"u","role":"x","exp":2000,"projects":["a",1]}"#, "[]", "1", "", "{",
        #"{"id":"u","id":"v","role":"x","exp":2000}"#,
    ])
    func `refuses claims of the wrong kind`(payload: String) throws {
        guard case .malformed? = try error(token(payload)) else {
            Issue.record("accepted")
            return
        }
    }

    @Test func `limits the id and the whole token`() throws {
        func id(_ count: Int) -> String { String(repeating: "a", count: count) }
        #expect(try claim("\"id\":\"\(id(128))\"").id.utf8.count == 128)
        #expect(throws: TokenError.self) { try claim("\"id\":\"\(id(129))\"") }
        #expect(throws: TokenError.malformed("it has more than 8192 bytes")) {
            try claim("\"id\":\"a\",\"name\":\"\(id(8192))\"")
        }
    }

    @Test(arguments: [
        #"{"alg":"none"}"#, #"{"alg":"None"}"#, #"{"alg":"HS512"}"#, #"{"alg":"hs256"}"#,
        #"{"alg":"RS256"}"#, #"{"alg":["HS256"]}"#, #"{"alg":null}"#, #"{"typ":"JWT"}"#,
        #"{"ALG":"HS256"}"#,
    ])
    func `accepts its own algorithm only`(header: String) throws {
        let payload = #"{"id":"u","role":"x","exp":2000}"#
        #expect(try error(token(payload, header: header)) == .wrongAlgorithm)
    }

    @Test(arguments: [
        #"{"alg":"HS256","crit":["exp"]}"#, #"{"alg":"HS256","crit":[]}"#,
        #"{"alg":"HS256","alg":"none"}"#,
        "[]", "null", "",
    ])
    func `refuses headers it cannot honour`(header: String) throws {
        let payload = #"{"id":"u","role":"x","exp":2000}"#
        guard case .malformed? = try error(token(payload, header: header)) else {
            Issue.record("accepted")
            return
        }
    }

    @Test func `refuses other keys and any change of a character`() throws {
        let payload = #"{"id":"u","role":"x","exp":2000}"#
        #expect(try error(token(payload, key: secret.reversed())) == .badSignature)
        let good = Array(token(payload).utf8)
        for index in good.indices {
            for replacement in [UInt8(ascii: "A"), UInt8(ascii: "_"), UInt8(ascii: "="), 0x2E]
            where replacement != good[index] {
                var forged = good
                forged[index] = replacement
                #expect(try error(String(decoding: forged, as: UTF8.self)) != nil)
            }
        }
    }

    @Test(arguments: ["", ".", "..", "...", "a.b", "a.b.c.d", "é.é.é", "e30.e30.", "e30.e30"])
    func `refuses what is not a token`(text: String) throws {
        #expect(try error(text) != nil)
    }

    @Test func `refuses an empty signature`() throws {
        let parts = token(#"{"id":"u","role":"x","exp":2000}"#).split(separator: ".")
        #expect(try error("\(parts[0]).\(parts[1]).") == .badSignature)
    }

    @Test func `verifies what the signer makes`() throws {
        let verifier = try TokenVerifier.hmac(secret: secret)
        for claims in [
            TokenClaims(id: "u", role: "client", expiresAt: 2000),
            TokenClaims(
                id: "ü\"", role: "admin", name: "N", email: "e", projects: ["p", "q"], locale: "de",
                expiresAt: 5000),
        ] {
            let token = TokenSigner.sign(claims: claims, secret: secret)
            #expect(try verifier.verify(token, now: 1000) == claims)
        }
    }
}
