// One thing that an operator can set.

struct Setting: Sendable {
    /// Without `GUICHET_`.
    let name: String
    /// What an option of `serve` is given: `HOST:PORT`; empty: it is a switch; nil: there is none.
    let option: String?
    /// When nothing is set.
    let standard: String
    /// One line.
    let meaning: String

    /// Its value is not for screens.
    var isSecret: Bool { name.hasPrefix("JWT_SECRET") || name == "METRICS_TOKEN" }

    var variable: String { "GUICHET_\(name)" }
    var optionName: String { "--" + name.lowercased().replacing("_", with: "-") }

    /// A variable alone.
    init(_ name: String, _ standard: String, _ meaning: String) {
        self.init(name, option: nil, standard, meaning)
    }

    /// A variable with an option beside it.
    init(_ name: String, option: String?, _ standard: String, _ meaning: String) {
        self.name = name
        self.option = option
        self.standard = standard
        self.meaning = meaning
    }
}
