// Finds the entries of a target that are due, in their turn.

import Text
internal import Tickets

struct OutboxTurnDocuments {
    let client: MongoClient
    let target: OutboxTarget
    let now: Timestamp

    private static let chunkMax = 200

    func due(_ limit: Int) throws(StoreError) -> [OutboxTurn] {
        var turns = OutboxTurns(now: now, limit: limit)
        // By index alone, so that a long queue costs no more than a short one.
        let candidates = try client.find(
            in: .outbox, waiting + [.init("due", .field("$lte", .time(now)))],
            options: [
                .init("sort", .field("due", .int(1))), .init("projection", Self.projection),
                .init("batchSize", Tree(Self.chunkMax)),
            ])
        var isAtEnd = false
        while !turns.isFull, !isAtEnd {
            var chunk: [OutboxTurn] = []
            while chunk.count < Self.chunkMax {
                guard let fields = try candidates.next() else {
                    isAtEnd = true
                    break
                }
                if let turn = Self.turn(fields) { chunk.append(turn) }
            }
            try choose(from: chunk.byEvent, &turns)
        }
        return turns.chosen
    }

    private func choose(
        from chunk: [OutboxTurn], _ turns: inout OutboxTurns
    ) throws(StoreError) {
        guard target.keepsOrder else { return turns.choose(chunk) }
        let queues = try queues(of: chunk.filter { turns.start(for: $0) != nil })
        for candidate in chunk where !turns.isFull {
            guard let start = turns.start(for: candidate) else { continue }
            var queue = queues[candidate.ticket] ?? []
            queue.removeAll { $0.seq <= start || $0.seq >= candidate.seq }
            turns.choose(queue + [candidate])
        }
    }

    /// The waiting entries of the candidates' tickets, by seq.
    private func queues(
        of candidates: [OutboxTurn]
    ) throws(StoreError) -> [ExactText: [OutboxTurn]] {
        let tickets = Set(candidates.compactMap { TicketID($0.ticket) })
        guard let seqMax = candidates.map(\.seq).max(), !tickets.isEmpty else { return [:] }
        let found = try client.find(
            in: .outbox,
            waiting + [
                .init("data.ticket", .within(tickets.map { Tree($0) })),
                .init("data.seq", .field("$lte", Tree(seqMax))),
            ], options: [.init("projection", Self.projection), .init("hint", .string("turns"))])
        var queues: [ExactText: [OutboxTurn]] = [:]
        while let fields = try found.next() {
            if let turn = Self.turn(fields) { queues[turn.ticket, default: []].append(turn) }
        }
        return queues.mapValues { $0.sorted { $0.seq < $1.seq } }
    }

    private var waiting: [Tree.Field] {
        [
            .init("target", Tree(target.name)),
            .init("state", Tree(OutboxState.waiting.rawValue)),
        ]
    }

    private static let projection = Tree.object([
        .init("due", .int(1)), .init("lease", .int(1)),
    ])

    private static func turn(_ fields: [Tree.Field]) -> OutboxTurn? {
        guard let reader = try? RecordReader(.object(fields)), let id = try? reader.text("_id"),
            let due = try? reader.time("due")
        else { return nil }
        return OutboxTurn(id: id, due: due, lease: try? reader.optionalString("lease"))
    }
}
