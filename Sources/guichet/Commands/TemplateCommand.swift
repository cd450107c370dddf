// `guichet template preview`: renders an e-mail of a made-up ticket with the configured templates.

import Notify
import Tickets

struct TemplateCommand {
    private let arguments: Arguments
    private let environment: Environment

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        self.environment = environment
        self.arguments = try Arguments(
            arguments, Environment([:]), options: ["lang"], flags: ["html"], freeMax: 2)
    }

    func run() throws {
        let kinds = MailKind.allCases.map(\.rawValue).joined(separator: ", ")
        guard arguments.free.first == "preview", arguments.free.count == 2 else {
            throw UsageError(
                "say `guichet template preview KIND [--lang fr|en] [--html]`, with KIND one of "
                    + kinds)
        }
        guard let kind = MailKind(rawValue: arguments.free[1]) else {
            throw UsageError("there is no e-mail “\(arguments.free[1])”; known are \(kinds)")
        }
        guard let language = MailLanguage(rawValue: arguments["lang"] ?? "fr") else {
            throw UsageError("--lang must be fr or en, not “\(arguments["lang"] ?? "")”")
        }
        let templates = try NotifyOptions.templates(environment)
        guard let mail = templates.render(kind, language, SampleMail.values(kind, language))
        else { throw UsageError("there is no template for \(kind.rawValue) in \(language)") }
        if try arguments.has("html") {
            Terminal.say(mail.html)
        } else {
            Terminal.say("Subject: \(mail.subject)\n\n\(mail.text)")
        }
    }
}
