// Parses `--name value` options, their environment variables, and positional arguments.

struct Arguments {
    private var values: [String: String] = [:]
    private var flags: Set<String> = []
    private(set) var free: [String] = []
    private let environment: Environment

    init(
        _ arguments: some Sequence<String>, _ environment: Environment, options: Set<String>,
        flags known: Set<String> = [], freeMax: Int = 0
    ) throws {
        self.environment = environment
        var iterator = arguments.makeIterator()
        while let argument = iterator.next() {
            guard argument.hasPrefix("--") else {
                guard free.count < freeMax else {
                    throw UsageError("“\(argument)” is not understood; try `guichet help`")
                }
                free.append(argument)
                continue
            }
            let parts = argument.dropFirst(2).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            if known.contains(name), parts.count == 1 {
                flags.insert(name)
            } else if options.contains(name) {
                guard let value = parts.count == 2 ? String(parts[1]) : iterator.next() else {
                    throw UsageError("--\(name) needs a value")
                }
                values[name] = value
            } else {
                throw UsageError("there is no option --\(name); try `guichet help`")
            }
        }
    }

    /// The option, or its variable in the environment.
    subscript(name: String) -> String? {
        values[name] ?? environment[Self.variable(name)]
    }

    /// The value on the command line for this setting; nil: none.
    func option(_ setting: String) -> String? {
        let name = setting.lowercased().replacing("_", with: "-")
        return values[name] ?? (flags.contains(name) ? "1" : nil)
    }

    func has(_ flag: String) throws -> Bool {
        if flags.contains(flag) { return true }
        switch environment[Self.variable(flag)]?.lowercased() {
        case nil, "0", "false", "no": return false
        case "1", "true", "yes": return true
        case let other?:
            throw UsageError("GUICHET_\(Self.variable(flag)) is “\(other)”; it must be 1 or 0")
        }
    }

    func int(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(digits: text), range.contains(number) else {
            throw UsageError(
                "--\(name) is “\(text)”; it must be an integer from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    func required(_ name: String) throws -> String {
        guard let value = self[name], !value.isEmpty else {
            throw UsageError("--\(name) is missing")
        }
        return value
    }

    private static func variable(_ name: String) -> String {
        name.uppercased().replacing("-", with: "_")
    }
}
