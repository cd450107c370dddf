// Outbox commands for operators: counts, dead letters, retries, removal.

import Text
internal import Tickets

extension MongoOutboxStore {
    func depths() throws(StoreError) -> [OutboxDepth] {
        let states = [OutboxState.waiting, .dead]
        var counts: [OutboxDepth] = try depths(
            .outbox,
            [.field("$match", .field("state", .within(states.map { Tree($0.rawValue) })))],
            target: "$target", state: .string("$state"))
        // The others are still in their events.
        counts += try depths(
            .events,
            [
                .field("$match", .field(Self.pending, .field("$exists", .bool(true)))),
                .field("$unwind", .string("$\(Self.pending)")),
            ], target: "$\(Self.pending).target",
            state: .field("$literal", Tree(OutboxState.waiting.rawValue)),
            options: [.init("hint", Tree(Self.pending))])
        return Dictionary(grouping: counts) { [$0.target, ExactText($0.state.rawValue)] }.values
            .compactMap { same in
                same.first.map { first in
                    OutboxDepth(
                        target: first.target, state: first.state,
                        count: same.reduce(0) { $0 + $1.count })
                }
            }
            .sorted { ($0.target, $0.state.rawValue) < ($1.target, $1.state.rawValue) }
    }

    private func depths(
        _ collection: MongoCollection, _ stages: [Tree], target: String, state: Tree,
        options: [Tree.Field] = []
    ) throws(StoreError) -> [OutboxDepth] {
        let group = Tree.field(
            "$group",
            .object([
                .init(
                    "_id",
                    .object([.init("target", Tree(target)), .init("state", state)])),
                .init("count", .field("$sum", .int(1))),
            ]))
        let groups = try client.aggregate(collection, stages + [group], options: options)
        return try groups.all { fields throws(StoreError) in
            try understood { () throws(RecordError) in
                let group = try RecordReader(.object(fields), "count")
                let name = try RecordReader(try group.required("_id"), "_id")
                return OutboxDepth(
                    target: try ExactText(name.string("target")), state: try name.code("state"),
                    count: try group.int("count"))
            }
        }
    }

    func list(_ state: OutboxState, limit: Int) throws(StoreError) -> [OutboxLine] {
        let cursor = try client.find(
            in: .outbox, [.init("state", Tree(state.rawValue))],
            options: [
                .init("sort", .object([.init("due", .int(-1)), .init("_id", .int(1))])),
                .init("limit", Tree(limit)),
            ])
        return try cursor.all { fields throws(StoreError) in
            try understood { () throws(RecordError) in
                let entry = try RecordReader(.object(fields), "outbox entry")
                return OutboxLine(
                    id: try ExactText(entry.string("_id")),
                    target: try ExactText(entry.string("target")), state: state,
                    attempts: try entry.int("attempts"), at: try entry.time("due"),
                    reason: try entry.optionalString("reason") ?? "")
            }
        }
    }

    func replay(_ ids: [ExactText]?, now: Timestamp) throws(StoreError) -> Int {
        let which: Tree.Field =
            ids.map { .init("_id", .within($0.map { Tree($0) })) }
            ?? .init("state", Tree(OutboxState.dead.rawValue))
        return try write { () throws(MongoFailure) in
            try client.update(
                .outbox, [which],
                [
                    .init(
                        "$set",
                        .object([
                            .init("state", Tree(OutboxState.waiting.rawValue)),
                            .init("due", .time(now)), .init("attempts", .int(0)),
                            .init("reason", .string("")),
                        ])),
                    .init("$unset", .field("lease", .string(""))),
                ])
        }
    }

    func purge(sent: Timestamp, dead: Timestamp, notifications: Timestamp) throws(StoreError) {
        try write { () throws(MongoFailure) in
            for (state, before) in [(OutboxState.sent, sent), (.dead, dead)] {
                try client.delete(
                    .outbox,
                    [
                        .init("state", Tree(state.rawValue)),
                        .init("due", .field("$lt", .time(before))),
                    ])
            }
            try client.delete(
                .notifications,
                [.init("read", .bool(true)), .init("at", .field("$lt", .time(notifications)))])
        }
    }

    private func understood<Value>(
        _ read: () throws(RecordError) -> Value
    ) throws(StoreError) -> Value {
        do throws(RecordError) {
            return try read()
        } catch {
            throw .corrupt("\(client.address.label), the outbox: \(error)")
        }
    }
}
