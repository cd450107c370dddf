// `guichet export`: writes all people and tickets of a store, files included, as JSON lines.

import Glibc
import Text
import Tickets

struct ExportCommand {
    private let arguments: Arguments

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        self.arguments = try Arguments(arguments, environment, options: ["store", "out"])
    }

    func run() throws {
        let opener = try StoreChoice.opener(
            arguments["store"] ?? StoreChoice.fallback, isInspection: true)
        // Two readers: one walks the logs while the other answers queries in between.
        let (logs, marks) = (try opener.openReader(), try opener.openReader())
        let output = try TransferOutput(path: arguments["out"])
        try output.write(TransferLine.heading(version: TransferLine.version).bytes)
        let people = try Self.writePeople(of: logs, to: output)
        let files = FileExport(opener, to: output)
        var counts = (tickets: 0, events: 0)
        var broken: [String] = []
        var failure: (any Error)?
        try logs.visitLogs { id, _, events throws(StoreError) in
            guard failure == nil else { return }
            let ticket = TransferredTicket(
                id: id, events: events, reads: try marks.readMarks(of: id))
            do {
                _ = try ticket.checkedSnapshot()
            } catch {
                broken.append("\(error)")
                return
            }
            do {
                try files.write(filesOf: ticket)
                try output.write(TransferLine.ticket(ticket).bytes)
            } catch {
                failure = error
                throw .unavailable("\(error)")
            }
            counts.tickets += 1
            counts.events += events.count
            if counts.tickets % 1000 == 0 { Terminal.progress("\(counts.tickets) tickets") }
        }
        try output.finish()
        Terminal.progress("")
        for problem in broken { Terminal.complain("left out: \(problem); see `guichet check`") }
        for problem in files.missing { Terminal.complain("left out: \(problem)") }
        Terminal.complain(
            "exported \(counts.tickets) tickets, \(counts.events) events, \(people) people, "
                + "\(files.count) files from \(opener.label)")
        if !broken.isEmpty || !files.missing.isEmpty { exit(1) }
    }

    /// Returns how many there are.
    private static func writePeople(
        of store: some TicketReader, to output: TransferOutput
    ) throws -> Int {
        let people = try store.people(in: []).sorted { $0.id < $1.id }
        for person in people { try output.write(TransferLine.person(person).bytes) }
        return people.count
    }
}
