// Reads GUICHET_… variables, and the file that may hold some of them.

import Foundation

struct Environment {
    /// Variables of the process; they do not change while it runs.
    private let variables: [String: String]
    /// Variables of the file; those of the process take precedence.
    private let file: [String: String]

    init(_ variables: [String: String], file: [String: String] = [:]) {
        self.variables = variables
        self.file = file
    }

    /// The current environment; reads the file of `GUICHET_SETTINGS` again.
    static func current() throws -> Environment {
        let process = Environment(ProcessInfo.processInfo.environment)
        guard let path = process["SETTINGS"] else { return process }
        let bytes = try SecretFile.read(path, of: "GUICHET_SETTINGS", .secret)
        return Environment(process.variables, file: try VariablesFile.parse(bytes, path))
    }

    /// Throws on unknown variables.
    func check() throws { try SettingTable.check(Array(variables.keys) + file.keys) }

    /// nil when unset or empty.
    subscript(name: String) -> String? {
        let variable = "GUICHET_\(name)"
        return [variables[variable], file[variable]].compactMap { $0 }.first { !$0.isEmpty }
    }

    /// The source of the setting, for `guichet config check`.
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

    /// Sets `value` where the variable is set.
    func read(_ name: String, in range: ClosedRange<Int>, into value: inout Int) throws {
        if let number = try int(name, in: range) { value = number }
    }

    func list(_ name: String) -> [String] {
        (self[name] ?? "").split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }
}

extension Int {
    /// Digits only: `Int` also accepts signs, and `-0` would switch a limit off.
    init?(digits text: some StringProtocol) {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self.init(text)
    }
}
