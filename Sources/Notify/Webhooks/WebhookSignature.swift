// Signatures as in Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over id, time and body.

import Wire

package enum WebhookSignature {
    /// Bytes of a key after `whsec_`, as Standard Webhooks has them.
    static let keyBytes = 24...64
    static let keyPrefix = "whsec_"

    /// Decodes `whsec_` and base64; any other secret is used as text. nil: invalid base64.
    package static func key(of secret: String) -> [UInt8]? {
        guard secret.hasPrefix(keyPrefix) else { return Array(secret.utf8) }
        let bytes = Base64.decode(String(secret.dropFirst(keyPrefix.count)))
        return bytes?.isEmpty == true ? nil : bytes
    }

    /// The value of `webhook-signature`; `timestamp` in seconds.
    package static func sign(
        id: String, timestamp: Int64, body: [UInt8], key: [UInt8]
    ) -> String {
        let code = HMAC.sha256(key: key, message: Array("\(id).\(timestamp).".utf8) + body)
        return "v1,\(Base64.encode(code))"
    }
}
