// Finds the entries of a target that are due, in their turn.

import Text
import Tickets

struct OutboxTurnRows {
    let database: Database
    let target: OutboxTarget
    let now: Timestamp

    func due(_ limit: Int) throws(StoreError) -> [OutboxTurn] {
        var turns = OutboxTurns(now: now, limit: limit)
        // By index alone, so that a long queue costs no more than a short one: `id` begins with
        // the ticket.
        let candidates = try database.prepared(
            """
            SELECT id, due, lease FROM outbox
            WHERE state = 'waiting' AND target = ? AND due <= ? ORDER BY due, id
            """)
        try candidates.bind([.text(target.name.string), SQLValue(now)])
        defer { candidates.reset() }
        while !turns.isFull, try candidates.step() {
            let candidate = turn(in: candidates)
            guard target.keepsOrder else {
                turns.choose([candidate])
                continue
            }
            guard let start = turns.start(for: candidate) else { continue }
            turns.choose(try entries(upTo: candidate, after: start))
        }
        return target.keepsOrder ? turns.chosen : turns.chosen.byEvent
    }

    /// The waiting entries of the candidate's ticket, up to it.
    private func entries(
        upTo candidate: OutboxTurn, after start: Int
    ) throws(StoreError) -> [OutboxTurn] {
        let seq = OutboxSchema.seq(of: "outbox")
        let statement = try database.prepared(
            """
            SELECT id, due, lease FROM outbox
            WHERE state = 'waiting' AND target = ? AND \(OutboxSchema.ticket(of: "outbox")) = ?
            AND \(seq) > ? AND \(seq) <= ? ORDER BY \(seq)
            """)
        try statement.bind([
            .text(target.name.string), .text(candidate.ticket.string), SQLValue(start),
            SQLValue(candidate.seq),
        ])
        defer { statement.reset() }
        var found: [OutboxTurn] = []
        while try statement.step() { found.append(turn(in: statement)) }
        // An id that names no event has no ticket and waits for nothing.
        return found.isEmpty ? [candidate] : found
    }

    private func turn(in row: Statement) -> OutboxTurn {
        OutboxTurn(
            id: ExactText(row.text(0) ?? ""), due: Timestamp(milliseconds: row.int(1)),
            lease: row.text(2))
    }
}
