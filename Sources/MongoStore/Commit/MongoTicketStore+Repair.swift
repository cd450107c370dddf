// Repairs snapshots that lag behind their logs: after a crash between events and snapshots, after a
// failover that lost snapshots, or after a write of unknown outcome.

import Text
internal import Tickets

extension MongoTicketStore {
    /// After a write of unknown outcome: waits until readers see all of it that will last. Before a
    /// majority has it they see nothing of it, as if it had failed.
    func awaitDoubtful() throws(StoreError) {
        do throws(MongoFailure) {
            try client.awaitMajority()
        } catch {
            throw error.unavailable(client.address)
        }
    }

    /// Writes the snapshots of events that lack them, and attaches their files. A ticket that
    /// cannot be read now stays doubtful.
    func repairDoubtful(_ ids: Set<TicketID>) {
        for id in doubtful.intersection(ids) {
            do throws(StoreError) {
                if let snapshot = try log.snapshot(of: id) {
                    let words = try log.words(of: snapshot)
                    writer.exclusively { $0.pending.add(snapshot, words) }
                }
                doubtful.remove(id)
            } catch {
                // A damaged log is left to `guichet check`: waiting does not repair it.
                if case .corrupt = error { doubtful.remove(id) }
            }
        }
        if doubtful.isEmpty {
            attachDoubtfulFiles()
            countDoubtfulBatches()
        }
        // If this fails, it is still pending.
        writer.exclusively { try? $0.writePending() }
    }

    /// If this fails, they stay doubtful.
    private func countDoubtfulBatches() {
        guard !doubtfulBatches.isEmpty,
            let found = try? UncountedBatches(log: log).found(doubtfulBatches)
        else { return }
        writer.exclusively { $0.pending.add(found) }
        doubtfulBatches.removeAll()
    }

    /// Files of events that are not stored stay free. If this fails, they stay doubtful.
    private func attachDoubtfulFiles() {
        guard !doubtfulFiles.isEmpty else { return }
        let files = MongoFiles(client)
        guard let claims = try? files.claims(of: Array(doubtfulFiles)),
            (try? files.take(claims)) != nil
        else { return }
        doubtfulFiles.removeAll()
    }

    /// Repairs snapshots that a crash left without their last events, attaches the files of those
    /// events, and counts what it left uncounted.
    func repairRecentSnapshots() throws(StoreError) {
        for id in try Self.laggingTickets(log) {
            if let snapshot = try log.snapshot(of: id) {
                let words = try log.words(of: snapshot)
                writer.exclusively { $0.pending.add(snapshot, words) }
            }
        }
        let uncounted = try UncountedBatches(log: log).afterCrash()
        let files = MongoFiles(client)
        let claims = try files.claims(of: try files.newestUnattached(limit: 1000).map(\.id))
        do throws(MongoFailure) {
            try files.take(claims)
        } catch {
            throw error.unavailable(client.address)
        }
        writer.exclusively { $0.pending.add(uncounted) }
        // What is counted from the logs after this must not be added again.
        try writeLastingly()
    }

    /// Repairs all snapshots, after a bulk that did not end: its lanes write many events at once,
    /// and the newest ones may be those of a hub that was at work before.
    func repairAllSnapshots() throws(StoreError) {
        for id in try Self.tickets(
            lagging: Self.allLogs, MongoLog(client: client.withoutTimeLimit()))
        {
            guard let snapshot = try log.snapshot(of: id) else { continue }
            let words = try log.words(of: snapshot)
            writer.exclusively { $0.pending.add(snapshot, words) }
        }
        try writeLastingly()
    }

    /// Tickets whose snapshots are behind their newest events.
    static func laggingTickets(_ log: MongoLog) throws(StoreError) -> [TicketID] {
        try tickets(lagging: newestEvents, log)
    }

    private static func tickets(
        lagging stages: [Tree], _ log: MongoLog
    ) throws(StoreError) -> [TicketID] {
        try log.client.aggregate(.events, stages + laggingStages).all { fields -> TicketID? in
            // An event that names no ticket is left to `guichet check`.
            try? RecordReader(.object(fields), "event").id("_id")
        }.compactMap { $0 }
    }

    /// The newest events by `_id`: a crash of a hub can interrupt the last batch only.
    private static let newestEvents: [Tree] = [
        stage("$sort", [.init("_id", .int(-1))]), .object([.init("$limit", .int(2000))]),
        stage(
            "$group",
            [
                .init("_id", .string("$ticket")),
                .init("seq", .object([.init("$max", .string("$seq"))])),
            ]),
    ]

    /// The end of each log: the server reads one key for each ticket.
    private static let allLogs: [Tree] = [
        stage("$sort", [.init("ticket", .int(-1)), .init("seq", .int(-1))]),
        stage(
            "$group",
            [
                .init("_id", .string("$ticket")),
                .init("seq", .object([.init("$first", .string("$seq"))])),
            ]),
    ]

    private static let laggingStages: [Tree] = [
        stage(
            "$lookup",
            [
                .init("from", .string("tickets")), .init("localField", .string("_id")),
                .init("foreignField", .string("_id")), .init("as", .string("head")),
            ]),
        stage(
            "$set",
            [.init("headSeq", .object([.init("$max", .string("$head.activity.seq"))]))]),
        stage(
            "$match",
            [
                .init(
                    "$expr",
                    .object([.init("$lt", .array([.string("$headSeq"), .string("$seq")]))]))
            ]),
        stage("$project", [.init("_id", .int(1))]),
    ]

    private static func stage(_ name: ExactText, _ fields: [Tree.Field]) -> Tree {
        .object([.init(name, .object(fields))])
    }
}
