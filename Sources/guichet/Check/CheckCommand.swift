// `guichet check`: checks that every log is complete and that everything else follows from the
// logs.

import Glibc
import Tickets

struct CheckCommand {
    private let arguments: Arguments

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        self.arguments = try Arguments(
            arguments, environment, options: ["store"], flags: ["repair"])
    }

    func run() throws {
        // Without `--repair` nothing is created or changed.
        let opener = try StoreChoice.opener(
            arguments["store"] ?? StoreChoice.fallback, isInspection: true)
        let repairs = try arguments.has("repair")
        let writing =
            repairs
            ? try StoreWriting(opener, by: StoreClaimant(command: "check", createsStore: false))
            : nil
        var report = CheckReport()
        let miscounts = try Self.inspect(opener, &report)
        report.note(miscounts)
        for line in report.problems + report.notes { Terminal.tell(line) }
        if repairs {
            try repair(opener, report, recounting: !miscounts.isEmpty)
            writing?.end()
        }
        let verdict =
            report.problems.isEmpty
            ? "ok"
            : "\(report.problems.count) \(report.problems.count == 1 ? "problem" : "problems")"
        Terminal.say("checked \(report.tickets) tickets, \(report.events) events: \(verdict)")
        let isWhole = report.problems.isEmpty || (repairs && report.remaining == 0)
        if !isWhole { exit(1) }
    }

    /// Returns how the statistics differ.
    static func inspect(
        _ opener: any TicketStoreOpener, _ report: inout CheckReport
    ) throws -> [String] {
        let inspector = try opener.openInspector()
        let reader = try opener.openReader()
        var statistics = try StatisticsCheck(reader)
        try inspector.visit { ticket throws(StoreError) in
            report.visit(ticket)
            if ticket.unreadable.isEmpty { statistics.visit(ticket.events) }
            if report.tickets % 1000 == 0 { Terminal.progress("\(report.tickets) tickets") }
        }
        Terminal.progress("")
        report.note(try inspector.remainder())
        guard report.unreadable == 0 else {
            report.noteUncounted()
            return []
        }
        return try statistics.problems(reader, pending: try inspector.pendingStatistics())
    }

    private func repair(
        _ opener: any TicketStoreOpener, _ report: CheckReport,
        recounting: Bool
    ) throws {
        var repair = report.repair
        if report.refusal != nil { repair.isClearing = false }
        if !repair.isEmpty {
            try opener.repair(repair)
            Terminal.say("repaired \(repair.snapshots.count) snapshots and what belongs to them")
        }
        if let refusal = report.refusal {
            Terminal.say(refusal)
        } else {
            try rebuildSearch(opener)
            if recounting {
                try opener.recountStatistics()
                Terminal.say("recounted the statistics")
            }
        }
        if report.remaining > 0 {
            Terminal.say(
                "\(report.remaining) of the problems cannot be repaired: a log is the only copy of "
                    + "its events, so restore a backup")
        }
    }

    /// The index has no data of its own: rebuilding it repairs any damage.
    private func rebuildSearch(_ opener: any TicketStoreOpener) throws {
        try opener.rebuildSearch {
            guard case .search(let done, let tickets) = $0 else { return }
            Terminal.progress("search: \(done) of \(tickets) tickets")
        }
        Terminal.progress("")
        Terminal.say("rebuilt the search index")
    }
}
