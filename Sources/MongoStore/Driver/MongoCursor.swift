// Cursor over the documents of an answer.

internal import CMongo
import Text
internal import Tickets

@safe final class MongoCursor {
    private let cursor: OpaquePointer
    /// The cursor uses the client's connection, so it retains the client.
    private let client: MongoClient
    /// Length in bytes of the document that `next` returned last.
    private(set) var documentBytes = 0

    init(_ cursor: OpaquePointer, of client: MongoClient) {
        unsafe self.cursor = unsafe cursor
        self.client = client
    }

    deinit { unsafe mongoc_cursor_destroy(cursor) }

    /// nil: no more documents.
    func next() throws(StoreError) -> [Tree.Field]? {
        guard let bytes = try nextBytes() else { return nil }
        do throws(BSONError) {
            return try BSONReader.fields(of: bytes)
        } catch {
            throw .corrupt("\(client.address.label): \(error)")
        }
    }

    /// As `next`; of a document that cannot be read, the fields that can, and the reason.
    func nextLegible() throws(StoreError) -> (fields: [Tree.Field], damage: String?)? {
        guard let bytes = try nextBytes() else { return nil }
        do throws(BSONError) {
            return (try BSONReader.fields(of: bytes), nil)
        } catch {
            return (BSONReader.legibleFields(of: bytes), error.description)
        }
    }

    /// The bytes of the next document.
    func nextBytes() throws(StoreError) -> [UInt8]? {
        var document: OpaquePointer?
        guard unsafe mongoc_cursor_next(cursor, &document), let document = unsafe document else {
            var error = bson_error_t()
            if unsafe mongoc_cursor_error(cursor, &error) {
                throw MongoFailure(error).unavailable(client.address)
            }
            return nil
        }
        let bytes = unsafe copyOfBytes(document)
        documentBytes = bytes.count
        return bytes
    }

    /// All remaining documents, each decoded with `read`.
    func all<Value>(
        _ read: ([Tree.Field]) throws(StoreError) -> Value
    ) throws(StoreError) -> [Value] {
        var values: [Value] = []
        while let fields = try next() { values.append(try read(fields)) }
        return values
    }
}
