// The counts of one batch, until they are written beside the snapshots.

import Text
import Tickets

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
    static let namesKept: Int64 = 32
}

extension [String: Int] {
    var tree: Tree { .object(map { .init(ExactText($0.key), Tree($0.value)) }) }

    var increment: Tree.Field {
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
