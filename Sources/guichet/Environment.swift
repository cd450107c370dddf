// GUICHET_… variables, and the file that may hold some of them.

import Foundation

struct Environment {
    /// Of the process: they do not change while it runs.
    private let variables: [String: String]
    /// Of the file; a variable of the process wins.
    private let file: [String: String]

    init(_ variables: [String: String], file: [String: String] = [:]) {
        self.variables = variables
        self.file = file
    }

    /// As it is now: what `GUICHET_SETTINGS` names is read anew.
    static func current() throws -> Environment {
        let process = Environment(ProcessInfo.processInfo.environment)
        guard let path = process["SETTINGS"] else { return process }
        let bytes = try SecretFile.read(path, of: "GUICHET_SETTINGS", .secret)
        return Environment(process.variables, file: try VariablesFile.parse(bytes, path))
    }

    /// Refuses variables that nothing reads.
    func check() throws { try SettingTable.check(Array(variables.keys) + file.keys) }

    /// nil when unset or empty.
    subscript(name: String) -> String? {
        let variable = "GUICHET_\(name)"
        return [variables[variable], file[variable]].compactMap { $0 }.first { !$0.isEmpty }
    }

    /// Where the setting stands, for `guichet config check`.
    func source(of name: String) -> String {
        let variable = "GUICHET_\(name)"
        if variables[variable]?.isEmpty == false { return "environment" }
        return file[variable]?.isEmpty == false ? "file" : "default"
    }

    func int(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(digits: text), range.contains(number) else {
            throw UsageError(
                "GUICHET_\(name) is “\(text)”; it must be an integer from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    func list(_ name: String) -> [String] {
        (self[name] ?? "").split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }
}

extension Int {
    /// Digits alone: `Int` itself takes signs, and `-0` would switch something off.
    init?(digits text: some StringProtocol) {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self.init(text)
    }
}
