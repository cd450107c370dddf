// Claims of a JSON Web Token, and the errors of reading them.

package import Text

package struct TokenClaims: Sendable, Equatable {
    package let id: ExactText
    /// As in the token; its rights are decided elsewhere.
    package let role: ExactText
    /// One line of at most `nameCharactersMax`; nil: nothing visible.
    package let name: String?
    package let email: String?
    /// nil: no such claim. An empty list names no project.
    package let projects: [ExactText]?
    package let locale: String?
    /// Unix seconds; from then on the token is invalid.
    package let expiresAt: Int
    /// Unix seconds; nil: no such claim.
    package let issuedAt: Int?

    package init(
        id: ExactText, role: ExactText, name: String? = nil, email: String? = nil,
        projects: [ExactText]? = nil, locale: String? = nil, expiresAt: Int, issuedAt: Int? = nil
    ) {
        self.id = id
        self.role = role
        self.name = name
        self.email = email
        self.projects = projects
        self.locale = locale
        self.expiresAt = expiresAt
        self.issuedAt = issuedAt
    }
}

/// Why a token is refused, for the log and the bearer. It quotes nothing of the token.
package enum TokenError: Error, Sendable, Equatable, CustomStringConvertible {
    case malformed(String)
    case badSignature
    case wrongAlgorithm
    case expired
    case notYetValid
    case missingClaim(String)
    /// A name that could be confused with another's.
    case badName(claim: String, NameFault)

    package var description: String {
        switch self {
        case .malformed(let reason): "the token is malformed: \(reason)"
        case .badSignature: "the token's signature is not of a key that the hub has"
        case .wrongAlgorithm: "the token is not signed with the algorithm that the hub's key is for"
        case .expired: "the token has expired"
        case .notYetValid: "the token is not valid yet"
        case .badName(let claim, let fault): "the token's claim '\(claim)' \(fault.description)"
        case .missingClaim(let name): "the token has no claim '\(name)'"
        }
    }
}

/// Error for an unusable key, with the usable kinds.
package struct TokenKeyError: Error, Sendable, Equatable, CustomStringConvertible {
    package let reason: String
    package var description: String { reason }

    package init(reason: String) { self.reason = reason }
}
