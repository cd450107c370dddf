// Collects the problems that a check has found, and the repairs for them.

import SQLiteStore
import Tickets
import Wire

struct CheckReport {
    private(set) var tickets = 0
    private(set) var events = 0
    private(set) var problems: [String] = []
    /// Findings that are no problems.
    private(set) var notes: [String] = []
    /// Repairs that make the rest of the store follow from the logs.
    private(set) var repair = StoreRepair()
    /// Problems that cannot be repaired from events.
    private(set) var irreparable = 0
    /// Problems that a repair would repair by removing, counting or indexing again.
    private var clearable = 0
    /// Tickets and the like with events that cannot be read.
    private(set) var unreadable = 0
    /// Hashes of keys of `create`, which count over all tickets, and the numbers that are taken.
    private var creationKeys: Set<Int> = []
    private var numbers: Set<Int> = []

    /// What is kept besides events that cannot be read may be all that is left of them, so nothing
    /// may be removed, counted or indexed again. nil: all events can be read.
    var refusal: String? {
        guard unreadable > 0 else { return nil }
        let others = clearable == 1 ? "1 problem stays" : "\(clearable) problems stay"
        return
            "nothing was removed, counted or indexed again (\(others) for that): events cannot "
            + "be read, and what else is kept of them may be all that is left; restore a backup first"
    }

    mutating func visit(_ ticket: InspectedTicket) {
        guard ticket.unreadable.isEmpty else { return visitUnreadable(ticket) }
        if ticket.isRepairedAtStart, let snapshot = ticket.snapshot,
            Self.isSame(Ticket.fold(ticket.events.prefix(max(0, snapshot.seq))), snapshot)
        {
            // No events are lost or wrong.
            visit(ticket.id, Ticket.fold(ticket.events), ticket.events)
            notes.append(
                "ticket \(ticket.id): its snapshot is at \(snapshot.seq) of \(ticket.events.count) events, as a "
                    + "hub left it that was cut off; the next start repairs it")
            if let folded = Ticket.fold(ticket.events) { repair.snapshots.append(folded) }
            return
        }
        let before = repair.snapshots.count
        visit(ticket.id, ticket.snapshot, ticket.events)
        note(ticket.differences, "ticket \(ticket.id): ")
        let isToRepair = ticket.differences.contains { $0.remedy == .rewriting }
        if isToRepair, repair.snapshots.count == before, let folded = Ticket.fold(ticket.events) {
            repair.snapshots.append(folded)
        }
    }

    /// Says which events cannot be read. Nothing else is compared with the rest of the log.
    private mutating func visitUnreadable(_ ticket: InspectedTicket) {
        tickets += 1
        unreadable += 1
        events += ticket.events.count + ticket.unreadable.count
        for event in ticket.unreadable.prefix(Self.namedMax) {
            let name = event.seq.map { "event \($0)" } ?? "an event"
            noteBroken(ticket.id, "\(name) cannot be read: \(event.reason)")
        }
        let others = ticket.unreadable.count - Self.namedMax
        if others > 0 { noteBroken(ticket.id, "\(others) other events cannot be read either") }
        if let number = ticket.snapshot?.number ?? ticket.events.first?.created?.number {
            numbers.insert(number)
        }
    }

    /// Unreadable events that are named for each ticket.
    private static let namedMax = 20

    mutating func visit(_ id: TicketID, _ snapshot: Ticket?, _ log: [TicketEvent]) {
        tickets += 1
        events += log.count
        guard let folded = Ticket.fold(log) else { return noteBroken(id, Self.hole(in: log)) }
        if let problem = Self.brokenChain(in: log) { noteBroken(id, problem) }
        for event in log {
            guard let fault = event.faultOfTime else { continue }
            noteBroken(
                id, "event \(event.seq): \(fault); cannot be repaired: it is stored nowhere else")
        }
        if let key = log.first?.commandKey, !creationKeys.insert(key.hashValue).inserted {
            noteBroken(id, "the key that it was opened under has opened another ticket")
        }
        if !numbers.insert(folded.number).inserted {
            noteBroken(id, "its number \(folded.ref) is another ticket's")
        }
        guard !Self.isSame(snapshot, folded) else { return }
        repair.snapshots.append(folded)
        problems.append(
            snapshot.map {
                "ticket \(id): its snapshot is at \($0.seq) and differs from its \(log.count) events"
            }
                ?? "ticket \(id): it has \(log.count) events and no snapshot")
    }

    private mutating func noteBroken(_ id: TicketID, _ problem: String) {
        irreparable += 1
        problems.append("ticket \(id): \(problem)")
    }

    /// Adds problems of the statistics, which can be repaired.
    mutating func note(_ more: [String]) {
        problems += more
        clearable += more.count
    }

    /// The statistics follow from all events, so that they are not compared if one is missing.
    mutating func noteUncounted() {
        notes.append("the statistics were not compared: events cannot be read")
    }

    var verdict: String {
        if problems.isEmpty { return "ok" }
        return "\(problems.count) \(problems.count == 1 ? "problem" : "problems")"
    }

    mutating func note(_ differences: [StoreDifference], _ place: String = "") {
        for difference in differences {
            switch difference.remedy {
            case .none(let reason):
                irreparable += 1
                problems.append("\(place)\(difference.text); cannot be repaired: \(reason)")
            case .restoring(let reason):
                unreadable += 1
                irreparable += 1
                problems.append(
                    "\(place)\(difference.text); cannot be repaired: \(reason); restore a backup")
            case .naming(let person):
                repair.people.append(person)
                problems.append(place + difference.text)
            case .clearing:
                repair.isClearing = true
                clearable += 1
                problems.append(place + difference.text)
            case .indexing:
                clearable += 1
                problems.append(place + difference.text)
            case .rewriting: problems.append(place + difference.text)
            }
        }
    }

    /// Compares bytes: canonically equivalent Unicode texts are different texts.
    private static func isSame(_ snapshot: Ticket?, _ folded: Ticket) -> Bool {
        guard let snapshot else { return false }
        return JSONWriter.bytes(of: snapshot.record) == JSONWriter.bytes(of: folded.record)
    }

    private static func hole(in log: [TicketEvent]) -> String {
        guard let first = log.first else { return "it has a snapshot and no events" }
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
