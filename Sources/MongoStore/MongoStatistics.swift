// Statistics as documents, one for each day and scope, written beside the snapshots.

import Text
package import Tickets

/// Name of a batch that changes the statistics. Its events carry it, and so does each statistics
/// document that has counted it; so uncounted batches can be found after a crash. Later batches
/// have larger names.
typealias BatchName = Identifier<StatisticsChange>

extension BatchName {
    /// - Parameter nanoseconds: wall-clock time, larger than that of the name before.
    static func make(nanoseconds: UInt64) -> BatchName {
        BatchName(high: nanoseconds, low: .random(in: 0 ... .max))
    }
}

/// The counts of one batch until they are written. Adding is not idempotent, and an attempt without
/// an answer may have added; so each document keeps the batch's name.
struct PendingStatistics {
    let name: BatchName
    let change: StatisticsChange

    /// Days first: a batch that is counted by quarter is then counted by day too.
    /// Each collection's mark comes last: what its `batches` name is in all other documents.
    var upserts: [(collection: MongoCollection, upserts: [MongoUpsert])] {
        [
            upserts(
                .statistics, CountedMark.statistics,
                change.cells.map { ($0.key.documentID, $0.value) }),
            upserts(
                .quarters, CountedMark.quarters,
                change.quarters.map { ($0.key.documentID, $0.value) }),
        ]
    }

    private func upserts(
        _ collection: MongoCollection, _ mark: Tree, _ cells: [(id: Tree, counts: [String: Int])]
    ) -> (collection: MongoCollection, upserts: [MongoUpsert]) {
        guard !cells.isEmpty else { return (collection, []) }
        // Without the mark the tickets are not counted, and one batch does not change that.
        var marking = upsert(mark, [])
        marking.createsMissing = false
        return (collection, cells.map { upsert($0.id, [$0.counts.increment]) } + [marking])
    }

    private func upsert(_ id: Tree, _ counts: [Tree.Field]) -> MongoUpsert {
        let filter: [Tree.Field] = [
            .init("_id", id), .init("batches", .field("$ne", Tree(name))),
        ]
        let update: [Tree.Field] =
            counts + [
                .init(
                    "$push",
                    .field(
                        "batches",
                        .object([
                            .init("$each", .array([Tree(name)])),
                            .init("$slice", .int(-Self.namesKept)),
                        ])))
            ]
        return MongoUpsert(
            filter: BSONDocument(filter), document: BSONDocument(update), isReplacement: false)
    }

    /// More than are written again at once: a document must still know the first of these when all
    /// later ones have been added to it.
    static let namesKept: Int64 = 16
}

extension MongoClient {
    /// Most cells of a bulk are new, and an insert costs the server a fraction of an upsert.
    fileprivate func add(
        _ cells: [(id: Tree, counts: [String: Int])], to collection: MongoCollection
    ) throws(MongoFailure) {
        let stored = try insertMissing(
            cells.map { id, counts in
                BSONDocument([.init("_id", id), .init("counts", counts.tree)])
            }, into: collection)
        let increments = stored.map { position in
            MongoUpsert(
                filter: BSONDocument([.init("_id", cells[position].id)]),
                document: BSONDocument([cells[position].counts.increment]), isReplacement: false)
        }
        try upsert(increments, into: collection)
    }
}

/// Documents before all days that say: the tickets are counted, up to the newest of `batches`.
enum CountedMark {
    static let statistics = Tree.object([
        .init("day", .int(-1)), .init("scope", .string("counted")),
    ])
    static let quarters = Tree.object([
        .init("kind", .int(-1)), .init("quarter", .int(-1)), .init("scope", .string("counted")),
    ])
    static let all: [(collection: MongoCollection, id: Tree)] = [
        (.statistics, statistics), (.quarters, quarters),
    ]
}

extension [String: Int] {
    fileprivate var tree: Tree { .object(map { .init(ExactText($0.key), Tree($0.value)) }) }

    fileprivate var increment: Tree.Field {
        .init("$inc", .object(map { .init("counts.\($0.key)", Tree($0.value)) }))
    }
}

extension QuarterCell {
    /// `kind` first: it keeps the few documents of the scope `all` together.
    var documentID: Tree {
        .object([
            .init("kind", Tree(QuarterKind(scope).rawValue)),
            .init("quarter", Tree(quarter.number)), .init("scope", Tree(scope.code)),
        ])
    }
}

extension StatisticsCell {
    var documentID: Tree {
        .object([.init("day", Tree(day.number)), .init("scope", Tree(scope.code))])
    }
}

extension MongoTicketStore {
    /// A document that has the batch's name already is not matched, and its insert fails on the
    /// `_id`: a duplicate key that means "already counted".
    func writePendingStatistics() throws(MongoFailure) {
        for (collection, upserts) in pending.statistics.flatMap(\.upserts) where !upserts.isEmpty {
            do throws(MongoFailure) {
                try client.upsert(upserts, into: collection, unconfirmed: true)
            } catch {
                guard error.isDuplicateKey else { throw error }
            }
        }
    }
}

extension MongoTicketReader {
    func statistics(
        _ days: ClosedRange<CivilDay>, totalsOnly: Bool
    ) throws(StoreError) -> [StatisticsRow] {
        func end(_ day: CivilDay, _ scope: Tree?) -> Tree {
            .object([.init("day", Tree(day.number))] + (scope.map { [.init("scope", $0)] } ?? []))
        }
        // Subdocuments under `_id` compare field by field, so its index sorts by day.
        var filter: [Tree.Field] = [
            .init(
                "_id",
                .object([
                    .init("$gte", end(days.lowerBound, .string(""))),
                    .init("$lt", end(days.upperBound.advanced(by: 1), .string(""))),
                ]))
        ]
        if totalsOnly {
            filter.append(.init("_id.scope", Tree(StatisticsScope.all.code)))
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

    func visitQuarters(
        _ quarters: Range<StatisticsQuarter>, _ kind: QuarterKind,
        _ visit: (QuarterRow) throws(StoreError) -> Void
    ) throws(StoreError) {
        func end(_ quarter: StatisticsQuarter) -> Tree {
            .object([
                .init("kind", Tree(kind.rawValue)), .init("quarter", Tree(quarter.number)),
                .init("scope", .string("")),
            ])
        }
        let range = Tree.object([
            .init("$gte", end(quarters.lowerBound)), .init("$lt", end(quarters.upperBound)),
        ])
        let found = try client.find(
            in: .quarters, [.init("_id", range)],
            options: [.init("projection", .field("batches", .int(0)))])
        while let fields = try found.next() {
            let row = try log.read { () throws(RecordError) in try QuarterRow(document: fields) }
            if let row { try visit(row) }
        }
    }

    func strayStatistics() throws(StoreError) -> Int {
        try client.strayStatistics()
    }

    func openTickets(
        createdUpTo moments: [Timestamp]
    ) throws(StoreError) -> [OpenTicketGroup] {
        let active = Status.allCases.filter(\.isActive).map { Tree($0.rawValue) }
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
                                .init("age", Self.age(moments)),
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
                    assignedTo: try key.optionalString("assignedTo").map { ExactText($0) },
                    age: try key.int("age"),
                    count: try group.int("count"))
            }
        }
    }

    /// An expression: how many of the moments a ticket was there at.
    private static func age(_ moments: [Timestamp]) -> Tree {
        // Comparisons in sequence, the oldest moment first: half the time of adding all up.
        let ages = moments.sorted().enumerated().map { newer, moment in
            let isAsOld = Tree.field(
                "$lte", .array([.string("$order.createdAt"), .int(moment.milliseconds)]))
            return Tree.object([
                .init("case", isAsOld), .init("then", Tree(moments.count - newer)),
            ])
        }
        guard !ages.isEmpty else { return .int(0) }
        return .field(
            "$switch", .object([.init("branches", .array(ages)), .init("default", .int(0))]))
    }
}

extension MongoClient {
    /// Whether the tickets are counted: else a hub counts them anew when it starts. Those of a
    /// database from a version without statistics, or without quarters of hours, are not, nor those
    /// of a bulk that did not end.
    func areCounted() throws(StoreError) -> Bool {
        for (collection, id) in CountedMark.all {
            guard try find(in: collection, [.init("_id", id)]).next() != nil else { return false }
        }
        return true
    }

    /// Documents but the marks whose place is none.
    fileprivate func strayStatistics() throws(StoreError) -> Int {
        let (days, quarters) = (CivilDay.ever, StatisticsQuarter.ever)
        let isScope = (["all$"] + StatisticsScope.prefixes).joined(separator: "|")
        func isOutside(_ name: ExactText, _ condition: Tree) -> Tree {
            .field(name, .field("$not", condition))
        }
        let ofNoScope = isOutside("_id.scope", .field("$regex", .string("^(\(isScope))")))
        let strange: [MongoCollection: [Tree]] = [
            .statistics: [
                isOutside("_id.day", .field("$gte", Tree(days.lowerBound.number))),
                isOutside("_id.day", .field("$lte", Tree(days.upperBound.number))),
            ],
            .quarters: [
                isOutside("_id.quarter", .field("$gte", Tree(quarters.lowerBound.number))),
                isOutside("_id.quarter", .field("$lt", Tree(quarters.upperBound.number))),
                .field("_id.kind", .field("$nin", .array([.int(0), .int(1)]))),
            ],
        ]
        var count = 0
        for (collection, mark) in CountedMark.all {
            let found = try find(
                in: collection,
                [
                    .init("_id", .field("$ne", mark)),
                    .init("$or", .array([ofNoScope] + (strange[collection] ?? []))),
                ], options: [.init("projection", .field("_id", .int(1)))])
            while try found.next() != nil { count += 1 }
        }
        return count
    }
}

extension StatisticsRow {
    /// nil: a scope that a newer program added.
    fileprivate init?(document: [Tree.Field]) throws(RecordError) {
        let fields = try RecordReader(.object(document), "statistics")
        let id = try RecordReader(try fields.required("_id"), "_id")
        guard let scope = StatisticsScope(code: try id.text("scope")) else { return nil }
        self.init(
            cell: StatisticsCell(
                day: CivilDay(number: try id.int("day")), scope: scope),
            counts: try fields.counts())
    }
}

extension QuarterRow {
    fileprivate init?(document: [Tree.Field]) throws(RecordError) {
        let fields = try RecordReader(.object(document), "quarters")
        let id = try RecordReader(try fields.required("_id"), "_id")
        guard let scope = StatisticsScope(code: try id.text("scope")) else { return nil }
        self.init(
            cell: QuarterCell(
                quarter: StatisticsQuarter(number: try id.int("quarter")), scope: scope),
            counts: try fields.counts())
    }
}

extension RecordReader {
    fileprivate func counts() throws(RecordError) -> [String: Int] {
        guard case .object(let counters)? = optional("counts") else { return [:] }
        let reader = try RecordReader(.object(counters), "counts")
        var counts: [String: Int] = [:]
        for counter in counters { counts[counter.name.string] = try reader.int(counter.name) }
        return counts
    }
}

extension MongoStoreOpener {
    /// The marks are removed first and written last: after a crash in between, the next start
    /// counts again.
    package func recountStatistics() throws(StoreError) {
        let client = try openClient().withoutTimeLimit()
        let reader = try openReader()
        try unmark(client)
        try unlessFailed(client) { () throws(MongoFailure) in
            for (collection, _) in CountedMark.all { try client.delete(collection, []) }
        }
        try reader.countStatistics { change throws(StoreError) in try add(change, client) }
        let newest = try UncountedBatches(log: MongoLog(client: client)).newestName()
        if let newest {
            try unlessFailed(client) { () throws(MongoFailure) in
                try markCounted(newest, client)
            }
        }
        try mark(client, upTo: newest)
    }

    /// The tickets may not be counted.
    func unmark(_ client: MongoClient) throws(StoreError) {
        try unlessFailed(client) { () throws(MongoFailure) in
            for (collection, id) in CountedMark.all {
                try client.delete(collection, [.init("_id", id)])
            }
        }
    }

    /// The tickets are counted.
    func mark(_ client: MongoClient, upTo batch: BatchName? = nil) throws(StoreError) {
        let batches = batch.map { [Tree.Field("batches", .array([Tree($0)]))] } ?? []
        try unlessFailed(client) { () throws(MongoFailure) in
            for (collection, id) in CountedMark.all {
                let filter = [Tree.Field("_id", id)]
                try client.upsert(
                    [
                        MongoUpsert(
                            filter: BSONDocument(filter), document: BSONDocument(filter + batches),
                            isReplacement: true)
                    ], into: collection)
            }
        }
    }

    /// Says in each document that the batch is counted there: else the next start would take the
    /// newest batches for uncounted.
    private func markCounted(
        _ batch: BatchName, _ client: MongoClient
    ) throws(MongoFailure) {
        for (collection, _) in CountedMark.all {
            try client.run([
                .init("update", Tree(collection.rawValue)),
                .init(
                    "updates",
                    .array([
                        .object([
                            .init("q", .object([])),
                            .init("u", .field("$set", .field("batches", .array([Tree(batch)])))),
                            .init("multi", .bool(true)),
                        ])
                    ])),
            ])
        }
    }

    private func unlessFailed(
        _ client: MongoClient, _ body: () throws(MongoFailure) -> Void
    ) throws(StoreError) {
        do throws(MongoFailure) {
            try body()
        } catch {
            throw error.unavailable(client.address)
        }
    }

    /// Not to be repeated: adding twice counts twice.
    func add(_ change: StatisticsChange, _ client: MongoClient) throws(StoreError) {
        let days = change.cells.map { ($0.key.documentID, $0.value) }
        let quarters = change.quarters.map { ($0.key.documentID, $0.value) }
        try unlessFailed(client) { () throws(MongoFailure) in
            for (collection, cells) in [(MongoCollection.statistics, days), (.quarters, quarters)] {
                for start in stride(from: 0, to: cells.count, by: Self.cellsPerWrite) {
                    let chunk = cells[start..<min(start + Self.cellsPerWrite, cells.count)]
                    try client.add(Array(chunk), to: collection)
                }
            }
        }
    }

    private static let cellsPerWrite = 1000
}
