// `guichet`: one program for serving, tokens, replay and the store's check (contract section 8).

import Glibc
import MongoStore

// Whatever any command makes is for its user alone: databases, files of people, exports.
umask(0o077)
DriverCounters.removeName()

let arguments = Array(CommandLine.arguments.dropFirst())
let environment = Environment.current

do {
    try environment.check()
    switch arguments.first {
    case _ where arguments.contains("--help"): print(Usage.text)
    case "serve": try ServeCommand(arguments.dropFirst(), environment).run()
    case "token": try TokenCommand(arguments.dropFirst(), environment).run()
    case "check": try CheckCommand(arguments.dropFirst(), environment).run()
    case "export": try ExportCommand(arguments.dropFirst(), environment).run()
    case "import": try ImportCommand(arguments.dropFirst(), environment).run()
    case "replay": try ReplayCommand(arguments.dropFirst(), environment).run()
    case "outbox": try OutboxCommand(arguments.dropFirst(), environment).run()
    case "template": try TemplateCommand(arguments.dropFirst(), environment).run()
    case "help", "-h", nil: print(Usage.text)
    case let other?: throw UsageError("there is no command “\(other)”; try `guichet help`")
    }
} catch {
    Terminal.complain("guichet: \(error)")
    exit(2)
}
