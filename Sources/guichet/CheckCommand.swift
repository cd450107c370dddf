// `guichet check`: every log without a hole, every head the fold of its events.

import Glibc
import SQLiteStore
import Tickets

struct CheckCommand {
    private let arguments: Arguments

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        self.arguments = try Arguments(
            arguments, environment, options: ["store"], flags: ["repair"])
    }

    func run() throws {
        // Without `--repair` nothing is made and nothing changed, whatever is there.
        let opener = try StoreChoice.opener(
            arguments["store"] ?? StoreChoice.fallback, isInspection: true)
        let repairs = try arguments.has("repair")
        let writing =
            repairs
            ? try StoreWriting(opener, by: StoreClaimant(command: "check", createsStore: false))
            : nil
        defer { writing?.end() }
        let reader = try opener.openReader()
        var report = CheckReport()
        var statistics = try StatisticsCheck(reader)
        try reader.visitLogs { id, head, events throws(StoreError) in
            report.visit(id, head, events)
            statistics.visit(events)
            if report.tickets % 1000 == 0 { Terminal.progress("\(report.tickets) tickets") }
        }
        Terminal.progress("")
        let miscounts = try statistics.problems(reader)
        report.note(miscounts)
        for problem in report.problems { Terminal.say(problem) }
        if repairs, !report.mended.isEmpty {
            try opener.repair(report.mended)
            Terminal.say("mended \(report.mended.count) heads")
        }
        if repairs { try rebuildSearch(opener) }
        if repairs, !miscounts.isEmpty {
            try opener.repair(statistics.counted)
            Terminal.say("counted the statistics anew")
        }
        let verdict =
            report.problems.isEmpty
            ? "ok"
            : "\(report.problems.count) \(report.problems.count == 1 ? "problem" : "problems")"
        Terminal.say("checked \(report.tickets) tickets, \(report.events) events: \(verdict)")
        let isWhole = report.problems.isEmpty || (repairs && report.broken == 0)
        if !isWhole {
            writing?.end()
            exit(1)
        }
    }
}

extension CheckCommand {
    /// The index has nothing of its own: making it anew mends whatever was wrong with it.
    private func rebuildSearch(_ opener: any TicketStoreOpener) throws {
        try opener.rebuildSearch {
            guard case .search(let done, let tickets) = $0 else { return }
            Terminal.progress("search: \(done) of \(tickets) tickets")
        }
        Terminal.progress("")
        Terminal.say("made the search index anew")
    }
}

struct CheckReport {
    private(set) var tickets = 0
    private(set) var events = 0
    private(set) var problems: [String] = []
    /// Heads as their logs make them, where the stored ones differ.
    private(set) var mended: [Ticket] = []
    /// Logs that no head can mend.
    private(set) var broken = 0

    mutating func visit(_ id: TicketID, _ head: Ticket?, _ log: [TicketEvent]) {
        tickets += 1
        events += log.count
        guard let folded = Ticket.fold(log) else {
            broken += 1
            problems.append("ticket \(id): \(Self.hole(in: log))")
            return
        }
        if let problem = Self.brokenChain(in: log) {
            broken += 1
            problems.append("ticket \(id): \(problem)")
        }
        if !Self.isSame(head, folded) {
            mended.append(folded)
            problems.append(
                head.map {
                    "ticket \(id): its head is at \($0.seq) and differs from its \(log.count) events"
                }
                    ?? "ticket \(id): it has \(log.count) events and no head")
        }
    }

    /// What is wrong besides tickets, and can be mended.
    mutating func note(_ more: [String]) { problems += more }

    /// As bytes: text that is equal for Unicode alone is another text.
    private static func isSame(_ head: Ticket?, _ folded: Ticket) -> Bool {
        guard let head else { return false }
        return RecordJSON.encode(head.record) == RecordJSON.encode(folded.record)
    }

    private static func hole(in log: [TicketEvent]) -> String {
        guard let first = log.first else { return "it has a head and no events" }
        guard first.seq == 1, first.created != nil else {
            return "its log begins with \(first.seq) and not with a `created` event"
        }
        for (before, after) in zip(log, log.dropFirst()) where after.seq != before.seq + 1 {
            return "its log has a hole between \(before.seq) and \(after.seq)"
        }
        return "its log cannot be folded"
    }

    private static func brokenChain(in log: [TicketEvent]) -> String? {
        var visible = 0
        var keys: Set<CommandKey> = []
        for event in log {
            if event.publicPrev != visible {
                return
                    "event \(event.seq) names \(event.publicPrev) as the last public one, not \(visible)"
            }
            if event.isPublic { visible = event.seq }
            if let key = event.commandKey, !keys.insert(key).inserted {
                return "event \(event.seq) repeats the key of an earlier one"
            }
        }
        return nil
    }
}
