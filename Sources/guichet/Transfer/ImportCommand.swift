// `guichet import`: imports an export, ticket by ticket. Existing data stays as it is, so an
// interrupted import can be repeated.

import Glibc
import Tickets

struct ImportCommand {
    private let arguments: Arguments

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        self.arguments = try Arguments(arguments, environment, options: ["store"], freeMax: 1)
    }

    func run() throws {
        guard let path = arguments.free.first else {
            throw UsageError("name the file to import: guichet import FILE (- for standard input)")
        }
        let opener = try StoreChoice.opener(arguments["store"] ?? StoreChoice.fallback)
        let input = try TransferInput(path: path)
        let writing = try StoreWriting(
            opener, by: StoreClaimant(command: "import", createsStore: true))
        defer { writing.end() }
        let importer = try Importer(try opener.openStore(), FileImport(opener))
        do {
            try read(input, into: importer)
            try importer.finish()
        } catch {
            throw UsageError(
                "\(path), line \(input.lineNumber): \(error). \(Self.remainder(of: importer)); "
                    + "remove the cause and import the file again")
        }
        Terminal.progress("")
        let counts = importer.counts
        Terminal.complain(
            "imported \(counts.tickets) tickets, \(counts.events) events, \(counts.people) people, "
                + "\(importer.files.count) files into \(opener.label); "
                + "\(counts.known) tickets were there already")
        try verify(importer, try opener.openReader())
    }

    /// An interrupted import leaves whole tickets.
    private static func remainder(of importer: Importer) -> String {
        // If the store has failed, this fails too, with no new information.
        try? importer.flush()
        importer.files.drop()
        return "\(importer.counts.tickets) tickets before it were imported, and nothing of this one"
    }

    private func read(_ input: TransferInput, into importer: Importer) throws {
        guard let first = try input.next(),
            case .heading(let version) = try TransferLine(first.span)
        else {
            throw UsageError("the heading is missing: this is not an export by guichet")
        }
        guard (1...TransferLine.version).contains(version) else {
            throw UsageError("the export has version \(version); import it with a newer guichet")
        }
        while let line = try input.next() {
            switch try TransferLine(line.span) {
            case .heading: throw UsageError("there is a second heading")
            case .person(let person): try importer.take(person)
            case .file(let file): try importer.begin(file)
            case .piece(let piece): try importer.files.take(piece)
            case .ticket(let ticket): try importer.take(ticket)
            }
            if input.lineNumber % 1000 == 0 { Terminal.progress("\(input.lineNumber) lines") }
        }
    }

    /// Checks the whole store as `guichet check` does, and every event of the file's tickets.
    private func verify(_ importer: Importer, _ reader: any TicketReader) throws {
        var report = CheckReport()
        var missing = Set(importer.digests.keys)
        var different: [TicketID] = []
        try reader.visitLogs { id, snapshot, events throws(StoreError) in
            report.visit(id, snapshot, events)
            guard let digest = importer.digests[id] else { return }
            missing.remove(id)
            if TransferredTicket.digest(of: events) != digest { different.append(id) }
            if report.tickets % 1000 == 0 { Terminal.progress("\(report.tickets) tickets checked") }
        }
        Terminal.progress("")
        let problems =
            report.problems + missing.map { "ticket \($0): it was imported and is not there" }
            + different.map { "ticket \($0): it is not as it was imported" }
            + (try importer.files.problems())
        for problem in problems { Terminal.complain(problem) }
        Terminal.complain(
            "checked \(report.tickets) tickets, \(report.events) events: "
                + (problems.isEmpty ? "ok" : "\(problems.count) problems"))
        if !problems.isEmpty { exit(1) }
    }
}
