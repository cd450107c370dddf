// Replaces a person's id and name by a pseudonym in all documents. Each document is changed
// separately, and a repeated change has no effect, so an interrupted erasure can continue.

import Text
internal import Tickets

struct MongoErasure {
    let log: MongoLog
    private var client: MongoClient { log.client }

    // MARK: The erasures

    func erasures() throws(StoreError) -> [Erasure] {
        let cursor = try client.find(
            in: .erasures, [], options: [.init("sort", .field("at", .int(1)))])
        return try cursor.all { fields throws(StoreError) in
            try log.read { () throws(RecordError) in try Erasure(record: .object(fields)) }
        }
    }

    func keep(_ erasure: Erasure) throws(StoreError) {
        guard case .object(let fields) = erasure.record else { return }
        let id = Tree.Field("_id", Tree(erasure.pseudonym))
        try write { () throws(MongoFailure) in
            try client.upsert(
                [
                    MongoUpsert(
                        filter: BSONDocument([id]), document: BSONDocument([id] + fields),
                        isReplacement: true)
                ], into: .erasures)
        }
    }

    // MARK: Tickets

    /// Paths in an event to people's ids.
    private static let eventPaths = [
        "by.id", "message.mentions", "message.redacted.by.id", "head.client.id",
        "head.assignedTo.id", "head.watchers.id", "head.redacted.by.id",
        "changes.assignedTo.from.id", "changes.assignedTo.to.id", "changes.watchers.from.id",
        "changes.watchers.to.id", "outbox.data.recipients.person.id",
    ]

    /// The same in a snapshot: after a crash its events may be renamed and the snapshot not.
    private static let snapshotPaths = [
        "client.id", "assignedTo.id", "watchers.id", "redacted.by.id", "trail.publicMessageAuthor",
    ]

    private static func names(_ person: ExactText, in paths: [String]) -> Tree.Field {
        .init("$or", .array(paths.map { .field($0, Tree(person)) }))
    }

    /// By ticket and without an index on people, which would slow every write of an event.
    func tickets(
        naming person: ExactText, after: TicketID, limit: Int
    ) throws(StoreError) -> (named: [TicketID], end: TicketID?) {
        let stretch = try client.find(
            in: .tickets, [.init("_id", .field("$gt", Tree(after)))],
            options: [
                .init("sort", .field("_id", .int(1))), .init("limit", Tree(limit)),
                .init("projection", .field("_id", .int(1))),
            ])
        let ids = try stretch.all { fields throws(StoreError) in try id(fields, "_id") }
        guard let end = ids.last else { return ([], nil) }
        let bounds = Tree.object([.init("$gt", Tree(after)), .init("$lte", Tree(end))])
        let logs = try client.find(
            in: .events, [.init("ticket", bounds), Self.names(person, in: Self.eventPaths)],
            options: [.init("projection", .field("ticket", .int(1)))])
        let snapshots = try client.find(
            in: .tickets, [.init("_id", bounds), Self.names(person, in: Self.snapshotPaths)],
            options: [.init("projection", .field("_id", .int(1)))])
        let named = try logs.all { fields throws(StoreError) in try id(fields, "ticket") }
        let led = try snapshots.all { fields throws(StoreError) in try id(fields, "_id") }
        return (Set(named + led).sorted(), end)
    }

    private func id(_ fields: [Tree.Field], _ name: ExactText) throws(StoreError) -> TicketID {
        try log.read { () throws(RecordError) in
            try RecordReader(.object(fields), "document").id(name)
        }
    }

    /// Each kind of document once for all of them, since each write waits for a majority.
    func rename(_ renaming: PersonRenaming, in tickets: [TicketID]) throws(StoreError) {
        let ofTickets = Tree.Field("ticket", .within(tickets.map { Tree($0) }))
        try moveEntries(ofTickets, renaming)
        try rename(
            renaming, in: .events, [ofTickets, Self.names(renaming.id, in: Self.eventPaths)])
        var words: [MongoUpsert] = []
        var snapshots: [MongoUpsert] = []
        for ticket in tickets {
            guard let snapshot = try log.snapshot(of: ticket) else { continue }
            let renamed = try log.read { () throws(RecordError) in try renaming.rename(snapshot) }
            words.append(try log.words(of: renamed).upsert(ticket))
            snapshots.append(renamed.replacement)
        }
        try write { () throws(MongoFailure) in
            try client.upsert(words, into: .search)
            try client.upsert(snapshots, into: .tickets)
        }
    }

    /// They may be on their way to the outbox at the same time. Existing entries are kept there, so
    /// the renamed ones are inserted first.
    private func moveEntries(
        _ ofTickets: Tree.Field, _ renaming: PersonRenaming
    ) throws(StoreError) {
        let pending = MongoOutboxStore.pending
        let events = try client.find(
            in: .events, [ofTickets, .init(pending, .field("$exists", .bool(true)))],
            options: [.init("projection", .field(pending, .int(1)))])
        var entries: [MongoUpsert] = []
        while let fields = try events.next() {
            guard case .array(let items)? = fields.first(where: { $0.name == pending })?.value
            else { continue }
            entries += items.compactMap {
                MongoOutboxStore.insertion(embedded: renaming.rename($0))
            }
        }
        try write { () throws(MongoFailure) in try client.upsert(entries, into: .outbox) }
    }

    /// Replaces the person in every document that `filter` finds, which a renamed one does not match.
    private func rename(
        _ renaming: PersonRenaming, in collection: MongoCollection, _ filter: [Tree.Field]
    ) throws(StoreError) {
        let found = try client.find(in: collection, filter)
        var upserts: [MongoUpsert] = []
        while let fields = try found.next() {
            let id = fields.filter { $0.name == "_id" }
            guard case .object(let renamed) = renaming.rename(.object(fields)), id.count == 1
            else { throw StoreError.corrupt("a document of \(collection.rawValue) has no _id") }
            upserts.append(
                MongoUpsert(
                    filter: BSONDocument(id), document: BSONDocument(renamed), isReplacement: true))
            guard upserts.count == Self.documentsPerWrite else { continue }
            try write { () throws(MongoFailure) in try client.upsert(upserts, into: collection) }
            upserts = []
        }
        try write { () throws(MongoFailure) in try client.upsert(upserts, into: collection) }
    }

    private static let documentsPerWrite = 500

    // MARK: Everything else

    func forget(_ renaming: PersonRenaming) throws(StoreError) {
        let person = Tree(renaming.id)
        try write { () throws(MongoFailure) in
            try remove(from: .people, [.init("_id", person)])
            try remove(from: .reads, [.init("person", person)])
            try remove(from: .contacts, [.init("_id", person)])
            // The search words of their names and address.
            try remove(from: .names, [.init("_id", person)])
            let nobody = Person(
                id: renaming.pseudonym, name: Person.erasedName, role: .client)
            try client.upsert([PersonWords.upsert(nobody)], into: .names)
            try remove(from: .notifications, [.init("person", person)])
            // An e-mail without a recipient has no address.
            try remove(
                from: .outbox,
                [
                    .init("target", Tree(OutboxTarget.mail.name)),
                    .init("data.recipients.person.id", person),
                ])
        }
        try rename(renaming, in: .outbox, [.init("data.recipients.person.id", person)])
        try rename(renaming, in: .notifications, [.init("data.by.id", person)])
        try rename(renaming, in: .erasures, [.init("by.id", person)])
        try forgetFiles(of: renaming)
        for kind in CatalogKind.allCases { try renameCatalog(renaming, kind) }
        for collection in [MongoCollection.statistics, .quarters] {
            try renameStatistics(renaming, in: collection)
        }
    }

    private func remove(
        from collection: MongoCollection, _ filter: [Tree.Field]
    ) throws(MongoFailure) {
        let all = Tree.object([.init("q", .object(filter)), .init("limit", .int(0))])
        try client.write([
            .init("delete", Tree(collection.rawValue)), .init("deletes", .array([all])),
        ])
    }

    private func forgetFiles(of renaming: PersonRenaming) throws(StoreError) {
        let own = Tree.Field("metadata.owner", Tree(renaming.id))
        let free = [own, .init("metadata.free", .bool(true))]
        let found = try client.find(
            in: .files, free, options: [.init("projection", .field("_id", .int(1)))])
        let ids = try found.all { fields throws(StoreError) in
            try log.read { () throws(RecordError) -> FileID in
                try RecordReader(.object(fields), "file").id("_id")
            }
        }
        try write { () throws(MongoFailure) in
            try MongoFiles(client).removeChunks(of: ids)
            try remove(from: .files, free)
            try client.update(
                .files, [own],
                [.init("$set", .field("metadata.owner", Tree(renaming.pseudonym)))])
        }
    }

    private func renameCatalog(
        _ renaming: PersonRenaming, _ kind: CatalogKind
    ) throws(StoreError) {
        for entry in try log.allEntries(kind) {
            guard let renamed = renaming.rename(entry) else {
                try log.remove(entry.id, kind)
                continue
            }
            if renamed != entry { try log.put(renamed) }
        }
    }

    /// An `_id` cannot change: insert the new document, then delete the old one.
    private func renameStatistics(
        _ renaming: PersonRenaming, in collection: MongoCollection
    ) throws(StoreError) {
        let scope = Tree(StatisticsScope.technician(renaming.id).code)
        let new = Tree(StatisticsScope.technician(renaming.pseudonym).code)
        let found = try client.find(in: collection, [.init("_id.scope", scope)])
        let upserts = try found.all { fields throws(StoreError) -> MongoUpsert in
            let renamed = fields.map { field -> Tree.Field in
                guard field.name == "_id", case .object(let parts) = field.value else {
                    return field
                }
                return .init(
                    "_id", .object(parts.map { $0.name == "scope" ? .init("scope", new) : $0 }))
            }
            return MongoUpsert(
                filter: BSONDocument(renamed.filter { $0.name == "_id" }),
                document: BSONDocument(renamed), isReplacement: true)
        }
        try write { () throws(MongoFailure) in
            try client.upsert(upserts, into: collection)
            try remove(from: collection, [.init("_id.scope", scope)])
        }
    }

    private func write(_ body: () throws(MongoFailure) -> Void) throws(StoreError) {
        do throws(MongoFailure) {
            try body()
        } catch {
            throw error.unavailable(client.address)
        }
    }
}

extension MongoTicketStore: ErasureStore {
    private var erasing: MongoErasure { MongoErasure(log: log) }

    /// Writes what is pending first, and for good: it may name the person. Nothing is handed over until
    /// the erasure's step returns.
    private func flushPending() throws(StoreError) { try writeLastingly() }

    func erasures() throws(StoreError) -> [Erasure] { try erasing.erasures() }
    func keep(_ erasure: Erasure) throws(StoreError) { try erasing.keep(erasure) }

    func tickets(
        naming person: ExactText, after: TicketID, limit: Int
    ) throws(StoreError) -> (named: [TicketID], end: TicketID?) {
        try flushPending()
        return try erasing.tickets(naming: person, after: after, limit: limit)
    }

    func rename(_ renaming: PersonRenaming, in tickets: [TicketID]) throws(StoreError) {
        try flushPending()
        try erasing.rename(renaming, in: tickets)
    }

    func forget(_ renaming: PersonRenaming) throws(StoreError) {
        try flushPending()
        try erasing.forget(renaming)
    }
}
