// Checks JSON Web Tokens (RFC 7519, RFC 7515 compact form) against the one configured key.

import Text

package struct TokenVerifier: Sendable {
    private enum Key: Sendable {
        case secret(HMACKey)
        case publicKey(VerificationKey)
    }

    private let key: Key
    /// What nearly every token begins with, encoded; it needs no reading.
    private let usualHeaders: [[UInt8]]

    private init(key: Key) {
        self.key = key
        let name = Self.algorithm(of: key)
        usualHeaders = [#"{"alg":"\#(name)","typ":"JWT"}"#, #"{"typ":"JWT","alg":"\#(name)"}"#]
            .map { Array(Base64.encodeURL($0.utf8.span).utf8) }
    }

    /// RFC 7518 §3.2: a shorter key would be easier to guess than the hash is to break.
    private static let secretBytesMin = 32
    private static let tokenBytesMax = 8192

    /// Verifies HS256.
    package static func hmac(secret: [UInt8]) throws(TokenKeyError) -> TokenVerifier {
        guard secret.count >= secretBytesMin else {
            throw TokenKeyError(
                reason: "a secret needs at least \(secretBytesMin) bytes; this has \(secret.count)")
        }
        return TokenVerifier(key: .secret(HMACKey(secret)))
    }

    /// Verifies RS256 (RSA from 2048 bits), ES256 (P-256) or EdDSA (Ed25519), as the key in the PEM
    /// text is.
    package static func publicKey(pem: [UInt8]) throws(TokenKeyError) -> TokenVerifier {
        TokenVerifier(key: .publicKey(try VerificationKey(pem: pem)))
    }

    /// The only value of `alg` that is accepted.
    package var algorithm: String { Self.algorithm(of: key) }

    private static func algorithm(of key: Key) -> String {
        switch key {
        case .secret: "HS256"
        case .publicKey(let key): key.algorithm.rawValue
        }
    }

    /// The claims of `token`, if it is genuine and valid at `now` (Unix seconds).
    package func verify(_ token: String, now: Int) throws(TokenError) -> TokenClaims {
        let bytes = token.utf8.span
        guard bytes.count <= Self.tokenBytesMax else {
            throw .malformed("it has more than \(Self.tokenBytesMax) bytes")
        }
        let (headerEnd, payloadEnd) = try Self.dots(in: bytes)
        let header = bytes.extracting(0..<headerEnd)
        if !usualHeaders.contains(where: { header.isEqual(to: $0.span) }) {
            try checkHeader(Self.object(header))
        }
        guard let signature = Base64.decodeURL(bytes.extracting((payloadEnd + 1)..<bytes.count))
        else { throw .malformed("it is not base64url") }
        guard isSigned(bytes.extracting(0..<payloadEnd), signature) else { throw .badSignature }
        // Only now is the payload worth reading.
        let payload = try Self.object(bytes.extracting((headerEnd + 1)..<payloadEnd))
        return try TokenClaims(payload, now: now)
    }

    /// Where header and payload end; there must be exactly two dots.
    private static func dots(in bytes: Span<UInt8>) throws(TokenError) -> (Int, Int) {
        let dot = UInt8(ascii: ".")
        guard let first = bytes.index(of: dot, from: 0, before: bytes.count),
            let second = bytes.index(of: dot, from: first + 1, before: bytes.count),
            bytes.index(of: dot, from: second + 1, before: bytes.count) == nil
        else { throw .malformed("it does not have three parts") }
        return (first, second)
    }

    private static func object(_ part: Span<UInt8>) throws(TokenError) -> JSON {
        guard let bytes = Base64.decodeURL(part) else { throw .malformed("it is not base64url") }
        guard let json = try? JSONReader.parse(bytes), json.objectValue != nil else {
            throw .malformed("it is not a JSON object")
        }
        return json
    }

    /// `alg` is compared with what the key asks for and decides nothing. Whatever `crit` names we
    /// do not know (RFC 7515 §4.1.11); other members, `jwk` and `kid` included, are not looked at.
    private func checkHeader(_ header: JSON) throws(TokenError) {
        guard header["alg"]?.textValue == ExactText(algorithm) else { throw .wrongAlgorithm }
        guard header["crit"] == nil else { throw .malformed("it has critical extensions") }
    }

    private func isSigned(_ message: Span<UInt8>, _ signature: [UInt8]) -> Bool {
        switch key {
        case .secret(let secret):
            constantTimeEquals(secret.sha256(message), signature)
        case .publicKey(let key):
            key.isValid(signature, for: message)
        }
    }
}
