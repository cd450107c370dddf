// Counts all tickets again, and marks them as counted.

import Text
package import Tickets

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

extension MongoClient {
    /// Whether the tickets are counted: else a hub counts them again when it starts. Those of a
    /// database from a version without statistics, or without quarters of hours, are not, nor those
    /// of a bulk that did not end.
    func areCounted() throws(StoreError) -> Bool {
        for (collection, id) in CountedMark.all {
            guard try find(in: collection, [.init("_id", id)]).next() != nil else { return false }
        }
        return true
    }

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
