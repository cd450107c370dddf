// Reads collections of other programs in a MongoDB database, as bytes. Nothing is written.

internal import CMongo
import Text
package import Tickets

/// One database of other programs. Confined to one thread.
package final class ForeignDatabase {
    let client: MongoClient

    /// `uri` names the database in its path.
    package init(uri: String) throws(StoreError) {
        client = try MongoClient(
            MongoAddress(uri: uri, database: nil), timeLimits: .none)
    }

    /// Hosts and database, without secrets.
    package var label: String { client.address.label }

    /// About how many documents the collection has.
    package func count(of collection: String) throws(StoreError) -> Int {
        guard
            let handle = unsafe mongoc_client_get_collection(
                client.client, client.address.database, collection)
        else { throw .unavailable("\(label): the collection \(collection) cannot be read") }
        defer { unsafe mongoc_collection_destroy(handle) }
        var error = bson_error_t()
        let count = unsafe mongoc_collection_estimated_document_count(
            handle, nil, nil, nil, &error)
        guard count >= 0 else { throw MongoFailure(error).unavailable(client.address) }
        return Int(count)
    }

    /// All documents in the order of their `_id`, so that an interrupted reading can be repeated.
    package func documents(of collection: String) throws(StoreError) -> ForeignDocuments {
        let options = BSONDocument([
            .init("sort", .object([.init("_id", .int(1))])), .init("noCursorTimeout", .bool(true)),
            // Without it an answer has 16 MB, and the driver holds it in a buffer of twice that.
            .init("batchSize", .int(256)),
        ])
        return try find(.empty, options, in: collection)
    }

    /// The document with this key, as a change names it; nil: it is gone.
    package func document(
        _ key: [UInt8], of collection: String
    ) throws(StoreError) -> [UInt8]? {
        try find(BSONDocument(bytes: key), .empty, in: collection).next()
    }

    private func find(
        _ filter: BSONDocument, _ options: BSONDocument, in collection: String
    ) throws(StoreError) -> ForeignDocuments {
        guard let filter = NativeBSON(filter),
            let options = NativeBSON(options),
            let handle = unsafe mongoc_client_get_collection(
                client.client, client.address.database, collection)
        else { throw .unavailable("\(label): the collection \(collection) cannot be read") }
        defer { unsafe mongoc_collection_destroy(handle) }
        guard
            let cursor = unsafe mongoc_collection_find_with_opts(
                handle, filter.pointer, options.pointer, nil)
        else { throw .unavailable("\(label): the collection \(collection) cannot be read") }
        return ForeignDocuments(unsafe MongoCursor(cursor, of: client))
    }
}

package final class ForeignDocuments {
    private let cursor: MongoCursor

    init(_ cursor: MongoCursor) { self.cursor = cursor }

    /// The next document as BSON; nil: no more.
    package func next() throws(StoreError) -> [UInt8]? { try cursor.nextBytes() }
}
