// Outbox entries and notifications as documents, and updates of many documents.

internal import CMongo
import Text
internal import Tickets

extension OutboxEntry {
    /// Inserts the document unless it exists.
    var insertion: MongoUpsert {
        Self.insertion(id: id.string, target: target.name.string, at: at, data: record)
    }

    /// The entry as embedded in its event until it moves.
    var embedded: Tree {
        .object([
            .init("id", Tree(id)), .init("target", Tree(target.name)),
            .init("at", .time(at)), .init("data", record),
        ])
    }

    fileprivate static func insertion(
        id: String, target: String, at: Timestamp, data: Tree
    ) -> MongoUpsert {
        MongoUpsert(
            filter: BSONDocument([.init("_id", Tree(id))]),
            document: BSONDocument([
                .init(
                    "$setOnInsert",
                    .object([
                        .init("target", Tree(target)),
                        .init("state", Tree(OutboxState.waiting.rawValue)),
                        .init("due", .time(at)), .init("at", .time(at)),
                        .init("attempts", .int(0)), .init("reason", .string("")),
                        .init("data", data),
                    ]))
            ]), isReplacement: false)
    }
}

extension MongoOutboxStore {
    /// nil: an entry that could never be sent.
    static func insertion(embedded: Tree) -> MongoUpsert? {
        guard let fields = try? RecordReader(embedded), let id = try? fields.string("id"),
            let target = try? fields.string("target"), let at = try? fields.time("at"),
            let data = fields.optional("data")
        else { return nil }
        return OutboxEntry.insertion(id: id, target: target, at: at, data: data)
    }
}

extension StoreBatch {
    /// The events as documents, each with its outbox entries. `makeID` makes their `_id`s.
    func eventDocuments(
        named name: BatchName?, _ makeID: (TicketEvent) -> EventDocumentID
    ) -> [EventDocument] {
        let batch: [Tree.Field] = name.map { [.init("batch", Tree($0))] } ?? []
        var entries: [TicketID: [Int: [Tree]]] = [:]
        for entry in outbox {
            entries[entry.ticket, default: [:]][entry.seq, default: []].append(entry.embedded)
        }
        return events.map { event in
            var more = batch
            if event.redaction != nil { more.append(.init(MongoRedaction.pending, .bool(true))) }
            if let own = entries[event.ticket]?[event.seq] {
                more.append(.init(MongoOutboxStore.pending, .array(own)))
            }
            let id = makeID(event)
            return EventDocument(id: id, event: event, bson: event.document(id, with: more))
        }
    }
}

extension NativeReply {
    fileprivate func count(_ name: ExactText) -> Int {
        let fields = (try? BSONReader.fields(of: bytes)) ?? []
        let field = fields.first { $0.name == name }
        guard case .int(let count)? = field?.value else { return 0 }
        return count
    }
}

extension TicketNotification {
    /// One for each person and event.
    var documentID: String { "\(ticket)-\(seq)-\(person)" }

    var insertion: MongoUpsert {
        MongoUpsert(
            filter: BSONDocument([.init("_id", Tree(documentID))]),
            document: BSONDocument([
                .init(
                    "$setOnInsert",
                    .object([
                        .init("serial", .int(serial)), .init("person", Tree(person)),
                        .init("ticket", Tree(ticket)), .init("seq", Tree(seq)),
                        .init("kind", Tree(kind.rawValue)), .init("at", .time(at)),
                        .init("internal", .bool(isInternal)), .init("read", .bool(isRead)),
                        .init("data", record),
                    ]))
            ]), isReplacement: false)
    }

    init(document: [Tree.Field]) throws(RecordError) {
        let fields = try RecordReader(.object(document), "notification")
        try self.init(
            serial: Int64(try fields.int("serial")), person: try fields.text("person"),
            kind: try fields.string("kind"), ticket: try fields.id("ticket"),
            seq: try fields.int("seq"), at: try fields.time("at"),
            isInternal: try fields.bool("internal"), isRead: try fields.bool("read"),
            record: try fields.required("data"))
    }
}

/// A change of the one document that `filter` finds, if it does.
struct MongoChange {
    let filter: [Tree.Field]
    let change: [Tree.Field]
}

extension MongoClient {
    /// Makes each of the changes, in one write; returns how many found their document.
    func change(
        _ changes: [MongoChange], in collection: MongoCollection
    ) throws(MongoFailure) -> Int {
        guard !changes.isEmpty else { return 0 }
        guard let options = NativeBSON(BSONDocument([.init("ordered", .bool(false))])),
            let bulk = unsafe mongoc_collection_create_bulk_operation_with_opts(
                handle(collection), options.pointer)
        else { throw MongoFailure(unencodable: "the changes") }
        defer { unsafe mongoc_bulk_operation_destroy(bulk) }
        var error = bson_error_t()
        for change in changes {
            guard let filter = NativeBSON(BSONDocument(change.filter)),
                let document = NativeBSON(BSONDocument(change.change))
            else { throw MongoFailure(unencodable: "a change") }
            guard
                unsafe mongoc_bulk_operation_update_one_with_opts(
                    bulk, filter.pointer, document.pointer, nil, &error)
            else { throw MongoFailure(error) }
        }
        let reply = NativeReply()
        guard unsafe mongoc_bulk_operation_execute(bulk, reply.pointer, &error) != 0 else {
            throw MongoFailure(error, reply: reply)
        }
        return reply.count("nMatched")
    }

    /// Changes every document that `filter` finds; returns how many it found.
    @discardableResult
    func update(
        _ collection: MongoCollection, _ filter: [Tree.Field], _ change: [Tree.Field]
    ) throws(MongoFailure) -> Int {
        guard let filter = NativeBSON(BSONDocument(filter)),
            let change = NativeBSON(BSONDocument(change))
        else { throw MongoFailure(unencodable: "the change") }
        var error = bson_error_t()
        let reply = NativeReply()
        guard
            unsafe mongoc_collection_update_many(
                handle(collection), filter.pointer, change.pointer, nil, reply.pointer, &error)
        else { throw MongoFailure(error, reply: reply) }
        return reply.count("matchedCount")
    }

    func delete(
        _ collection: MongoCollection, _ filter: [Tree.Field]
    ) throws(MongoFailure) {
        guard let filter = NativeBSON(BSONDocument(filter)) else {
            throw MongoFailure(unencodable: "the filter")
        }
        var error = bson_error_t()
        let reply = NativeReply()
        guard
            unsafe mongoc_collection_delete_many(
                handle(collection), filter.pointer, nil, reply.pointer, &error)
        else { throw MongoFailure(error, reply: reply) }
    }
}
