// Metadata of files, for the journal and the file threads. The events are the truth about what is
// attached where; the entry has a copy, which a crash may have prevented.

internal import CMongo
import Text
internal import Tickets

struct MongoFiles {
    let client: MongoClient
    private let log: MongoLog

    init(_ client: MongoClient) {
        self.client = client
        log = MongoLog(client: client)
    }

    func files(_ ids: [FileID]) throws(StoreError) -> [FileID: StoredFile] {
        guard !ids.isEmpty else { return [:] }
        var found: [FileID: StoredFile] = [:]
        for file in try entries([.init("_id", .within(ids.map { Tree($0) }))]) {
            found[file.id] = file
        }
        let free = found.values.filter { $0.claim == nil }.map(\.id)
        for (id, claim) in try claims(of: free) { found[id]?.claim = claim }
        return found
    }

    func file(of owner: ExactText, key: ExactText) throws(StoreError) -> StoredFile? {
        let found = try entries(
            [.init("metadata.owner", Tree(owner)), .init("metadata.key", Tree(key))],
            options: [.init("sort", .field("_id", .int(1))), .init("limit", .int(1))])
        return try files(found.map(\.id)).values.first
    }

    func unattached(before bound: FileID, limit: Int) throws(StoreError) -> [StoredFile] {
        try entries(
            [
                .init("metadata.free", .bool(true)), .init("_id", .field("$lt", Tree(bound))),
            ],
            options: [
                .init("sort", .field("_id", .int(1))), .init("limit", Tree(max(1, limit))),
            ])
    }

    func newestUnattached(limit: Int) throws(StoreError) -> [StoredFile] {
        try entries(
            [.init("metadata.free", .bool(true))],
            options: [.init("sort", .field("_id", .int(-1))), .init("limit", Tree(limit))])
    }

    func usage(of owner: ExactText, since first: FileID) throws(StoreError) -> FileUsage {
        let cursor = try client.aggregate(
            .files,
            [
                .field(
                    "$match",
                    .object([
                        .init("metadata.owner", Tree(owner)),
                        .init("_id", .field("$gte", Tree(first))),
                    ])),
                .field(
                    "$group",
                    .object([
                        .init("_id", .null), .init("files", .field("$sum", .int(1))),
                        .init("bytes", .field("$sum", .string("$length"))),
                    ])),
            ])
        guard let fields = try cursor.next() else { return FileUsage() }
        return try log.read { () throws(RecordError) in
            let sums = try RecordReader(.object(fields), "usage")
            return FileUsage(files: try sums.int("files"), bytes: try sums.int("bytes"))
        }
    }

    /// The stored entries, without a look at the events.
    func entries(of ids: [FileID]) throws(StoreError) -> [StoredFile] {
        try entries([.init("_id", .within(ids.map { Tree($0) }))])
    }

    /// As above, and the ids whose entries are unreadable.
    func readableEntries(
        of ids: [FileID]
    ) throws(StoreError) -> (entries: [FileID: StoredFile], unreadable: Set<FileID>) {
        let cursor = try client.find(in: .files, [.init("_id", .within(ids.map { Tree($0) }))])
        var entries: [FileID: StoredFile] = [:]
        var unreadable: Set<FileID> = []
        while let fields = try cursor.next() {
            if let file = try? StoredFile(document: fields) {
                entries[file.id] = file
            } else if let id: FileID = try? RecordReader(.object(fields)).id("_id") {
                unreadable.insert(id)
            }
        }
        return (entries, unreadable)
    }

    /// The stored bytes of each file, counting chunks numbered from 0 without a gap.
    func storedBytes(of ids: [FileID]) throws(StoreError) -> [FileID: Int] {
        let cursor = try client.aggregate(
            .chunks,
            [
                .field("$match", .field("files_id", .within(ids.map { Tree($0) }))),
                .field(
                    "$group",
                    .object([
                        .init("_id", .string("$files_id")),
                        .init("bytes", .field("$sum", Self.dataSize)),
                        .init("pieces", .field("$sum", .int(1))),
                        .init("last", .field("$max", .string("$n"))),
                    ])),
            ])
        var bytes: [FileID: Int] = [:]
        while let fields = try cursor.next() {
            try log.read { () throws(RecordError) in
                let sum = try RecordReader(.object(fields), "chunks")
                let isNumbered = (try? sum.int("last") + 1 == sum.int("pieces")) ?? false
                bytes[try sum.id("_id")] = isNumbered ? try sum.int("bytes") : 0
            }
        }
        return bytes
    }

    /// A document whose `_id` is no file's: no event can name it.
    static let isOfNoFile = Tree.Field(
        "_id", .field("$not", .field("$type", .string("objectId"))))

    /// An expression; of data that is none: 0.
    private static let dataSize = Tree.field(
        "$cond",
        .array([
            .field("$eq", .array([.field("$type", .string("$data")), .string("binData")])),
            .field("$binarySize", .string("$data")), .int(0),
        ]))

    private func entries(
        _ filter: [Tree.Field], options: [Tree.Field] = []
    ) throws(StoreError) -> [StoredFile] {
        let cursor = try client.find(in: .files, filter, options: options)
        return try cursor.all { fields throws(StoreError) in
            try log.read { () throws(RecordError) in try StoredFile(document: fields) }
        }
    }

    /// Where the events attach these files.
    func claims(of ids: [FileID]) throws(StoreError) -> [FileID: FileClaim] {
        guard !ids.isEmpty else { return [:] }
        var claims: [FileID: FileClaim] = [:]
        for path in GridFS.attachmentPaths {
            let cursor = try client.find(
                in: .events, [.init(path, .within(ids.map { Tree($0) }))],
                options: [.init("projection", .field("_id", .int(0)))])
            while let fields = try cursor.next() {
                for (id, claim) in try log.readEvent(fields).claims where ids.contains(id) {
                    claims[id] = claim
                }
            }
        }
        return claims
    }

    // MARK: Writing

    func create(_ files: [StoredFile]) throws(MongoFailure) {
        try client.upsert(files.map(\.creation), into: .files)
    }

    func take(_ claims: [FileID: FileClaim]) throws(MongoFailure) {
        guard !claims.isEmpty else { return }
        let updates = claims.map { id, claim in
            Tree.object([
                .init("q", .field("_id", Tree(id))),
                .init(
                    "u",
                    .object([
                        .init(
                            "$set",
                            .object([
                                .init("metadata.ticket", Tree(claim.ticket)),
                                .init("metadata.seq", Tree(claim.seq)),
                                .init("metadata.internal", .bool(claim.isInternal)),
                            ])),
                        .init("$unset", .field("metadata.free", .bool(true))),
                    ])),
            ])
        }
        try client.write([
            .init("update", Tree(MongoCollection.files.rawValue)),
            .init("updates", .array(updates)),
        ])
    }

    /// Removes files that no event attaches; an entry that lags behind its event is repaired
    /// instead.
    func forget(_ ids: [FileID]) throws(StoreError) {
        guard !ids.isEmpty else { return }
        let attached = try claims(of: ids)
        let deletes = ids.filter { attached[$0] == nil }.map { id in
            Tree.object([
                .init(
                    "q",
                    .object([.init("_id", Tree(id)), .init("metadata.free", .bool(true))])),
                .init("limit", .int(1)),
            ])
        }
        do throws(MongoFailure) {
            try take(attached)
            guard !deletes.isEmpty else { return }
            try client.write([
                .init("delete", Tree(MongoCollection.files.rawValue)),
                .init("deletes", .array(deletes)),
            ])
        } catch {
            throw error.unavailable(client.address)
        }
    }

    func removeChunks(of ids: [FileID]) throws(MongoFailure) {
        guard !ids.isEmpty else { return }
        let all = Tree.object([
            .init("q", .field("files_id", .within(ids.map { Tree($0) }))),
            .init("limit", .int(0)),
        ])
        try client.write([
            .init("delete", Tree(MongoCollection.chunks.rawValue)),
            .init("deletes", .array([all])),
        ])
    }
}
