// Checks JSON Web Tokens (RFC 7519, RFC 7515 compact form) against the configured keys.

import Text

package struct TokenVerifier: Sendable {
    private enum Key: Sendable {
        case secret(HMACKey)
        case publicKey(VerificationKey)
    }

    private struct Entry: Sendable {
        let key: Key
        let algorithm: String
        /// Its name in tokens (`kid`, RFC 7515 section 4.1.4); nil: none.
        let name: ExactText?

        init(_ key: Key, name: String?) {
            self.key = key
            self.name = name.map { ExactText($0) }
            algorithm =
                switch key {
                case .secret: "HS256"
                case .publicKey(let key): key.algorithm.rawValue
                }
        }
    }

    private let entries: [Entry]
    /// The encoded header of nearly every token; it needs no parsing.
    private let usualHeaders: [(bytes: [UInt8], algorithm: String)]

    private init(_ entries: [Entry]) {
        self.entries = entries
        let names = Set(entries.map { $0.algorithm })
        usualHeaders = names.flatMap { name in
            [#"{"alg":"\#(name)","typ":"JWT"}"#, #"{"typ":"JWT","alg":"\#(name)"}"#]
                .map { (Array(Base64.encodeURL($0.utf8.span).utf8), name) }
        }
    }

    /// RFC 7518 §3.2: a shorter key would be easier to guess than to break the hash.
    private static let secretBytesMin = 32
    private static let tokenBytesMax = 8192
    /// Limit, because each is tried for every token without `kid`.
    private static let keysMax = 32

    /// Verifies HS256.
    package static func hmac(secret: [UInt8]) throws(TokenKeyError) -> TokenVerifier {
        try hmac(secrets: [secret])
    }

    /// Verifies HS256 with any of the secrets: the current one and older ones.
    package static func hmac(secrets: [[UInt8]]) throws(TokenKeyError) -> TokenVerifier {
        var entries: [Entry] = []
        for secret in secrets {
            guard secret.count >= secretBytesMin else {
                throw TokenKeyError(
                    reason:
                        "a secret needs at least \(secretBytesMin) bytes; this has \(secret.count)")
            }
            entries.append(Entry(.secret(HMACKey(secret)), name: nil))
        }
        return TokenVerifier(entries)
    }

    /// Verifies RS256 (RSA from 2048 bits), ES256 (P-256) or EdDSA (Ed25519), according to the key
    /// in the PEM text.
    package static func publicKey(pem: [UInt8]) throws(TokenKeyError) -> TokenVerifier {
        TokenVerifier([Entry(.publicKey(try VerificationKey(pem: pem)), name: nil)])
    }

    /// The same with several keys, each with its name in tokens.
    package static func publicKeys(_ keys: [NamedKey]) throws(TokenKeyError) -> TokenVerifier {
        guard !keys.isEmpty else { throw TokenKeyError(reason: "there is no public key in it") }
        guard keys.count <= keysMax else {
            throw TokenKeyError(reason: "there are \(keys.count) keys; \(keysMax) is the most")
        }
        var entries: [Entry] = []
        for key in keys {
            entries.append(Entry(.publicKey(try VerificationKey(pem: key.pem)), name: key.name))
        }
        return TokenVerifier(entries)
    }

    /// The accepted values of `alg`.
    package var algorithms: Set<String> { Set(entries.map { $0.algorithm }) }

    /// The algorithm of the first key.
    package var algorithm: String { entries.first?.algorithm ?? "" }

    package var keyCount: Int { entries.count }

    /// The claims of `token`, if it is genuine and valid at `now` (Unix seconds).
    package func verify(_ token: String, now: Int) throws(TokenError) -> TokenClaims {
        let bytes = token.utf8.span
        guard bytes.count <= Self.tokenBytesMax else {
            throw .malformed("it has more than \(Self.tokenBytesMax) bytes")
        }
        let (headerEnd, payloadEnd) = try Self.dots(in: bytes)
        let candidates = try candidates(bytes.extracting(0..<headerEnd))
        guard let signature = Base64.decodeURL(bytes.extracting((payloadEnd + 1)..<bytes.count))
        else { throw .malformed("it is not base64url") }
        let message = bytes.extracting(0..<payloadEnd)
        var isGenuine = false
        for candidate in candidates where !isGenuine {
            isGenuine = Self.isSigned(message, signature, by: candidate.key)
        }
        guard isGenuine else { throw .badSignature }
        // The payload is parsed only after the signature check.
        let payload = try Self.object(bytes.extracting((headerEnd + 1)..<payloadEnd))
        return try TokenClaims(payload, now: now)
    }

    /// Ends of header and payload; there must be exactly two dots.
    private static func dots(in bytes: Span<UInt8>) throws(TokenError) -> (Int, Int) {
        let dot = UInt8(ascii: ".")
        guard let first = bytes.index(of: dot, from: 0, before: bytes.count),
            let second = bytes.index(of: dot, from: first + 1, before: bytes.count),
            bytes.index(of: dot, from: second + 1, before: bytes.count) == nil
        else { throw .malformed("it does not have three parts") }
        return (first, second)
    }

    private static func object(_ part: Span<UInt8>) throws(TokenError) -> Tree {
        guard let bytes = Base64.decodeURL(part) else { throw .malformed("it is not base64url") }
        guard let json = try? JSONReader.parse(bytes), json.objectValue != nil else {
            throw .malformed("it is not a JSON object")
        }
        return json
    }

    /// The keys that may have signed a token with this header. `alg` is only compared with the
    /// keys' algorithms; `kid` chooses among our keys. Every name in `crit` is unknown to us (RFC
    /// 7515 §4.1.11); other members, `jwk` included, are ignored.
    private func candidates(_ part: Span<UInt8>) throws(TokenError) -> [Entry] {
        for usual in usualHeaders where part.isEqual(to: usual.bytes.span) {
            return entries.filter { $0.algorithm == usual.algorithm }
        }
        let header = try Self.object(part)
        let algorithm = header["alg"]?.stringValue ?? ""
        let fitting = entries.filter { $0.algorithm.utf8.elementsEqual(algorithm.utf8) }
        guard !fitting.isEmpty else { throw .wrongAlgorithm }
        guard header["crit"] == nil else { throw .malformed("it has critical extensions") }
        guard let name = header["kid"]?.stringValue else { return fitting }
        let named = entries.filter { $0.name == ExactText(name) }
        guard !named.isEmpty else { return fitting }
        // A `kid` of ours means that key, even if it is for another algorithm.
        let meant = named.filter { $0.algorithm.utf8.elementsEqual(algorithm.utf8) }
        guard !meant.isEmpty else { throw .wrongAlgorithm }
        return meant
    }

    private static func isSigned(
        _ message: Span<UInt8>, _ signature: [UInt8], by key: Key
    ) -> Bool {
        switch key {
        case .secret(let secret):
            constantTimeEquals(secret.sha256(message), signature)
        case .publicKey(let key):
            key.isValid(signature, for: message)
        }
    }
}
