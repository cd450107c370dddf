// Tokens of the tests' people.

import Reactor
import Text
import Tickets
import Wire

@testable import Hub

enum Tokens {
    static let secret = [UInt8](repeating: 0x5A, count: 32)

    static func authenticator(_ settings: HubSettings = HubSettings()) throws -> Authenticator {
        Authenticator(verifier: try .hmac(secret: secret), settings: settings)
    }

    static func token(
        _ person: Person, projects: [ExactText]? = nil, forSeconds seconds: Int = 600
    ) -> String {
        token(
            TokenClaims(
                id: person.id, role: ExactText(person.role.rawValue), name: person.name,
                projects: projects,
                expiresAt: now + seconds))
    }

    static func token(_ claims: TokenClaims, secret: [UInt8] = Tokens.secret) -> String {
        TokenSigner.sign(claims: claims, secret: secret)
    }

    /// Unix seconds.
    static var now: Int { Int(wallClockMilliseconds() / 1000) }
}
