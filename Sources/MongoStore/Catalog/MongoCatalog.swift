// Quick replies and saved views, one collection for each.

import Text
internal import Tickets

extension MongoLog {
    func entries(
        _ kind: CatalogKind, sharedOrOf owner: ExactText
    ) throws(StoreError) -> [CatalogEntry] {
        let visible = Tree.anyOf([
            .field("isShared", .bool(true)), .field("owner.id", Tree(owner)),
        ])
        let cursor = try client.find(
            in: kind.collection, [visible].allHold, options: [.init("sort", .field("_id", .int(1)))]
        )
        return try cursor.all { fields throws(StoreError) in
            try read { () throws(RecordError) in try CatalogEntry(document: fields, kind) }
        }
    }

    func entry(_ id: CatalogID, _ kind: CatalogKind) throws(StoreError) -> CatalogEntry? {
        let cursor = try client.find(in: kind.collection, [.init("_id", Tree(id))])
        return try cursor.next().map { fields throws(StoreError) in
            try read { () throws(RecordError) in try CatalogEntry(document: fields, kind) }
        }
    }

    func allEntries(_ kind: CatalogKind) throws(StoreError) -> [CatalogEntry] {
        let cursor = try client.find(in: kind.collection, [])
        return try cursor.all { fields throws(StoreError) in
            try read { () throws(RecordError) in try CatalogEntry(document: fields, kind) }
        }
    }

    /// Visits each entry with its `_id` and whether its copied fields are right; nil: unreadable.
    func visitEntries(
        _ kind: CatalogKind, _ visit: (String, CatalogEntry?, Bool) -> Void
    ) throws(StoreError) {
        let cursor = try client.find(
            in: kind.collection, [], options: [.init("sort", .field("_id", .int(1)))])
        while let fields = try cursor.next() {
            let entry = try? CatalogEntry(document: fields, kind)
            let id = (try? RecordReader(.object(fields)))
                .flatMap { (try? $0.id("_id")) as CatalogID? }
            let isShared = fields.first { $0.name == "isShared" }?.value
            visit(
                id.map { "\($0)" } ?? "an entry without an id", entry,
                entry.map { isShared == .bool($0.isShared) } ?? false)
        }
    }

    func put(_ entry: CatalogEntry) throws(StoreError) {
        guard case .object(let record) = entry.record else { return }
        let fields = record.map { $0.name == "id" ? Tree.Field("_id", $0.value) : $0 }
        let replacement = MongoUpsert(
            filter: BSONDocument([.init("_id", Tree(entry.id))]),
            document: BSONDocument(fields), isReplacement: true)
        do throws(MongoFailure) {
            try client.upsert([replacement], into: entry.kind.collection)
        } catch {
            throw error.outcome(client.address)
        }
    }

    func remove(_ id: CatalogID, _ kind: CatalogKind) throws(StoreError) {
        let one = Tree.object([
            .init("q", .field("_id", Tree(id))), .init("limit", .int(1)),
        ])
        do throws(MongoFailure) {
            try client.write([
                .init("delete", Tree(kind.collection.rawValue)),
                .init("deletes", .array([one])),
            ])
        } catch {
            throw error.outcome(client.address)
        }
    }
}

/// What reads the catalog by its log: the store and its readers.
protocol CatalogLog: AnyObject {
    var log: MongoLog { get }
}

extension CatalogLog {
    func entries(
        _ kind: CatalogKind, sharedOrOf owner: ExactText
    ) throws(StoreError) -> [CatalogEntry] { try log.entries(kind, sharedOrOf: owner) }

    func entry(_ id: CatalogID, _ kind: CatalogKind) throws(StoreError) -> CatalogEntry? {
        try log.entry(id, kind)
    }
}

extension MongoTicketReader: CatalogReader, CatalogLog {}

extension MongoTicketStore: CatalogStore, CatalogLog {
    func put(_ entry: CatalogEntry) throws(StoreError) { try log.put(entry) }

    func remove(_ id: CatalogID, _ kind: CatalogKind) throws(StoreError) {
        try log.remove(id, kind)
    }
}

extension CatalogKind {
    fileprivate var collection: MongoCollection {
        switch self {
        case .canned: .canned
        case .views: .views
        case .projects: .projects
        }
    }
}

extension CatalogEntry {
    fileprivate init(document: [Tree.Field], _ kind: CatalogKind) throws(RecordError) {
        let fields = document.map { $0.name == "_id" ? Tree.Field("id", $0.value) : $0 }
        try self.init(record: .object(fields), kind)
    }
}
