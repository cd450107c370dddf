// An answer of many documents, pulled one at a time.

internal import CMongo
internal import Tickets

@safe final class MongoCursor {
    private let cursor: OpaquePointer
    /// The cursor uses the client's connection, so it keeps it alive.
    private let client: MongoClient
    /// Length in bytes of the document that `next` gave last.
    private(set) var documentBytes = 0

    init(_ cursor: OpaquePointer, of client: MongoClient) {
        unsafe self.cursor = unsafe cursor
        self.client = client
    }

    deinit { unsafe mongoc_cursor_destroy(cursor) }

    /// nil: that was all.
    func next() throws(StoreError) -> [Record.Field]? {
        guard let bytes = try nextBytes() else { return nil }
        do throws(BSONError) {
            return try BSONReader.fields(of: bytes)
        } catch {
            throw .corrupt("\(client.address.label): \(error)")
        }
    }

    /// The next document as it is.
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

    /// Every document that is left, each as `read` understands it.
    func all<Value>(
        _ read: ([Record.Field]) throws(StoreError) -> Value
    ) throws(StoreError) -> [Value] {
        var values: [Value] = []
        while let fields = try next() { values.append(try read(fields)) }
        return values
    }
}
