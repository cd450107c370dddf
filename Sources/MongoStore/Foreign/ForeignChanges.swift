// The change stream of another program's collection (mongodb.com/docs/manual/changeStreams): which
// documents changed, and where to go on after a stop.

internal import CMongo
import Text
package import Tickets

/// One change, without its content: the newest document says it all.
package struct ForeignChange: Sendable {
    package enum Kind: Sendable { case document, deletion, end }

    package let kind: Kind
    /// A filter that finds the document.
    package let key: [UInt8]
    /// Milliseconds since 1970, by the server's clock.
    package let at: Int64
}

package enum ForeignChangesError: Error {
    /// The server's log does not reach back to the place, or the stream has ended for good.
    case lost(String)
    /// Such a collection has no changes to follow.
    case impossible(String)
    case away(StoreError)
}

/// Confined to one thread.
@safe package final class ForeignChanges {
    private let stream: OpaquePointer
    private let collection: OpaquePointer
    private let database: ForeignDatabase

    /// - Parameters:
    ///   - place: where an earlier stream had come to; nil: begin now.
    ///   - awaitMilliseconds: how long the server waits for a change.
    package init(
        of name: String, in database: ForeignDatabase, after place: String?,
        awaitMilliseconds: Int
    ) throws(ForeignChangesError) {
        self.database = database
        let client = database.client
        let shown = ["operationType", "clusterTime", "wallTime", "documentKey"]
            .map { Tree.Field($0, .int(1)) }
        var options: [Tree.Field] = [.init("maxAwaitTimeMS", .int(awaitMilliseconds))]
        if let place {
            options.append(.init("resumeAfter", .object([.init("_data", Tree(place))])))
        }
        let pipeline = BSONDocument([
            .init("pipeline", .array([.object([.init("$project", .object(shown))])]))
        ])
        guard let pipeline = NativeBSON(pipeline), let options = NativeBSON(BSONDocument(options)),
            let collection = unsafe mongoc_client_get_collection(
                client.client, client.address.database, name),
            let stream = unsafe mongoc_collection_watch(
                collection, pipeline.pointer, options.pointer)
        else { throw .impossible("\(database.label): the changes of \(name) cannot be read") }
        unsafe self.collection = unsafe collection
        unsafe self.stream = unsafe stream
        try check()
    }

    deinit {
        unsafe mongoc_change_stream_destroy(stream)
        unsafe mongoc_collection_destroy(collection)
    }

    /// nil: nothing changed while the server waited.
    package func next() throws(ForeignChangesError) -> ForeignChange? {
        var document: OpaquePointer?
        guard unsafe mongoc_change_stream_next(stream, &document), let document = unsafe document
        else {
            try check()
            return nil
        }
        return change(unsafe copyOfBytes(document))
    }

    /// Where to go on after the changes that `next` has returned.
    package var place: String? {
        guard let token = unsafe mongoc_change_stream_get_resume_token(stream),
            let fields = try? BSONReader.fields(of: unsafe copyOfBytes(token)),
            case .string(let place)? = fields.first(where: { $0.name == "_data" })?.value
        else { return nil }
        return place.string
    }

    private func change(_ bytes: [UInt8]) -> ForeignChange {
        var kind = ""
        var (key, at): ([UInt8], Int64) = ([], 0)
        for element in RawElements(bytes) {
            switch element.name {
            case "operationType": kind = element.text
            case "documentKey": key = Array(element.value)
            case "wallTime": at = element.number
            // Seconds, where the server tells no better time.
            case "clusterTime" where at == 0: at = (element.number >> 32) * 1000
            default: break
            }
        }
        let isEnd = ["drop", "rename", "dropDatabase", "invalidate"].contains(kind)
        return ForeignChange(
            kind: isEnd ? .end : kind == "delete" ? .deletion : .document, key: key, at: at)
    }

    private func check() throws(ForeignChangesError) {
        var error = bson_error_t()
        var reply: OpaquePointer?
        guard unsafe mongoc_change_stream_error_document(stream, &error, &reply) else { return }
        let failure = MongoFailure(error)
        switch failure.code {
        // ChangeStreamFatalError, ChangeStreamHistoryLost, and a place that cannot be read.
        case 280, 286, 260, 50811: throw .lost(failure.message)
        // No replica set; a view; not allowed.
        case 40573, 166, 13, 20: throw .impossible("\(database.label): \(failure.message)")
        default: throw .away(failure.unavailable(database.client.address))
        }
    }
}

/// The elements of a document of known types, as bytes.
struct RawElements: Sequence, IteratorProtocol {
    struct Element {
        let name: String
        let value: ArraySlice<UInt8>

        /// Little-endian, eight bytes.
        var number: Int64 {
            value.prefix(8).enumerated().reduce(0) {
                $0 | Int64($1.element) << Int64(8 * $1.offset)
            }
        }

        var text: String { String(decoding: value.dropFirst(4).dropLast(), as: UTF8.self) }
    }

    private let bytes: [UInt8]
    private var position = 4

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> Element? {
        guard position < bytes.count, bytes[position] != 0,
            let end = bytes[(position + 1)...].firstIndex(of: 0)
        else { return nil }
        let type = bytes[position]
        let name = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
        let start = end + 1
        let length: Int
        switch type {
        case BSONType.date, BSONType.int64, 0x11: length = 8
        case BSONType.int32: length = 4
        case BSONType.document: length = Int(size(at: start))
        case BSONType.string: length = 4 + Int(size(at: start))
        default: return nil
        }
        guard length >= 0, length <= bytes.count - start else { return nil }
        position = start + length
        return Element(name: name, value: bytes[start..<position])
    }

    private func size(at start: Int) -> UInt32 {
        guard start + 4 <= bytes.count else { return .max }
        return (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
    }
}
