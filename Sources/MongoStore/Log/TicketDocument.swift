// Snapshots, people and marks as documents of their collections.

import Text
internal import Tickets

extension Ticket {
    /// The snapshot's record under `_id`, with the fields that lists filter and sort by.
    var documentFields: [Tree.Field] {
        var fields: [Tree.Field] = []
        if case .object(let record) = record {
            fields = record.map { $0.name == "id" ? .init("_id", $0.value) : $0 }
        }
        fields += [
            .init("ref", Tree(ref)), .init("slaFilter", Tree(slaFilter.rawValue)),
            .init("order", order),
        ]
        if let alarm = sla.nextAlarm { fields.append(.init("alarmAt", .time(alarm))) }
        return fields
    }

    /// Fields that `documentFields` adds to the record; readers do not fetch them.
    static let derivedFields: [ExactText] = ["ref", "searchText", "slaFilter", "order", "alarmAt"]

    var document: BSONDocument { BSONDocument(documentFields) }

    /// Replaces any stored snapshot.
    var replacement: MongoUpsert {
        MongoUpsert(
            filter: BSONDocument([.init("_id", Tree(id))]), document: document, isReplacement: true)
    }

    /// Replaces an older snapshot only. If a newer one is stored, the filter finds nothing and the
    /// insert fails on the `_id`: a duplicate key that means "already newer".
    var replacementOfOlder: MongoUpsert {
        MongoUpsert(
            filter: BSONDocument([
                .init("_id", Tree(id)),
                .init("activity.seq", .object([.init("$lte", Tree(seq))])),
            ]),
            document: BSONDocument(documentFields), isReplacement: true)
    }

    private var order: Tree {
        .object(
            TicketOrderField.allCases.map {
                .init($0.rawValue, .int(sortValue($0.key, for: $0.audience)))
            })
    }

    init(document: [Tree.Field]) throws(RecordError) {
        try self.init(record: .object(Tree.Field.renamed(document)))
    }
}

/// The integers under `order`, which lists sort by.
enum TicketOrderField: String, CaseIterable {
    case overdueRank, nextDueAt, deadlineAt, priorityRank, createdAt, updatedAt, publicUpdatedAt
    case waitingSince

    init(_ key: TicketSort.Key, for audience: Audience) {
        self =
            switch key {
            case .overdueRank: .overdueRank
            case .nextDueAt: .nextDueAt
            case .deadlineAt: .deadlineAt
            case .priorityRank: .priorityRank
            case .createdAt: .createdAt
            case .updatedAt: audience == .staff ? .updatedAt : .publicUpdatedAt
            case .waitingSince: .waitingSince
            }
    }

    /// The field's name in a filter, a sort or an index.
    var path: String { "order.\(rawValue)" }

    var key: TicketSort.Key {
        switch self {
        case .overdueRank: .overdueRank
        case .nextDueAt: .nextDueAt
        case .deadlineAt: .deadlineAt
        case .priorityRank: .priorityRank
        case .createdAt: .createdAt
        case .updatedAt, .publicUpdatedAt: .updatedAt
        case .waitingSince: .waitingSince
        }
    }

    var audience: Audience { self == .publicUpdatedAt ? .client : .staff }
}

extension Person {
    var replacement: MongoUpsert {
        let id = Tree.Field("_id", Tree(id))
        return MongoUpsert(
            filter: BSONDocument([id]),
            document: BSONDocument([
                id, .init("name", Tree(name)), .init("role", Tree(role.rawValue)),
            ]),
            isReplacement: true)
    }

    init(document: [Tree.Field]) throws(RecordError) {
        try self.init(record: .object(Tree.Field.renamed(document)))
    }
}

extension ReadMark {
    /// `$max`, so that a mark only moves forward.
    var advance: MongoUpsert {
        MongoUpsert(
            filter: BSONDocument([
                .init("ticket", Tree(ticket)), .init("person", Tree(person)),
            ]),
            document: BSONDocument([
                .init("$max", .object([.init("seq", Tree(seq))]))
            ]),
            isReplacement: false)
    }

    init(document: [Tree.Field]) throws(RecordError) {
        let fields = try RecordReader(.object(document), "read mark")
        self.init(
            ticket: try fields.id("ticket"), person: try ExactText(fields.string("person")),
            seq: try fields.int("seq"))
    }
}

typealias EventDocumentID = Identifier<TicketEvent>

extension EventDocumentID {
    /// Seconds and parts of a second, so that the order of the ids is that of writing: what a crash
    /// may have left behind is looked for among the newest. The time of the event would not do,
    /// since an adopted event is old.
    /// - Parameter nanoseconds: wall-clock time of the write.
    static func make(nanoseconds: UInt64) -> EventDocumentID {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return EventDocumentID(
            high: seconds << 32 | (rest << 32) / 1_000_000_000, low: .random(in: 0 ... .max))
    }
}

/// An event as it is inserted. The `_id` is known before the insert, so that an event whose answer
/// was lost can be distinguished from another writer's of the same seq.
struct EventDocument {
    let id: EventDocumentID
    let event: TicketEvent
    let bson: BSONDocument
}

extension TicketEvent {
    func document(_ id: EventDocumentID, with more: [Tree.Field]) -> BSONDocument {
        guard case .object(let fields) = record else { return .empty }
        return BSONDocument([.init("_id", Tree(id))] + fields + more)
    }
}

extension Tree.Field {
    /// Renames the record's `id` to the collection's `_id`.
    fileprivate static func renamed(_ document: [Tree.Field]) -> [Tree.Field] {
        document.map { $0.name == "_id" ? .init("id", $0.value) : $0 }
    }
}
