// Reads the claims of a token whose signature is valid.

import Text

extension TokenClaims {
    /// A longer name is cut: every event contains it.
    package static let nameCharactersMax = 200
    /// As for the project of a ticket; no ticket can have a longer one.
    private static let projectCharactersMax = 100
    /// RFC 7519 §4.1.5 allows some leeway for clock differences. Expiry gets none.
    private static let notBeforeLeewaySeconds = 60

    init(_ payload: Tree, now: Int) throws(TokenError) {
        guard let expiry = try Self.seconds("exp", in: payload) else {
            throw .missingClaim("exp")
        }
        guard now < expiry else { throw .expired }
        if let notBefore = try Self.seconds("nbf", in: payload) {
            guard now >= notBefore - Self.notBeforeLeewaySeconds else { throw .notYetValid }
        }
        guard let role = try Self.text("role", in: payload) else { throw .missingClaim("role") }
        self.init(
            id: try Self.id(in: payload),
            role: role,
            name: try Self.name(in: payload),
            email: try Self.text("email", in: payload).map { OneLine.cleaned($0.string) },
            projects: try Self.projects(in: payload),
            locale: try Self.text("locale", in: payload)?.string,
            expiresAt: expiry,
            issuedAt: try Self.seconds("iat", in: payload))
    }

    private static func id(in payload: Tree) throws(TokenError) -> ExactText {
        var id = try text("id", in: payload)
        if id == nil { id = try text("sub", in: payload) }
        guard let id else { throw .missingClaim("id") }
        guard (1...ExactText.personBytesMax).contains(id.utf8.count) else {
            throw .malformed("'id' must have 1 to \(ExactText.personBytesMax) bytes")
        }
        // Ids that look the same must not name two people.
        if let fault = id.faultAsPerson { throw .badName(claim: "id", fault) }
        return id
    }

    /// The name on one line; nil: nothing visible.
    private static func name(in payload: Tree) throws(TokenError) -> String? {
        guard let text = try text("name", in: payload) else { return nil }
        let name = OneLine.cleaned(
            String(OneLine.cleaned(text.string).prefix(nameCharactersMax)))
        return name.isBlank ? nil : name
    }

    private static func projects(in payload: Tree) throws(TokenError) -> [ExactText]? {
        let projects = try texts("projects", in: payload)
        for project in projects ?? [] {
            if let fault = project.faultAsName {
                throw .badName(claim: "projects", fault)
            }
            // Few bytes cannot be more characters; counting many bytes takes long.
            let bytes = project.utf8.count
            guard bytes <= 32 * projectCharactersMax,
                bytes <= projectCharactersMax || project.string.count <= projectCharactersMax
            else {
                throw .malformed(
                    "a name in 'projects' has more than \(projectCharactersMax) characters")
            }
        }
        return projects
    }

    private static func text(_ name: ExactText, in payload: Tree) throws(TokenError) -> ExactText? {
        guard let value = payload[name], !value.isNull else { return nil }
        guard let text = value.textValue else { throw .malformed("'\(name)' must be a string") }
        return text
    }

    private static func texts(_ name: ExactText, in payload: Tree) throws(TokenError)
        -> [ExactText]?
    {
        guard let value = payload[name], !value.isNull else { return nil }
        let texts = value.arrayValue?.compactMap(\.textValue)
        guard let texts, texts.count == value.arrayValue?.count else {
            throw .malformed("'\(name)' must be a list of strings")
        }
        return texts
    }

    /// A NumericDate (RFC 7519 §2). A fraction of a second is cut off.
    private static func seconds(_ name: ExactText, in payload: Tree) throws(TokenError) -> Int? {
        guard let value = payload[name] else { return nil }
        // Doubles count whole seconds exactly up to 2^53, which no clock will reach.
        guard let number = value.doubleValue, abs(number) <= 9_007_199_254_740_992 else {
            throw .malformed("'\(name)' must be a time in seconds")
        }
        return Int(number)
    }
}
