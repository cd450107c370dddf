// Snapshots, people and marks as documents of their collections.

import Text
internal import Tickets

extension Ticket {
    /// The snapshot's record under `_id`, with the fields that lists filter and sort by.
    var documentFields: [Record.Field] {
        var fields: [Record.Field] = []
        if case .object(let record) = record {
            fields = record.map { $0.name == "id" ? .init("_id", $0.value) : $0 }
        }
        fields += [
            .init("ref", .string(ref)), .init("slaFilter", .string(slaFilter.rawValue)),
            .init("order", order),
        ]
        if let alarm = sla.nextAlarm { fields.append(.init("alarmAt", .time(alarm))) }
        return fields
    }

    /// Fields that `documentFields` adds to the record; readers do not fetch them.
    static let derivedFields = ["ref", "searchText", "slaFilter", "order", "alarmAt"]

    /// Replaces any stored snapshot.
    var replacement: MongoUpsert {
        MongoUpsert(
            filter: BSONDocument([.init("_id", Record(id))]),
            document: BSONDocument(documentFields), isReplacement: true)
    }

    /// Replaces an older snapshot only. If a newer one is stored, the filter finds nothing and the
    /// insert fails on the `_id`: a duplicate key that means "already newer".
    var replacementOfOlder: MongoUpsert {
        MongoUpsert(
            filter: BSONDocument([
                .init("_id", Record(id)),
                .init("activity.seq", .object([.init("$lte", Record(seq))])),
            ]),
            document: BSONDocument(documentFields), isReplacement: true)
    }

    private var order: Record {
        .object(
            TicketOrderField.allCases.map {
                .init($0.rawValue, .int(sortValue($0.key, for: $0.audience)))
            })
    }

    init(document: [Record.Field]) throws(RecordError) {
        try self.init(record: .object(Record.Field.renamed(document)))
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
        let id = Record.Field("_id", .string(id.string))
        return MongoUpsert(
            filter: BSONDocument([id]),
            document: BSONDocument([
                id, .init("name", .string(name)), .init("role", .string(role.rawValue)),
            ]),
            isReplacement: true)
    }

    init(document: [Record.Field]) throws(RecordError) {
        try self.init(record: .object(Record.Field.renamed(document)))
    }
}

extension ReadMark {
    /// `$max`, so that a mark only moves forward.
    var advance: MongoUpsert {
        MongoUpsert(
            filter: BSONDocument([
                .init("ticket", Record(ticket)), .init("person", .string(person.string)),
            ]),
            document: BSONDocument([
                .init("$max", .object([.init("seq", Record(seq))]))
            ]),
            isReplacement: false)
    }

    init(document: [Record.Field]) throws(RecordError) {
        let fields = try RecordReader(.object(document), "read mark")
        self.init(
            ticket: try fields.id("ticket"), person: try ExactText(fields.string("person")),
            seq: try fields.int("seq"))
    }
}

typealias EventDocumentID = Identifier<TicketEvent>

/// An event as it is inserted. The `_id` is known before the insert, so that an event whose answer
/// was lost can be told from another writer's of the same seq.
struct EventDocument {
    let id: EventDocumentID
    let event: TicketEvent
    let bson: BSONDocument
}

extension TicketEvent {
    func document(_ id: EventDocumentID, with more: [Record.Field]) -> BSONDocument {
        guard case .object(let fields) = record else { return .empty }
        return BSONDocument([.init("_id", Record(id))] + fields + more)
    }
}

extension Record.Field {
    /// Renames the record's `id` to the collection's `_id`.
    fileprivate static func renamed(_ document: [Record.Field]) -> [Record.Field] {
        document.map { $0.name == "_id" ? .init("id", $0.value) : $0 }
    }
}
