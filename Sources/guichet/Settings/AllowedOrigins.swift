// GUICHET_ALLOWED_ORIGINS: the origins of other sites, as browsers will send them.

import Foundation
import Hub

enum AllowedOrigins {
    static func read(_ environment: Environment) throws -> [String] {
        try environment.list("ALLOWED_ORIGINS").filter { !$0.isEmpty }.map { text in
            do throws(OriginError) {
                return try Origin.normalised(text.precomposedStringWithCanonicalMapping)
            } catch {
                throw UsageError(
                    "GUICHET_ALLOWED_ORIGINS has “\(text)”: \(error.description)")
            }
        }
    }
}
