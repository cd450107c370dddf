// `guichet`: one program to serve, make tokens, replay conversations and check the store.

import Glibc
import Hub
import MongoStore

// Files of every command are for its user only: databases, files of people, exports.
umask(0o077)
DriverCounters.removeName()

do {
    try run(ProgramArguments.all)
} catch {
    Terminal.complain("guichet: \(error)")
    exit(2)
}

func run(_ arguments: [String]) throws {
    guard let name = arguments.first, name != "--help", name != "-h" else {
        return Terminal.say(CommandHelp.overview)
    }
    if name == "--version" || name == "version" {
        return Terminal.say("guichet \(Release.version)")
    }
    if name == "help" {
        return Terminal.say(
            try arguments.dropFirst().first.map { try CommandHelp.of($0).text }
                ?? CommandHelp.overview)
    }
    let help = try CommandHelp.of(name)
    if arguments.contains("--help") || arguments.contains("-h") {
        return Terminal.say(help.text)
    }
    let environment = try Environment.current()
    try environment.check()
    try run(name, arguments.dropFirst(), environment)
}

func run(_ name: String, _ arguments: ArraySlice<String>, _ environment: Environment) throws {
    switch name {
    case "serve": try ServeCommand(arguments, environment).run()
    case "config": try ConfigCommand(arguments, environment).run()
    case "token": try TokenCommand(arguments, environment).run()
    case "doctor": try DoctorCommand(arguments, environment).run()
    case "backup": try BackupCommand(arguments, environment).run()
    case "restore": try RestoreCommand(arguments, environment).run()
    case "check": try CheckCommand(arguments, environment).run()
    case "export": try ExportCommand(arguments, environment).run()
    case "import": try ImportCommand(arguments, environment).run()
    case "replay": try ReplayCommand(arguments, environment).run()
    case "adopt": try AdoptCommand(arguments, environment).run()
    case "erase": try EraseCommand(arguments, environment).run()
    case "outbox": try OutboxCommand(arguments, environment).run()
    case "template": try TemplateCommand(arguments, environment).run()
    default: throw UsageError("there is no command “\(name)”; try `guichet help`")
    }
}
