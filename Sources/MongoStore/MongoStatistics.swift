// The statistics' counts: a document for each day and scope, written beside the heads.

package import Tickets

/// Names a batch that counts for something. Its events carry it, and each document of the statistics
/// that has counted it, so that what a crash left uncounted can be told. Later batches have larger
/// names.
typealias BatchName = Identifier<StatisticsChange>

extension BatchName {
    /// - Parameter nanoseconds: of the wall clock; larger than those of the name before.
    static func make(nanoseconds: UInt64) -> BatchName {
        BatchName(high: nanoseconds, low: .random(in: 0 ... .max))
    }
}

/// What one batch adds, until it is written. Adding twice is not adding once, and an attempt whose
/// answer was lost may have added: the name of the batch stays with each document that has it.
struct OwedStatistics {
    let name: BatchName
    let change: StatisticsChange

    var upserts: [MongoUpsert] {
        change.cells.map { cell, counts in
            let filter: [Record.Field] = [
                .init("_id", cell.documentID), .init("batches", .field("$ne", Record(name))),
            ]
            let update: [Record.Field] = [
                .init(
                    "$inc",
                    .object(counts.map { .init("counts.\($0.key)", Record($0.value)) })),
                .init(
                    "$push",
                    .field(
                        "batches",
                        .object([
                            .init("$each", .array([Record(name)])),
                            .init("$slice", .int(-Self.namesKept)),
                        ]))),
            ]
            return MongoUpsert(
                filter: BSONDocument(filter), document: BSONDocument(update),
                isReplacement: false)
        }
    }

    /// As many batches may be owed at once, and are looked at after a crash.
    static let namesKept: Int64 = 16
}

extension StatisticsCell {
    var documentID: Record {
        .object([.init("day", Record(day.number)), .init("scope", .string(scope.code))])
    }
}

extension MongoTicketStore {
    /// A document that has the batch's name already is not found, and inserting it again fails on its
    /// `_id`: a duplicate key that means "already counted".
    func writeOwedStatistics() throws(MongoFailure) {
        for batch in owed.statistics {
            do throws(MongoFailure) {
                try client.upsert(batch.upserts, into: .statistics)
            } catch {
                guard error.isDuplicateKey else { throw error }
            }
        }
    }
}

extension MongoTicketReader {
    func statistics(
        _ days: ClosedRange<StatisticsDay>, totalsOnly: Bool
    ) throws(StoreError) -> [StatisticsRow] {
        func end(_ day: StatisticsDay, _ scope: Record?) -> Record {
            .object([.init("day", Record(day.number))] + (scope.map { [.init("scope", $0)] } ?? []))
        }
        // Documents under `_id` compare field by field, so the index on it is one by day.
        var filter: [Record.Field] = [
            .init(
                "_id",
                .object([
                    .init("$gte", end(days.lowerBound, .string(""))),
                    .init("$lt", end(days.upperBound.advanced(by: 1), .string(""))),
                ]))
        ]
        if totalsOnly {
            filter.append(.init("_id.scope", .string(StatisticsScope.all.code)))
        }
        let found = try client.find(
            in: .statistics, filter,
            options: [.init("projection", .field("batches", .int(0)))])
        var rows: [StatisticsRow] = []
        while let fields = try found.next() {
            let row = try log.read { () throws(RecordError) in try StatisticsRow(document: fields) }
            if let row { rows.append(row) }
        }
        return rows
    }

    func openTickets(
        createdUpTo moments: [Timestamp]
    ) throws(StoreError) -> [OpenTicketGroup] {
        let active = Status.allCases.filter(\.isActive).map { Record.string($0.rawValue) }
        // One comparison after the other, the oldest moment first: half the time of adding all up.
        let ages = moments.sorted().enumerated().map { newer, moment in
            let isAsOld = Record.field(
                "$lte", .array([.string("$order.createdAt"), .int(moment.milliseconds)]))
            return Record.object([
                .init("case", isAsOld), .init("then", Record(moments.count - newer)),
            ])
        }
        let age: Record =
            ages.isEmpty
            ? .int(0)
            : .field(
                "$switch", .object([.init("branches", .array(ages)), .init("default", .int(0))]))
        let groups = try client.aggregate(
            .tickets,
            [
                .field("$match", .field("status", .within(active))),
                .field(
                    "$group",
                    .object([
                        .init(
                            "_id",
                            .object([
                                .init("priority", .string("$priority")),
                                .init("assignedTo", .string("$assignedTo.id")),
                                .init("age", age),
                            ])),
                        .init("count", .field("$sum", .int(1))),
                    ])),
            ], options: [.init("maxTimeMS", .int(5000))])
        return try groups.all { fields throws(StoreError) in
            try log.read { () throws(RecordError) in
                let group = try RecordReader(.object(fields), "group")
                let key = try RecordReader(try group.required("_id"), "_id")
                return OpenTicketGroup(
                    priority: try key.code("priority"),
                    assignedTo: try key.optionalString("assignedTo"), age: try key.int("age"),
                    count: try group.int("count"))
            }
        }
    }
}

extension StatisticsRow {
    /// nil: of a scope that a newer program added.
    fileprivate init?(document: [Record.Field]) throws(RecordError) {
        let fields = try RecordReader(.object(document), "statistics")
        let id = try RecordReader(try fields.required("_id"), "_id")
        guard let scope = StatisticsScope(code: try id.string("scope")) else { return nil }
        var counts: [String: Int] = [:]
        if case .object(let counters)? = fields.optional("counts") {
            let reader = try RecordReader(.object(counters), "counts")
            for counter in counters { counts[counter.name] = try reader.int(counter.name) }
        }
        self.init(
            cell: StatisticsCell(
                day: StatisticsDay(number: try id.int("day")), scope: scope),
            counts: counts)
    }

    fileprivate var replacement: MongoUpsert {
        let id = Record.Field("_id", cell.documentID)
        let counts = Record.object(
            self.counts.sorted { $0.key < $1.key }.map { .init($0.key, Record($0.value)) })
        return MongoUpsert(
            filter: BSONDocument([id]), document: BSONDocument([id, .init("counts", counts)]),
            isReplacement: true)
    }
}

extension MongoStoreOpener {
    /// Stands before all days once the tickets from before there were statistics are counted.
    private static let mark = Record.object([
        .init("day", .int(-1)), .init("scope", .string("counted")),
    ])

    /// A database from before there were statistics has its tickets counted, once.
    func countStatistics(_ client: MongoClient) throws(StoreError) {
        let marks = try client.find(in: .statistics, [.init("_id", Self.mark)])
        guard try marks.next() == nil else { return }
        try replaceStatistics(with: try openReader().countedStatistics(), client)
    }

    package func repair(_ statistics: StatisticsChange) throws(StoreError) {
        try replaceStatistics(with: statistics, try openClient())
    }

    private func replaceStatistics(
        with change: StatisticsChange, _ client: MongoClient
    ) throws(StoreError) {
        do throws(MongoFailure) {
            let all = Record.object([.init("q", .object([])), .init("limit", .int(0))])
            try client.run([
                .init("delete", .string(MongoCollection.statistics.rawValue)),
                .init("deletes", .array([all])),
            ])
            var rest = change.cells[...]
            while !rest.isEmpty {
                let chunk = rest.prefix(Self.cellsPerWrite)
                rest = rest.dropFirst(chunk.count)
                try client.upsert(
                    chunk.map { StatisticsRow(cell: $0.key, counts: $0.value).replacement },
                    into: .statistics)
            }
            let mark = BSONDocument([.init("_id", Self.mark)])
            try client.upsert(
                [MongoUpsert(filter: mark, document: mark, isReplacement: true)],
                into: .statistics)
        } catch {
            throw error.unavailable(client.address)
        }
    }

    private static let cellsPerWrite = 1000
}
