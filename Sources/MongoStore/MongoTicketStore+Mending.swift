// Repairs snapshots that lag behind their logs: after a crash between events and snapshots, after a
// failover that lost snapshots, or after a write of unknown outcome.

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

    /// Writes the snapshots of events that lack them. A ticket that cannot be read now stays
    /// doubtful.
    func mendDoubtful(_ ids: Set<TicketID>) {
        var mended = false
        for id in doubtful.intersection(ids) {
            do throws(StoreError) {
                if let snapshot = try log.snapshot(of: id) {
                    owed.add(snapshot, try log.words(of: snapshot))
                    mended = true
                }
                doubtful.remove(id)
            } catch {
                continue
            }
        }
        guard mended else { return }
        if doubtful.isEmpty, let found = try? UncountedBatches(log: log).found(doubtfulBatches) {
            owed.add(found)
            doubtfulBatches.removeAll()
        }
        // If this fails, it is still owed.
        try? writeOwed()
    }

    /// Repairs snapshots that a crash left without their last events, and counts what it left
    /// uncounted.
    func mendRecentSnapshots() throws(StoreError) {
        for id in try Self.laggingTickets(log) {
            if let snapshot = try log.snapshot(of: id) {
                owed.add(snapshot, try log.words(of: snapshot))
            }
        }
        owed.add(try UncountedBatches(log: log).afterCrash())
        do throws(MongoFailure) {
            try writeOwed()
        } catch {
            throw error.unavailable(client.address)
        }
    }

    /// Tickets whose snapshots are behind their newest events.
    static func laggingTickets(_ log: MongoLog) throws(StoreError) -> [TicketID] {
        try log.client.aggregate(.events, laggingStages).all { fields -> TicketID? in
            // An event that names no ticket is left to `guichet check`.
            try? RecordReader(.object(fields), "event").id("_id")
        }.compactMap { $0 }
    }

    /// The newest events by `_id`: a crash can interrupt the last batch only.
    private static let laggingStages: [Record] = [
        stage("$sort", [.init("_id", .int(-1))]), .object([.init("$limit", .int(2000))]),
        stage(
            "$group",
            [
                .init("_id", .string("$ticket")),
                .init("seq", .object([.init("$max", .string("$seq"))])),
            ]),
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

    private static func stage(_ name: String, _ fields: [Record.Field]) -> Record {
        .object([.init(name, .object(fields))])
    }
}
