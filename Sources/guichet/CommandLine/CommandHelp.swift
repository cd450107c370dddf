// The texts of `guichet help` and `guichet COMMAND --help`.

struct CommandHelp {
    let name: String
    /// One line, for the list of commands.
    let summary: String
    /// The arguments after `guichet NAME`, one form for each line.
    let forms: [String]
    let options: [(name: String, meaning: String)]

    private static let store = (
        "--store sqlite:FILE|mongodb://…",
        "the store; default sqlite:guichet.db"
    )

    static let all: [CommandHelp] = [
        CommandHelp(
            name: "serve", summary: "runs the hub", forms: ["[OPTIONS]"],
            options: SettingTable.all.filter { $0.option != nil }.map {
                ("\($0.optionName) \($0.option ?? "")", "\($0.meaning) [\($0.standard)]")
            }),
        CommandHelp(
            name: "config", summary: "checks the settings of `serve`",
            forms: ["check [OPTIONS OF SERVE]"],
            options: [
                ("", "prints the settings in effect and their sources; exit code 2 for errors")
            ]),
        CommandHelp(
            name: "token", summary: "makes a token with GUICHET_JWT_SECRET",
            forms: ["--id ID --role client|technician|admin [OPTIONS]"],
            options: [
                ("--id ID", "the person's id"), ("--role ROLE", "client, technician or admin"),
                ("--name NAME", "the display name"), ("--email ADDRESS", "the e-mail address"),
                ("--projects A,B", "projects whose tickets they see"),
                ("--locale fr|en", "the language of their e-mails"),
                ("--ttl 8h", "how long it is valid: 90s, 15m, 8h, 30d"),
            ]),
        CommandHelp(
            name: "check", summary: "checks a store against its events",
            forms: ["[--store …] [--repair]"],
            options: [store, ("--repair", "rewrites all data that follows from events")]),
        CommandHelp(
            name: "doctor", summary: "checks the machine and the servers that `serve` would use",
            forms: ["[--json] [OPTIONS OF SERVE]"],
            options: [("--json", "prints JSON; exit code 1 if something needs to change")]),
        CommandHelp(
            name: "backup", summary: "copies an embedded store, also while its hub runs",
            forms: ["FILE [--store sqlite:FILE]"], options: [store]),
        CommandHelp(
            name: "restore", summary: "restores a backup to a path without a store",
            forms: ["FILE [--store sqlite:FILE]"], options: [store]),
        CommandHelp(
            name: "export", summary: "writes a store as JSON lines",
            forms: ["[--store …] [--out FILE]"],
            options: [store, ("--out FILE", "the output file; default standard output")]),
        CommandHelp(
            name: "import", summary: "imports JSON lines into a store",
            forms: ["[--store …] FILE"], options: [store]),
        CommandHelp(
            name: "adopt", summary: "takes over the tickets of another system",
            forms: [
                "mongodb://HOST/DATABASE [OPTIONS]", "FILE.jsonl [OPTIONS]",
            ],
            options: [
                store, ("--dry-run", "reports what would be adopted; the default"),
                ("--write", "writes the tickets; a second run continues the first"),
                ("--verify", "compares old and new; exit code 1 if anything differs"),
                ("--follow", "follows the old collection while people still write to it"),
                ("--hub URL", "of --follow and --cut-over: a running hub, instead of a store"),
                ("--token-file FILE", "a token of an admin of that hub"),
                ("--position FILE", "where the follower keeps its place in the change stream"),
                ("--cut-over", "follows the last changes, compares, and ends"),
                ("--refuse-writes", "of --cut-over: makes the old collection refuse writes"),
                ("--release", "lets the old collection take writes again"),
                ("--collection NAME", "the collection of the old tickets [tickets]"),
                ("--users NAME", "the collection of their people, for names and roles"),
                ("--projects NAME", "the collection of their projects, for names"),
                ("--map FILE", "JSON: which field and which value is which"),
                ("--files DIR", "takes the bytes of attachments from this folder"),
                ("--files-from URL", "takes them from this server"),
                ("--files-limit MIB", "leaves larger files where they are, 100 by default"),
                ("--allow-private", "allows a server at a loopback or private address"),
                ("--keep-going", "leaves out documents that cannot become tickets"),
                ("--json", "the report as JSON"),
            ]),
        CommandHelp(
            name: "erase", summary: "erases a person from a store whose hub is stopped",
            forms: ["PERSON --messages keep|redact [--reason TEXT] [--store …]"],
            options: [
                store, ("--messages keep|redact", "what happens to their messages"),
                ("--reason TEXT", "kept with the erasure"),
            ]),
        CommandHelp(
            name: "outbox", summary: "lists waiting deliveries, and retries them",
            forms: [
                "list [--dead] [--sent] [--limit N] [--store …]", "replay --dead|ID … [--store …]",
            ],
            options: [
                store, ("--dead", "deliveries that were given up"),
                ("--sent", "deliveries of the last hour"),
                ("--limit N", "the most lines of each kind [100]"),
            ]),
        CommandHelp(
            name: "template", summary: "shows an e-mail as it would be sent",
            forms: [
                "preview creation|reply|resolution|sla-warning|sla-breach [--lang fr|en] [--html]"
            ],
            options: [("--lang fr|en", "its language [fr]"), ("--html", "as HTML")]),
        CommandHelp(
            name: "replay", summary: "plays conversations against a hub, as a load test",
            forms: ["FILE [OPTIONS]"],
            options: [
                ("--hub http[s]://HOST:PORT", "which hub [http://127.0.0.1:8080]"),
                ("--insecure", "takes any certificate"), ("--rate N", "messages a second"),
                ("--at-once N", "conversations at a time"),
            ]),
    ]

    static func of(_ name: String) throws -> CommandHelp {
        guard let help = all.first(where: { $0.name == name }) else {
            throw UsageError("there is no command “\(name)”; try `guichet help`")
        }
        return help
    }

    /// The page of one command.
    var text: String {
        var lines = ["guichet \(name): \(summary)", ""]
        lines += forms.map { "  guichet \(name) \($0)" }
        lines.append("")
        lines += Self.columns(options)
        if name == "serve" {
            lines += [
                "",
                "Every option can also be set in the environment, which has more settings:",
                "",
            ]
            lines += Self.columns(
                SettingTable.all.map {
                    ($0.variable, $0.meaning + ($0.standard.isEmpty ? "" : " [\($0.standard)]"))
                })
        }
        lines += ["", "`guichet help` names all commands, `guichet serve --help` all settings."]
        return lines.joined(separator: "\n")
    }

    /// The page of the program.
    static var overview: String {
        let commands = all.map { ($0.name, $0.summary) }
        let others = [
            ("help COMMAND", "what a command takes, also `guichet COMMAND --help`"),
            ("--version", "which version this is"),
        ]
        return
            (["guichet: a real-time hub for support tickets", ""]
            + columns((commands + others).map { ("guichet \($0.0)", $0.1) }) + [
                "",
                "Callers are known by tokens: set GUICHET_JWT_SECRET (32 bytes or more, HS256), or",
                "GUICHET_JWT_PUBLIC_KEY (a PEM file; RS256, ES256 or EdDSA).",
            ]).joined(separator: "\n")
    }

    private static func columns(_ rows: [(name: String, meaning: String)]) -> [String] {
        let width = rows.map { $0.name.count }.max() ?? 0
        return rows.map { row in
            "  \(row.name)\(String(repeating: " ", count: width - row.name.count))  \(row.meaning)"
        }
    }
}
