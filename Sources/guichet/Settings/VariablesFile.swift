// GUICHET_SETTINGS: parses a file of variables in systemd's EnvironmentFile format.

import Foundation

enum VariablesFile {
    /// `NAME=value` lines. `#` and `;` begin comments; quotes and blanks around a value are
    /// removed. A value goes on in the next line after a backslash.
    static func parse(_ bytes: [UInt8], _ path: String) throws -> [String: String] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw UsageError("GUICHET_SETTINGS: \(path) is not UTF-8")
        }
        var values: [String: String] = [:]
        for (number, line) in lines(of: text) {
            func wrong(_ what: String) -> UsageError {
                UsageError("GUICHET_SETTINGS: \(path), line \(number): \(what)")
            }
            guard let sign = line.firstIndex(of: "=") else {
                throw wrong("this is not NAME=value")
            }
            let name = line[..<sign].trimmingCharacters(in: .whitespaces)
            guard name.hasPrefix("GUICHET_"), name != "GUICHET_SETTINGS" else {
                throw wrong("“\(name)” cannot be set in this file")
            }
            guard values[name] == nil else { throw wrong("\(name) is set twice") }
            values[name] = unquoted(line[line.index(after: sign)...])
        }
        return values
    }

    /// The lines that are no comments, each with the number of its first line.
    private static func lines(of text: String) -> [(number: Int, line: String)] {
        var lines: [(number: Int, line: String)] = []
        var goesOn = false
        let all = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, raw) in all.enumerated() {
            var line = raw.trimmingCharacters(in: CharacterSet(charactersIn: " \t\r\u{FEFF}"))
            let first = line.unicodeScalars.first
            if !goesOn, first == nil || first == "#" || first == ";" { continue }
            let isContinued = line.hasSuffix("\\") && index + 1 < all.count
            if isContinued { line.removeLast() }
            if goesOn {
                lines[lines.count - 1].line += line
            } else {
                lines.append((index + 1, line))
            }
            goesOn = isContinued
        }
        return lines
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
