// Makes the tokens of `guichet token` and of the demo (HS256, RFC 7515 §3.1).

package enum TokenSigner {
    package static func sign(claims: TokenClaims, secret: [UInt8]) -> String {
        let header = Base64.encodeURL(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
        let message = header + "." + Base64.encodeURL(payload(claims))
        let code = HMAC.sha256(key: secret, message: Array(message.utf8))
        return message + "." + Base64.encodeURL(code)
    }

    private static func payload(_ claims: TokenClaims) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("id", claims.id)
        json.field("role", claims.role)
        if let name = claims.name { json.field("name", name) }
        if let email = claims.email { json.field("email", email) }
        if let locale = claims.locale { json.field("locale", locale) }
        if !claims.projects.isEmpty {
            json.key("projects")
            json.beginArray()
            for project in claims.projects { json.string(project) }
            json.endArray()
        }
        if let issuedAt = claims.issuedAt { json.field("iat", issuedAt) }
        json.field("exp", claims.expiresAt)
        json.endObject()
        return json.finish()
    }
}
