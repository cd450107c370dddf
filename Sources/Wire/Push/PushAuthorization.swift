// Identifies the sender to a push service (VAPID, RFC 8292).

package enum PushAuthorization {
    /// How long a push service may take the token: RFC 8292 §2 allows a day.
    package static let seconds = 12 * 3600

    /// The value of `Authorization`.
    /// - Parameters:
    ///   - origin: of the push service: `https://push.example.org`.
    ///   - contact: where the push service reaches the operator: `mailto:…` or `https:…`.
    ///   - expiry: in seconds since 1970.
    package static func header(
        for origin: String, contact: String, expiry: Int, key: P256Key
    ) -> String {
        let message = "\(head).\(Base64.encodeURL(claims(origin, contact, expiry)))"
        let signature = Base64.encodeURL(key.sign(Array(message.utf8)))
        return "vapid t=\(message).\(signature), k=\(Base64.encodeURL(key.publicPoint))"
    }

    private static let head = Base64.encodeURL(Array(#"{"typ":"JWT","alg":"ES256"}"#.utf8))

    private static func claims(_ origin: String, _ contact: String, _ expiry: Int) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("aud", origin)
        json.field("exp", expiry)
        json.field("sub", contact)
        json.endObject()
        return json.bytes
    }
}
