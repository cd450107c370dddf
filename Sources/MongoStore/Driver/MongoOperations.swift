// Database operations of the store, with records as input and output.

internal import CMongo
import Text
internal import Tickets

/// Replaces or updates the one document that `filter` finds, or inserts it.
struct MongoUpsert {
    let filter: BSONDocument
    let document: BSONDocument
    let isReplacement: Bool
    /// False: a document that is not there stays so.
    var createsMissing = true
}

extension MongoClient {
    func find(
        in collection: MongoCollection, _ filter: [Tree.Field], options: [Tree.Field] = []
    ) throws(StoreError) -> MongoCursor {
        guard let filter = NativeBSON(BSONDocument(filter)),
            let options = NativeBSON(BSONDocument(options)),
            let cursor = unsafe mongoc_collection_find_with_opts(
                handle(collection), filter.pointer, options.pointer, nil)
        else { throw MongoFailure(unencodable: "the query").unavailable(address) }
        return unsafe MongoCursor(cursor, of: self)
    }

    func aggregate(
        _ collection: MongoCollection, _ stages: [Tree], options: [Tree.Field] = []
    ) throws(StoreError) -> MongoCursor {
        let pipeline = BSONDocument([.init("pipeline", .array(stages))])
        guard let pipeline = NativeBSON(pipeline),
            let options = NativeBSON(BSONDocument(options)),
            let cursor = unsafe mongoc_collection_aggregate(
                handle(collection), MONGOC_QUERY_NONE, pipeline.pointer, options.pointer, nil)
        else { throw MongoFailure(unencodable: "the query").unavailable(address) }
        return unsafe MongoCursor(cursor, of: self)
    }

    /// Empty if the collection does not exist.
    func indexes(of collection: MongoCollection) throws(StoreError) -> MongoCursor {
        guard let cursor = unsafe mongoc_collection_find_indexes_with_opts(handle(collection), nil)
        else { throw MongoFailure(unencodable: "the query").unavailable(address) }
        return unsafe MongoCursor(cursor, of: self)
    }

    /// Throws if no hub has opened the database: then it has no events, not even an index for them.
    func requireStore() throws(StoreError) {
        guard try indexes(of: .events).next() == nil else { return }
        guard try indexes(of: .tickets).next() == nil else {
            throw .corrupt(
                "\(address.label) has no collection events, which is the only copy of them; restore a "
                    + "backup")
        }
        throw .unavailable(
            "there is no store at \(address.label); check the name of the database")
    }

    /// Runs a command on the store's database; only its success matters.
    func run(_ command: [Tree.Field]) throws(MongoFailure) { _ = try answer(command) }

    /// Returns the server's answer as bytes.
    func answer(_ command: [Tree.Field]) throws(MongoFailure) -> [UInt8] {
        guard let command = NativeBSON(BSONDocument(command)) else {
            throw MongoFailure(unencodable: "the command")
        }
        var error = bson_error_t()
        let reply = NativeReply()
        guard
            unsafe mongoc_client_command_simple(
                client, address.database, command.pointer, nil, reply.pointer, &error)
        else { throw MongoFailure(error, reply: reply) }
        return reply.bytes
    }

    /// Returns when all writes of the server so far are on the journal of a majority: a write that
    /// changes nothing is confirmed no sooner than those before it. It is a fence too: an earlier
    /// write of the same session that has not run yet cannot run any more.
    func awaitMajority() throws(MongoFailure) {
        let options = try sessionOptions()
        guard let filter = NativeBSON(BSONDocument([.init("_id", .null)])),
            let change = NativeBSON(
                BSONDocument([.init("$max", .field("seq", .int(0)))]))
        else { throw MongoFailure(unencodable: "the command") }
        var error = bson_error_t()
        let reply = NativeReply()
        guard
            unsafe mongoc_collection_update_one(
                handle(.reads), filter.pointer, change.pointer, options.pointer, reply.pointer,
                &error)
        else { throw MongoFailure(error, reply: reply) }
    }

    /// Runs a command that writes, with the client's write concern.
    func write(_ command: [Tree.Field]) throws(MongoFailure) {
        guard let command = NativeBSON(BSONDocument(command)) else {
            throw MongoFailure(unencodable: "the command")
        }
        var error = bson_error_t()
        let reply = NativeReply()
        guard
            unsafe mongoc_client_write_command_with_opts(
                client, address.database, command.pointer, nil, reply.pointer, &error)
        else { throw MongoFailure(error, reply: reply) }
    }

    /// Inserts in order and stops at the first failure, in the client's session.
    func insert(
        _ documents: [BSONDocument], into collection: MongoCollection
    ) throws(MongoFailure) {
        guard !documents.isEmpty else { return }
        let natives = documents.compactMap { NativeBSON($0) }
        guard natives.count == documents.count else {
            throw MongoFailure(unencodable: "an event")
        }
        let options = try sessionOptions([.init("ordered", .bool(true))])
        var error = bson_error_t()
        let reply = NativeReply()
        let isDone = withExtendedLifetime(natives) {
            // SAFETY: `natives` owns all documents of the list until the call is over.
            var pointers = unsafe natives.map { unsafe Optional($0.pointer) }
            return unsafe mongoc_collection_insert_many(
                handle(collection), &pointers, pointers.count, options.pointer, reply.pointer,
                &error)
        }
        guard isDone else { throw MongoFailure(error, reply: reply) }
    }

    /// Inserts documents that are not there, in any order. Returns when the primary alone has them:
    /// see `upsert`.
    func insertUnconfirmed(
        _ documents: [BSONDocument], into collection: MongoCollection
    ) throws(MongoFailure) {
        let (error, reply) = try insertAnyOrder(documents, into: collection, unconfirmed: true)
        if let error { throw MongoFailure(error, reply: reply) }
    }

    /// Inserts the documents whose `_id` is not there, in any order, and returns the positions of
    /// the others.
    func insertMissing(
        _ documents: [BSONDocument], into collection: MongoCollection
    ) throws(MongoFailure) -> [Int] {
        let (error, reply) = try insertAnyOrder(documents, into: collection, unconfirmed: false)
        guard let error else { return [] }
        let failure = MongoFailure(error, reply: reply)
        guard let duplicates = reply.duplicatePositions else { throw failure }
        return duplicates
    }

    private func insertAnyOrder(
        _ documents: [BSONDocument], into collection: MongoCollection, unconfirmed: Bool
    ) throws(MongoFailure) -> (error: bson_error_t?, reply: NativeReply) {
        let reply = NativeReply()
        guard !documents.isEmpty else { return (nil, reply) }
        let natives = documents.compactMap { NativeBSON($0) }
        guard natives.count == documents.count,
            let options = NativeBSON(BSONDocument([.init("ordered", .bool(false))]))
        else { throw MongoFailure(unencodable: "a ticket") }
        if unconfirmed { Self.confirmByPrimary(options) }
        var error = bson_error_t()
        let isDone = withExtendedLifetime(natives) {
            // SAFETY: `natives` owns all documents of the list until the call is over.
            var pointers = unsafe natives.map { unsafe Optional($0.pointer) }
            return unsafe mongoc_collection_insert_many(
                handle(collection), &pointers, pointers.count, options.pointer, reply.pointer,
                &error)
        }
        return (isDone ? nil : error, reply)
    }

    /// Upserts in any order, each independent of the others. `unconfirmed`: returns when the
    /// primary alone has them, and not on its journal, so a failover or a crash may take them back.
    func upsert(
        _ upserts: [MongoUpsert], into collection: MongoCollection, unconfirmed: Bool = false
    ) throws(MongoFailure) {
        guard !upserts.isEmpty else { return }
        guard let options = NativeBSON(BSONDocument([.init("ordered", .bool(false))])),
            let creating = NativeBSON(BSONDocument([.init("upsert", .bool(true))])),
            let existing = NativeBSON(BSONDocument([.init("upsert", .bool(false))]))
        else { throw MongoFailure(unencodable: "the batch") }
        if unconfirmed { Self.confirmByPrimary(options) }
        let bulk = unsafe mongoc_collection_create_bulk_operation_with_opts(
            handle(collection), options.pointer)
        guard let bulk = unsafe bulk else { throw MongoFailure(unencodable: "the batch") }
        defer { unsafe mongoc_bulk_operation_destroy(bulk) }
        var error = bson_error_t()
        for upsert in upserts {
            guard let filter = NativeBSON(upsert.filter), let document = NativeBSON(upsert.document)
            else { throw MongoFailure(unencodable: "a ticket") }
            let append =
                unsafe upsert.isReplacement
                ? mongoc_bulk_operation_replace_one_with_opts
                : mongoc_bulk_operation_update_one_with_opts
            guard
                unsafe append(
                    bulk, filter.pointer, document.pointer,
                    (upsert.createsMissing ? creating : existing).pointer, &error)
            else { throw MongoFailure(error) }
        }
        let reply = NativeReply()
        guard unsafe mongoc_bulk_operation_execute(bulk, reply.pointer, &error) != 0 else {
            throw MongoFailure(error, reply: reply)
        }
    }

    private static func confirmByPrimary(_ options: NativeBSON) {
        let concern = unsafe mongoc_write_concern_new()
        defer { unsafe mongoc_write_concern_destroy(concern) }
        unsafe mongoc_write_concern_set_w(concern, 1)
        _ = unsafe mongoc_write_concern_append(concern, options.pointer)
    }
}
