// GUICHET_SETTINGS: parses a file of variables in systemd's EnvironmentFile format.

import Foundation

enum VariablesFile {
    /// `NAME=value` lines. `#` and `;` begin comments; quotes and blanks around a value are
    /// removed.
    static func parse(_ bytes: [UInt8], _ path: String) throws -> [String: String] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw UsageError("GUICHET_SETTINGS: \(path) is not UTF-8")
        }
        var values: [String: String] = [:]
        for (index, raw) in text.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        )
        .enumerated() {
            let line = raw.trimmingCharacters(in: CharacterSet(charactersIn: " \t\r\u{FEFF}"))
            guard let first = line.unicodeScalars.first, first != "#", first != ";" else {
                continue
            }
            func wrong(_ what: String) -> UsageError {
                UsageError("GUICHET_SETTINGS: \(path), line \(index + 1): \(what)")
            }
            guard let sign = line.firstIndex(of: "=") else {
                throw wrong("this is not NAME=value")
            }
            let name = line[..<sign].trimmingCharacters(in: .whitespaces)
            guard name.hasPrefix("GUICHET_"), name != "GUICHET_SETTINGS" else {
                throw wrong("“\(name)” is no setting that can stand here")
            }
            guard values[name] == nil else { throw wrong("\(name) stands here twice") }
            values[name] = unquoted(line[line.index(after: sign)...])
        }
        return values
    }

    private static func unquoted(_ text: Substring) -> String {
        let value = text.trimmingCharacters(in: .whitespaces)
        for quote in ["\"", "'"]
        where value.utf8.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
            return String(value.dropFirst().dropLast())
        }
        return value
    }
}
