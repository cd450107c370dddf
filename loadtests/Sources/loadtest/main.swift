// The load generator: `loadtest PLAN.json`. Commands on standard input start it, begin the measured
// window and stop it. `loadtests/run` writes the plan, gives the commands and reads the answers:
// `ready`, `live`, `failed`, `result`.

import Foundation
import Reactor
import Wire

func complain(_ text: String) -> Never {
    FileHandle.standardError.write(Data("loadtest: \(text)\n".utf8))
    exit(2)
}

ignoreSIGPIPE()
setDescriptorLimit()
guard CommandLine.arguments.count == 2 else { complain("usage: loadtest PLAN.json < commands") }
do {
    let file = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
    let plan = try JSONDecoder().decode(LoadPlan.self, from: file)
    if let complaint = plan.complaint { complain("\(CommandLine.arguments[1]): \(complaint)") }
    let secret = ProcessInfo.processInfo.environment["GUICHET_JWT_SECRET"] ?? ""
    if !plan.isPeer, secret.isEmpty {
        complain("GUICHET_JWT_SECRET is not set; tokens are made with it")
    }
    let script = try plan.conversations.map { try ConversationScript(path: $0) }
    let generator = try Generator(plan, secret: Array(secret.utf8), script: script)
    exit(generator.run() ? 0 : 1)
} catch {
    complain("\(error)")
}
