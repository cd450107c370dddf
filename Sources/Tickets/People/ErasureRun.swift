// Runs an erasure step by step. The writer does other work between two steps; after a crash the run
// continues after the last finished stretch of tickets.

import Text

package struct ErasureRun {
    package private(set) var erasure: Erasure
    /// Tickets of the current stretch that name the person and are unfinished, and the stretch's
    /// end.
    private var waiting: [TicketID] = []
    private var end = TicketID(high: 0, low: 0)
    /// Of these, those without a message of the person that is not redacted. The person writes no
    /// more of them.
    private var redacted: Set<TicketID> = []

    private static let stretch = 500
    private static let ticketsPerStep = 20
    /// A step starts no ticket after this many redactions, and makes at most this many in one.
    private static let redactionsPerStep = 100

    package init(_ erasure: Erasure) { self.erasure = erasure }

    package enum Step {
        /// Redactions to write and publish like any other; then the same tickets continue. If they
        /// cannot be written, the run is to go on from before this step.
        case redact([MadeRedaction])
        /// The in-memory copies of these tickets are outdated.
        case renamed([TicketID])
        /// Nothing to do in this stretch.
        case passed
        case allTicketsDone
    }

    package struct MadeRedaction {
        package let event: TicketEvent
        package let before: Ticket
        package let after: Ticket
        package let rewrite: TicketEvent
    }

    package mutating func step(
        on store: any TicketStore, _ rules: TicketRules
    ) throws(StoreError) -> Step {
        guard let renaming = erasure.renaming else { return .allTicketsDone }
        if waiting.isEmpty {
            let found = try store.tickets(
                naming: renaming.id, after: erasure.after, limit: Self.stretch)
            guard let end = found.end else { return .allTicketsDone }
            self.end = end
            waiting = found.named
            if waiting.isEmpty {
                try pass(store)
                return .passed
            }
        }
        // A store confirms each write by itself, so one ticket after the other takes much longer.
        let now = Array(waiting.prefix(Self.ticketsPerStep))
        if erasure.redactsMessages {
            var made: [MadeRedaction] = []
            for ticket in now where made.count < Self.redactionsPerStep {
                guard !redacted.contains(ticket) else { continue }
                let own = try redactions(of: renaming.id, on: ticket, store, rules)
                if own.count < Self.redactionsPerStep { redacted.insert(ticket) }
                made += own
            }
            if !made.isEmpty { return .redact(made) }
        }
        try store.rename(renaming, in: now)
        waiting.removeFirst(now.count)
        redacted.subtract(now)
        erasure.tickets += now.count
        if waiting.isEmpty { try pass(store) }
        return .renamed(now)
    }

    private mutating func pass(_ store: any TicketStore) throws(StoreError) {
        erasure.after = end
        try store.keep(erasure)
    }

    /// Called when all tickets are finished.
    package mutating func finish(on store: any TicketStore) throws(StoreError) {
        guard let renaming = erasure.renaming else { return }
        try store.forget(renaming)
        erasure.person = nil
        try store.keep(erasure)
    }

    private func redactions(
        of person: ExactText, on id: TicketID, _ store: any TicketStore, _ rules: TicketRules
    ) throws(StoreError) -> [MadeRedaction] {
        guard var snapshot = try store.snapshot(of: id) else { return [] }
        let renaming = PersonRenaming(person, to: erasure.pseudonym)
        let caller = Caller(person: erasure.by, reachesAllTickets: true)
        var made: [MadeRedaction] = []
        var seq = 0
        while made.count < Self.redactionsPerStep {
            let page = try store.events(of: id, after: seq, limit: Self.redactionsPerStep)
            guard let last = page.last else { break }
            seq = last.seq
            for target in page where renaming.isMeant(target.by.id) {
                let event = try? rules.redact(
                    target, because: erasure.reason, on: snapshot, by: caller, key: nil,
                    fingerprint: 0)
                guard let event, let mark = event.mark else { continue }
                let after = snapshot.applying(event)
                made.append(
                    MadeRedaction(
                        event: event, before: snapshot, after: after, rewrite: target.redacted(mark)
                    ))
                snapshot = after
            }
            if page.count < Self.redactionsPerStep { break }
        }
        return made
    }
}

extension StoreBatch {
    /// Redactions of any tickets, each ticket's in their order.
    package init(_ made: [ErasureRun.MadeRedaction]) {
        events = made.map(\.event)
        rewrites = made.map(\.rewrite)
        var newest: [TicketID: Ticket] = [:]
        for redaction in made { newest[redaction.event.ticket] = redaction.after }
        snapshots = Array(newest.values)
    }
}
