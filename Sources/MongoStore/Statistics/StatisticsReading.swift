// Reads statistics: one document for each day and scope, and for each quarter of an hour and scope.

import Text
import Tickets

extension MongoTicketReader {
    func statistics(
        _ days: ClosedRange<CivilDay>, totalsOnly: Bool
    ) throws(StoreError) -> [StatisticsRow] {
        newest?.awaitWritten()
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
        newest?.awaitWritten()
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
        newest?.awaitWritten()
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
