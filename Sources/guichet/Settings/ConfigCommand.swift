// `guichet config check`: reads all settings as `serve` would, and prints the values in effect.

import Hub
import Tickets

struct ConfigCommand {
    private let arguments: Arguments
    private let environment: Environment

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        self.environment = environment
        self.arguments = try Arguments(
            arguments, environment, options: ServePlan.options, flags: ServePlan.flags, freeMax: 1)
    }

    func run() throws {
        guard arguments.free.first == "check" else {
            throw UsageError("usage: guichet config check [OPTIONS OF SERVE]")
        }
        let plan = try ServePlan(arguments, environment)
        for setting in SettingTable.all { Terminal.say(line(setting, plan)) }
        Terminal.say("the settings are valid")
    }

    /// `GUICHET_NAME=value (source)`.
    private func line(_ setting: Setting, _ plan: ServePlan) -> String {
        let option = setting.option == nil ? nil : arguments.option(setting.name)
        guard let value = option ?? environment[setting.name] else {
            return
                "\(setting.variable): \(setting.standard.isEmpty ? "not set" : setting.standard) (default)"
        }
        let source = option == nil ? environment.source(of: setting.name) : "option"
        return "\(setting.variable)=\(shown(value, of: setting, plan)) (\(source))"
    }

    /// Secrets are not shown.
    private func shown(_ value: String, of setting: Setting, _ plan: ServePlan) -> String {
        switch setting.name {
        case "STORE": return plan.opener.label
        case "ALLOWED_ORIGINS": return plan.settings.allowedOrigins.joined(separator: ",")
        case _ where setting.isSecret: return "…"
        default: return value
        }
    }
}
