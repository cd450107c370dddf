// GUICHET_… variables.

import Foundation

struct Environment {
    private let values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    static var current: Environment { Environment(ProcessInfo.processInfo.environment) }

    /// Refuses variables that nothing reads.
    func check() throws { try SettingTable.check(values.keys) }

    /// nil when unset or empty.
    subscript(name: String) -> String? {
        values["GUICHET_\(name)"].flatMap { $0.isEmpty ? nil : $0 }
    }

    func int(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
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
