// Documents of files in the GridFS format (the drivers' GridFS specification), so that any MongoDB
// tool can read them: `files.files` for metadata, `files.chunks` for the bytes.

import Text
internal import Tickets

enum GridFS {
    /// The specification's default.
    static let chunkBytes = 255 * 1024

    static let fileIndexes = [
        MongoSchema.index("filename_1_uploadDate_1", [("filename", 1), ("uploadDate", 1)]),
        MongoSchema.index("owner", [("metadata.owner", 1), ("_id", 1)]),
        MongoSchema.index(
            "key", [("metadata.owner", 1), ("metadata.key", 1)],
            only: [.init("metadata.key", .field("$exists", .bool(true)))]),
        MongoSchema.index(
            "unattached", [("metadata.free", 1), ("_id", 1)],
            only: [.init("metadata.free", .bool(true))]),
    ]

    static let chunkIndexes = [
        MongoSchema.index("files_id_1_n_1", [("files_id", 1), ("n", 1)], isUnique: true)
    ]

    /// Indexes of the events that attach files: few events, so the indexes are small.
    static let eventIndexes = attachmentPaths.map { path in
        MongoSchema.index(path, [(path, 1)], only: [.init(path, .field("$exists", .bool(true)))])
    }

    /// Paths in an event to the ids of attached files.
    static let attachmentPaths = ["message.attachments.id", "head.attachments.id"]

    // MARK: Chunks

    /// Encoded byte by byte, since records have no binary data. `n` must be 32 bits wide for other
    /// tools.
    static func chunk(_ number: Int, of file: FileID, _ data: [UInt8]) -> BSONDocument {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count + 80)
        func append(_ number: Int) {
            for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
        }
        func append(_ name: String, _ type: UInt8) {
            bytes.append(type)
            bytes += Array(name.utf8) + [0]
        }
        func append(_ name: String, _ id: FileID) {
            append(name, BSONType.objectID)
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: id.high >> shift))
            }
            for shift in stride(from: UInt32(24), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: id.low >> shift))
            }
        }
        append(0)
        append("_id", FileID.make(at: Timestamp(milliseconds: Int64(file.high >> 32) * 1000)))
        append("files_id", file)
        append("n", BSONType.int32)
        append(number)
        append("data", binaryType)
        append(data.count)
        bytes.append(0)
        bytes += data
        bytes.append(0)
        let length = bytes.count
        for (index, shift) in [0, 8, 16, 24].enumerated() {
            bytes[index] = UInt8(truncatingIfNeeded: length >> shift)
        }
        return BSONDocument(bytes: bytes)
    }

    /// The bytes of a chunk that was read with its `data` only; nil: not such a document.
    static func data(inChunk document: [UInt8]) -> ArraySlice<UInt8>? {
        // Length, type, name, length of the data, subtype; then the data and the last NUL.
        let snapshot = 4 + 1 + 5 + 4 + 1
        guard document.count > snapshot, document[4] == binaryType,
            Array(document[5..<10]) == Array("data".utf8) + [0]
        else { return nil }
        var count = 0
        for index in 0..<4 { count |= Int(document[10 + index]) << (8 * index) }
        guard document.count == snapshot + count + 1 else { return nil }
        return document[snapshot..<snapshot + count]
    }

    private static let binaryType: UInt8 = 0x05
}

extension BSONDocument {
    /// From bytes that are a document already.
    init(bytes: [UInt8]) { self.bytes = bytes }
}

// MARK: Files

extension StoredFile {
    /// Inserts the document unless it exists.
    var creation: MongoUpsert {
        var metadata: [Tree.Field] = [
            .init("owner", Tree(owner)), .init("type", Tree(type)),
            .init("free", .bool(true)),
        ]
        if let key {
            metadata.append(.init("key", Tree(key.name)))
            metadata.append(.init("digest", Tree(key.digest)))
        }
        let uploaded = Timestamp(milliseconds: Int64(id.high >> 32) * 1000)
        return MongoUpsert(
            filter: BSONDocument([.init("_id", Tree(id))]),
            document: BSONDocument([
                .init(
                    "$setOnInsert",
                    .object([
                        .init("length", Tree(size)),
                        .init("chunkSize", Tree(GridFS.chunkBytes)),
                        .init("uploadDate", .time(uploaded)), .init("filename", Tree(name)),
                        .init("metadata", .object(metadata)),
                    ]))
            ]),
            isReplacement: false)
    }

    init(document: [Tree.Field]) throws(RecordError) {
        let fields = try RecordReader(.object(document), "file")
        let metadata = try RecordReader(try fields.required("metadata"), "metadata")
        var claim: FileClaim?
        if metadata.optional("ticket") != nil {
            claim = FileClaim(
                ticket: try metadata.id("ticket"), seq: try metadata.int("seq"),
                isInternal: try metadata.bool("internal"))
        }
        var key: UploadKey?
        if metadata.optional("key") != nil {
            key = UploadKey(name: try metadata.text("key"), digest: try metadata.string("digest"))
        }
        self.init(
            id: try fields.id("_id"), name: try fields.string("filename"),
            type: try metadata.string("type"), size: try fields.int("length"),
            owner: try metadata.text("owner"), location: "", claim: claim,
            key: key)
    }
}
