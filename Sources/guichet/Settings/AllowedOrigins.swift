// GUICHET_ALLOWED_ORIGINS: the allowed origins of other sites, as browsers send them.

import Foundation
import Hub

enum AllowedOrigins {
    /// Sites that may show Guichet in a frame: origins, `self`, or `none`.
    static func frameAncestors(_ environment: Environment) throws -> [String] {
        let sources = environment.list("FRAME_ANCESTORS").flatMap { $0.split(separator: " ") }
            .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "'")) }
        if sources == ["none"] { return [] }
        return try sources.map { text in
            if text == "self" { return "'self'" }
            return try normalised(text, of: "GUICHET_FRAME_ANCESTORS")
        }
    }

    static func read(_ environment: Environment) throws -> [String] {
        try environment.list("ALLOWED_ORIGINS").filter { !$0.isEmpty }.map {
            try normalised($0, of: "GUICHET_ALLOWED_ORIGINS")
        }
    }

    private static func normalised(_ text: String, of setting: String) throws -> String {
        do throws(OriginError) {
            return try Origin.normalised(text.precomposedStringWithCanonicalMapping)
        } catch {
            throw UsageError("\(setting) has “\(text)”: \(error.description)")
        }
    }
}
