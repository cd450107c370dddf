// Snapshots that fell behind their logs: a crash came between events and snapshots, a server lost snapshots that
// it had not made durable, or nobody knows what became of a write.

internal import Tickets

extension MongoTicketStore {
    /// After a write of unknown outcome: from here on, readers see all of it that will last. Until
    /// a majority has it they see nothing, which would look like a write that never was.
    func awaitDoubtful() throws(StoreError) {
        do throws(MongoFailure) {
            try client.awaitMajority()
        } catch {
            throw error.unavailable(client.address)
        }
    }

    /// What is left of events without snapshots gets them. A ticket that cannot be read now stays
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
        // What fails here is still owed.
        try? writeOwed()
    }

    /// Snapshots of tickets whose last events a crash cut off from them, and what it left uncounted.
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
        try log.client.aggregate(.events, laggingStages).all { fields throws(StoreError) in
            try log.read { () throws(RecordError) in
                try RecordReader(.object(fields), "event").id("_id")
            }
        }
    }

    /// Of the newest events by their `_id`: a hub that stopped cut off its last batch only.
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
