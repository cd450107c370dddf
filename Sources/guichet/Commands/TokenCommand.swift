// `guichet token`: a JWT for a person, made with GUICHET_JWT_SECRET.

import Foundation
import Glibc
import Text
import Wire

struct TokenCommand {
    private let arguments: Arguments
    private let environment: Environment

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        self.environment = environment
        self.arguments = try Arguments(
            arguments, Environment([:]),
            options: ["id", "role", "name", "email", "projects", "locale", "ttl"])
    }

    func run() throws {
        let role = try arguments.required("role")
        guard ["client", "technician", "technicien", "admin"].contains(role) else {
            throw UsageError("--role must be client, technician or admin, not “\(role)”")
        }
        let seconds = try Self.seconds(arguments["ttl"] ?? "8h")
        let now = time(nil)
        let secret = try TokenKeys.secret(environment)
        let claims = TokenClaims(
            id: ExactText(try arguments.required("id")), role: ExactText(role),
            name: arguments["name"],
            email: arguments["email"],
            // Without the option the token has no claim about projects; an empty option gives an
            // empty list.
            projects: arguments["projects"]?.split(separator: ",").map {
                ExactText($0.trimmingCharacters(in: .whitespaces))
            },
            locale: arguments["locale"], expiresAt: now + seconds, issuedAt: now)
        let token = TokenSigner.sign(claims: claims, secret: secret)
        do {
            _ = try TokenVerifier.hmac(secret: secret).verify(token, now: now)
        } catch {
            throw UsageError(
                "a hub would refuse this: \(error); correct --id, --projects or another option")
        }
        Terminal.say(token)
    }

    /// `90s`, `15m`, `8h`, `30d`.
    static func seconds(_ text: String) throws -> Int {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()),
            (1...100_000).contains(count)
        else { throw UsageError("--ttl must be like 90s, 15m, 8h or 30d, not “\(text)”") }
        return count * unit
    }
}
