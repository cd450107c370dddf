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
        var verdict = report.verdict
        var isWhole = report.problems.isEmpty
        if repairs {
            let unrepaired = try repair(opener, report, recounting: !miscounts.isEmpty)
            // What is true after the repair is looked at, not derived from what it was to do.
            let after = try Self.inspected(opener)
            for line in unrepaired + after.problems.map({ "left: \($0)" }) { Terminal.say(line) }
            if after.irreparable > 0 {
                Terminal.say(
                    "\(after.irreparable) of the problems cannot be repaired: a log is the only copy of "
                        + "its events, so restore a backup")
            }
            writing?.end()
            if !isWhole { verdict += "; after the repair: \(after.verdict)" }
            isWhole = after.problems.isEmpty
        }
        Terminal.say("checked \(report.tickets) tickets, \(report.events) events: \(verdict)")
        if !isWhole { exit(1) }
    }

    private static func inspected(_ opener: any TicketStoreOpener) throws -> CheckReport {
        var report = CheckReport()
        let miscounts = try inspect(opener, &report)
        report.note(miscounts)
        return report
    }

    /// Returns how the statistics differ.
    static func inspect(
        _ opener: any TicketStoreOpener, _ report: inout CheckReport
    ) throws -> [String] {
        let inspector = try opener.openInspector()
        let reader = try inspector.openReader()
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
        return try statistics.problems(reader) { try inspector.pendingStatistics() }
    }

    /// Returns what could not be written, and why.
    private func repair(
        _ opener: any TicketStoreOpener, _ report: CheckReport,
        recounting: Bool
    ) throws -> [String] {
        var unrepaired: [String] = []
        var repair = report.repair
        if report.refusal != nil { repair.isClearing = false }
        if !repair.isEmpty {
            unrepaired = try opener.repair(repair)
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
        return unrepaired
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
