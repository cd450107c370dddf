// Write side of the store: its queries. Commits are in MongoTicketStore+Commit.swift.

import Text
internal import Tickets

final class MongoTicketStore: TicketStore {
    let client: MongoClient
    let log: MongoLog
    /// Writes what follows from durable events.
    let writer: DerivedWriter
    /// Tickets whose last write has an unknown outcome, so that their snapshots may lag.
    var doubtful: Set<TicketID> = []
    /// Files whose entries may not say yet which event attaches them.
    var doubtfulFiles: Set<FileID> = []
    /// Batch names of those writes.
    var doubtfulBatches: [BatchName] = []
    /// Tests choose ids.
    var makeEventID: (TicketEvent) -> EventDocumentID = { _ in
        .make(nanoseconds: wallClockNanoseconds())
    }
    /// Nanoseconds in the name of the newest batch.
    var lastBatch: UInt64 = 0

    /// For a bulk, beside the store that has prepared the database.
    init(bulkOf address: MongoAddress) throws(StoreError) {
        client = try MongoClient(address)
        log = MongoLog(client: client)
        writer = try DerivedWriter(address, isBulk: true)
    }

    /// Connects, creates the indexes and repairs what a crash has left.
    init(
        _ address: MongoAddress, progress: (StoreProgress) -> Void = { _ in }
    ) throws(StoreError) {
        client = try MongoClient(address)
        log = MongoLog(client: client)
        writer = try DerivedWriter(address)
        try MongoSchema.create(in: client.withoutTimeLimit(), progress)
        try repairRecentSnapshots()
        _ = try MongoRedaction(log: log).complete()
    }

    deinit { writer.stop() }

    var isRemote: Bool { true }

    /// Also repairs a lagging snapshot in the database, with all that follows from it.
    func snapshot(of id: TicketID) throws(StoreError) -> Ticket? {
        let (snapshot, isRepaired) = try log.repairedSnapshot(of: id)
        // A snapshot that is about to be written lags, too.
        if isRepaired, writer.queue.isIdle, let snapshot {
            let words = try log.words(of: snapshot)
            writer.exclusively { writes in
                writes.pending.add(snapshot, words)
                // If this fails, it is still pending.
                try? writes.writePending()
            }
        }
        return snapshot
    }

    func ticketID(number: Int) throws(StoreError) -> TicketID? { try log.ticketID(number: number) }

    func highestNumber() throws(StoreError) -> Int {
        // The bound on the number makes the server use the partial index, which has `seq` 1 only.
        let cursor = try client.find(
            in: .events,
            [
                .init("seq", .int(1)), .init("head.number", .object([.init("$gt", .int(0))])),
            ],
            options: [
                .init("sort", .object([.init("head.number", .int(-1))])),
                .init("limit", .int(1)),
                .init("projection", .object([.init("head.number", .int(1))])),
            ])
        guard let fields = try cursor.next() else { return 0 }
        return try log.read { () throws(RecordError) in
            let event = try RecordReader(.object(fields), "event")
            return try RecordReader(try event.required("head"), "head").int("number")
        }
    }

    func events(for keys: [CommandKey]) throws(StoreError) -> [CommandKey: TicketEvent] {
        var found: [CommandKey: TicketEvent] = [:]
        var rest = keys[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(Self.keysPerQuery)
            rest = rest.dropFirst(chunk.count)
            let cursor = try client.find(
                in: .events, [.init("$or", .array(chunk.map(\.condition)))],
                options: [.init("projection", .object([.init("_id", .int(0))]))])
            while let fields = try cursor.next() {
                let event = try log.readEvent(fields)
                if let key = event.commandKey { found[key] = event }
            }
        }
        return found
    }

    func events(
        of id: TicketID, after seq: Int, limit: Int
    ) throws(StoreError) -> [TicketEvent] {
        guard limit > 0 else { return [] }
        let isDoubtful = doubtful.contains(id)
        if isDoubtful { try awaitDoubtful() }
        let cursor = try log.events(of: id, where: [.init("$gt", Tree(seq))], limit: limit)
        let events = try cursor.all { fields throws(StoreError) in try log.readEvent(fields) }
        // After a write of unknown outcome the journal calls this to learn the result.
        if isDoubtful { repairDoubtful([id]) }
        return events
    }

    func alarms() throws(StoreError) -> [(ticket: TicketID, at: Timestamp)] {
        try alarms(
            [.init("$gte", .time(Timestamp(milliseconds: 0)))], [], try client.withoutTimeLimit())
    }

    func alarms(
        dueBy moment: Timestamp, limit: Int
    ) throws(StoreError) -> [(ticket: TicketID, at: Timestamp)] {
        guard limit > 0 else { return [] }
        return try alarms(
            [.init("$lte", .time(moment))], [.init("limit", Tree(limit))], client)
    }

    /// A plain comparison: the server answers it from the index. With `$exists` beside it, it would
    /// fetch every ticket.
    private func alarms(
        _ condition: [Tree.Field], _ options: [Tree.Field], _ client: MongoClient
    ) throws(StoreError) -> [(ticket: TicketID, at: Timestamp)] {
        let cursor = try client.find(
            in: .tickets, [.init("alarmAt", .object(condition))],
            options: Self.alarmOptions + options)
        return try cursor.all { fields throws(StoreError) in
            try log.read { () throws(RecordError) in
                let ticket = try RecordReader(.object(fields), "ticket")
                return (ticket: try ticket.id("_id"), at: try ticket.time("alarmAt"))
            }
        }
    }

    func people() throws(StoreError) -> [Person] { try log.people([]) }

    func files(_ ids: [FileID]) throws(StoreError) -> [FileID: StoredFile] {
        try MongoFiles(client).files(ids)
    }

    func file(of owner: ExactText, key: ExactText) throws(StoreError) -> StoredFile? {
        try MongoFiles(client).file(of: owner, key: key)
    }

    func ticketCounts() throws(StoreError) -> GroupedTicketCounts {
        _ = writer.queue.awaitWritten(milliseconds: NewestDerivedQueue.usualMs)
        let names = ["status", "priority", "category", "project", "slaFilter"]
        let key = Tree.object(
            names.map { .init($0, .string("$\($0)")) }
                + [.init("assignedTo", .string("$assignedTo.id"))])
        let cursor = try client.withoutTimeLimit().aggregate(
            .tickets,
            [
                .field(
                    "$group",
                    .object([.init("_id", key), .init("count", .field("$sum", .int(1)))]))
            ])
        var counts = GroupedTicketCounts()
        while let fields = try cursor.next() {
            try log.read { () throws(RecordError) in
                let row = try RecordReader(.object(fields), "count")
                let group = try RecordReader(try row.required("_id"), "group")
                counts.add(
                    TicketGroup(
                        status: try group.code("status"), priority: try group.code("priority"),
                        category: try group.code("category"),
                        project: try ExactText(group.string("project")),
                        assignedTo: try group.optionalString("assignedTo").map { ExactText($0) },
                        sla: try group.code("slaFilter")),
                    count: try row.int("count"))
            }
        }
        return counts
    }

    private static let keysPerQuery = 100
    /// All requested fields are in the index.
    static let alarmOptions: [Tree.Field] = [
        .init("sort", .object([.init("alarmAt", .int(1)), .init("_id", .int(1))])),
        .init("projection", .object([.init("alarmAt", .int(1))])),
    ]
}

extension CommandKey {
    /// Each alternative repeats the condition of the partial index for its scope, so each uses it.
    fileprivate var condition: Tree {
        let scope: [Tree.Field] =
            if let ticket {
                [
                    .init("ticket", Tree(ticket)),
                    .init("seq", .object([.init("$gt", .int(1))])),
                ]
            } else {
                [.init("seq", .int(1))]
            }
        return .object(
            scope + [.init("by.id", Tree(author)), .init("key", Tree(key))])
    }
}
