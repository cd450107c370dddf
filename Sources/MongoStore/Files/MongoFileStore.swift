// File store on MongoDB, read and written beside the journal.

import Text
internal import Tickets

final class MongoFileStore: FileStore {
    private let client: MongoClient
    private let entries: MongoFiles

    init(_ address: MongoAddress) throws(StoreError) {
        client = try MongoClient(address)
        entries = MongoFiles(client)
    }

    // MARK: Bytes

    /// Unknown here; the server reports when it is full.
    func freePercent() throws(StoreError) -> Double? { nil }

    func begin(_ id: FileID) throws(FileStoreError) -> any FileWriter {
        MongoFileWriter(id, client)
    }

    func read(
        _ file: StoredFile, at offset: Int, count: Int
    ) throws(StoreError) -> [UInt8]? {
        let count = min(count, file.size - offset)
        guard offset >= 0, count > 0 else { return [] }
        let first = offset / GridFS.chunkBytes
        let last = (offset + count - 1) / GridFS.chunkBytes
        let cursor = try client.find(
            in: .chunks,
            [
                .init("files_id", Tree(file.id)),
                .init(
                    "n",
                    .object([.init("$gte", Tree(first)), .init("$lte", Tree(last))])),
            ],
            options: [
                .init("sort", .field("n", .int(1))),
                .init("projection", .object([.init("_id", .int(0)), .init("data", .int(1))])),
            ])
        var bytes: [UInt8] = []
        while let document = try cursor.nextBytes() {
            guard let data = GridFS.data(inChunk: document) else {
                throw .corrupt("\(client.address.label): a chunk of file \(file.id) is damaged")
            }
            bytes += data
        }
        let start = offset - first * GridFS.chunkBytes
        guard bytes.count >= start + count else { return nil }
        return Array(bytes[start..<start + count])
    }

    // MARK: Entries

    func file(_ id: FileID) throws(StoreError) -> StoredFile? { try entries.files([id])[id] }

    func file(of owner: ExactText, key: ExactText) throws(StoreError) -> StoredFile? {
        try entries.file(of: owner, key: key)
    }

    func usage(of owner: ExactText, since time: Timestamp) throws(StoreError) -> FileUsage {
        try entries.usage(of: owner, since: .earliest(at: time))
    }

    func unattached(before time: Timestamp, limit: Int) throws(StoreError) -> [StoredFile] {
        try entries.unattached(before: .earliest(at: time), limit: limit)
    }

    // MARK: Sweeping

    func removeBytes(of files: [StoredFile]) throws(StoreError) {
        let kept = try entries.files(files.map(\.id))
        try removeChunks(files.map(\.id).filter { kept[$0] == nil })
    }

    func removeTraces() throws(StoreError) -> [CopyElsewhere] {
        _ = try MongoRedaction(log: MongoLog(client: client)).complete()
        return [.backups, .exports, .deliveries, .logs, .disk, .oplog]
    }

    func removeDebris(before time: Timestamp, isFull: Bool) throws(StoreError) -> Int {
        // The hourly sweep covers one day; older files were covered before, or at the start.
        let since = time.advanced(byMilliseconds: isFull ? -time.milliseconds : -86_400_000)
        let range = Tree.object([
            .init("$lt", Tree(FileID.earliest(at: time))),
            .init("$gte", Tree(FileID.earliest(at: since))),
        ])
        let cursor = try client.aggregate(
            .chunks,
            [
                .field("$match", .object([.init("files_id", range), .init("n", .int(0))])),
                .field("$project", .object([.init("_id", .int(0)), .init("files_id", .int(1))])),
                .field(
                    "$lookup",
                    .object([
                        .init("from", Tree(MongoCollection.files.rawValue)),
                        .init("localField", .string("files_id")),
                        .init("foreignField", .string("_id")), .init("as", .string("entry")),
                    ])),
                .field("$match", .field("entry", .array([]))),
            ])
        let ids = try cursor.all { fields throws(StoreError) -> FileID in
            do throws(RecordError) {
                return try RecordReader(.object(fields), "chunk").id("files_id")
            } catch {
                throw .corrupt("\(client.address.label), a chunk: \(error)")
            }
        }
        for start in stride(from: 0, to: ids.count, by: 100) {
            try removeChunks(Array(ids[start..<min(start + 100, ids.count)]))
        }
        return ids.count
    }

    private func removeChunks(_ ids: [FileID]) throws(StoreError) {
        do throws(MongoFailure) {
            try entries.removeChunks(of: ids)
        } catch {
            throw error.unavailable(client.address)
        }
    }
}

/// Writes one upload chunk by chunk; each is on the journal of a majority before the next.
private final class MongoFileWriter: FileWriter {
    private let id: FileID
    private let client: MongoClient
    private var buffer: [UInt8] = []
    private var chunks = 0

    init(_ id: FileID, _ client: MongoClient) {
        self.id = id
        self.client = client
    }

    func append(_ bytes: [UInt8]) throws(FileStoreError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(GridFS.chunkBytes - buffer.count)
            buffer += part
            rest = rest.dropFirst(part.count)
            if buffer.count == GridFS.chunkBytes { try flush() }
        }
    }

    private func flush() throws(FileStoreError) {
        do throws(MongoFailure) {
            try client.insert([GridFS.chunk(chunks, of: id, buffer)], into: .chunks)
        } catch {
            let failure = error.unavailable(client.address)
            throw error.isDiskFull ? .full(failure.description) : .store(failure)
        }
        chunks += 1
        buffer.removeAll(keepingCapacity: true)
    }

    func finish() throws(FileStoreError) -> String {
        if !buffer.isEmpty { try flush() }
        return ""
    }

    func abort() {
        buffer = []
        // Remaining chunks are found and removed by the sweep.
        if chunks > 0 { try? MongoFiles(client).removeChunks(of: [id]) }
        chunks = 0
    }
}

extension MongoFailure {
    /// OutOfDiskSpace.
    fileprivate var isDiskFull: Bool { code == 14031 }
}
