// `guichet backup` and `guichet restore`: a checked copy of the embedded store, in either direction.

import Glibc
import SQLiteStore
import Tickets

struct BackupCommand {
    private let arguments: Arguments

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        self.arguments = try Arguments(arguments, environment, options: ["store"], freeMax: 1)
    }

    func run() throws {
        guard let file = arguments.free.first else {
            throw UsageError("name the file of the copy: guichet backup FILE [--store sqlite:FILE]")
        }
        let path = try StoreChoice.embeddedPath(arguments["store"] ?? StoreChoice.fallback)
        let copy = try StoreCopy(from: path, to: file)
        let report = try CheckedCopy.make(copy)
        // A damaged store is copied as it is: it may be all that there is.
        try copy.finish()
        guard report.problems.isEmpty else {
            Terminal.say(
                "copied \(path) to \(file), which has the problems of the store; a repair of the "
                    + "store may repair them: guichet check --repair")
            exit(1)
        }
        Terminal.say(
            "copied \(path) to \(file): \(report.tickets) tickets, \(report.events) events, checked"
        )
    }
}

struct RestoreCommand {
    private let arguments: Arguments

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        self.arguments = try Arguments(arguments, environment, options: ["store"], freeMax: 1)
    }

    func run() throws {
        guard let file = arguments.free.first else {
            throw UsageError("name the backup: guichet restore FILE [--store sqlite:FILE]")
        }
        let path = try StoreChoice.embeddedPath(arguments["store"] ?? StoreChoice.fallback)
        let copy = try StoreCopy(from: file, to: path)
        let report = try CheckedCopy.make(copy)
        guard report.problems.isEmpty else {
            copy.discard()
            Terminal.say("\(file) is not whole, and nothing was restored; take another backup")
            exit(1)
        }
        try copy.finish()
        Terminal.say(
            "restored \(path) from \(file): \(report.tickets) tickets, \(report.events) events")
    }
}

/// Makes a copy and checks it under its unfinished name.
private enum CheckedCopy {
    static func make(_ copy: StoreCopy) throws -> CheckReport {
        try copy.make { step in
            switch step {
            case .database(let bytes): Terminal.progress("database: \(bytes >> 20) MB")
            case .files(let done, let total): Terminal.progress("files: \(done) of \(total)")
            }
        }
        do {
            var report = CheckReport()
            let miscounts = try CheckCommand.inspect(copy.opener, &report)
            report.note(miscounts)
            for line in report.problems { Terminal.tell(line) }
            return report
        } catch {
            copy.discard()
            throw error
        }
    }
}
