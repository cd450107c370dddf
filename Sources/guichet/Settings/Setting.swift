// One setting of the hub.

struct Setting: Sendable {
    /// Without `GUICHET_`.
    let name: String
    /// The argument of the option of `serve`: `HOST:PORT`; empty: a switch; nil: no option.
    let option: String?
    /// The default.
    let standard: String
    /// One line.
    let meaning: String

    /// Its value must not be shown.
    var isSecret: Bool { name.hasPrefix("JWT_SECRET") || name == "METRICS_TOKEN" }

    var variable: String { "GUICHET_\(name)" }
    var optionName: String { "--" + name.lowercased().replacing("_", with: "-") }

    /// A variable without an option.
    init(_ name: String, _ standard: String, _ meaning: String) {
        self.init(name, option: nil, standard, meaning)
    }

    /// A variable with an option.
    init(_ name: String, option: String?, _ standard: String, _ meaning: String) {
        self.name = name
        self.option = option
        self.standard = standard
        self.meaning = meaning
    }
}
