// Writes of `guichet check --repair`: everything that follows from a ticket's events, and the
// removal of documents without an event. Search words are rebuilt elsewhere, as a whole.

private import Glibc
import Text
internal import Tickets

struct MongoRepair {
    private let client: MongoClient
    private let log: MongoLog

    init(_ address: MongoAddress) throws(StoreError) {
        client = try MongoClient(address).withoutTimeLimit()
        log = MongoLog(client: client)
    }

    /// Returns what could not be written, and why.
    func run(_ plan: StoreRepair) throws(StoreError) -> [String] {
        var left: [String] = []
        for snapshot in plan.snapshots {
            left += try attempt("ticket \(snapshot.id)") { () throws(StoreError) in
                try write([snapshot.replacement], into: .tickets)
                try repair(snapshot)
            }
        }
        for person in plan.people {
            left += try attempt("person “\(person.id.excerpt)”") { () throws(StoreError) in
                try write([person.replacement], into: .people)
            }
        }
        if plan.isClearing {
            for (name, clear) in clearings { left += try attempt(name, clear) }
        }
        return left
    }

    private func attempt(
        _ name: String, _ body: () throws(StoreError) -> Void
    ) throws(StoreError) -> [String] {
        do throws(StoreError) {
            try body()
            return []
        } catch {
            guard case .corrupt(let reason) = error else { throw error }
            return ["\(name) was not repaired: \(reason)"]
        }
    }

    private func write(
        _ upserts: [MongoUpsert], into collection: MongoCollection
    ) throws(StoreError) {
        do throws(MongoFailure) {
            try client.upsert(upserts, into: collection)
        } catch {
            throw error.ofRepair(client.address)
        }
    }

    private func repair(_ snapshot: Ticket) throws(StoreError) {
        try update(
            .reads,
            [
                .init("ticket", Tree(snapshot.id)),
                .init("seq", .field("$gt", Tree(snapshot.seq))),
            ],
            .field("seq", Tree(snapshot.seq)))
        let events = try log.events(of: snapshot.id, where: [.init("$gt", .int(0))])
        while let fields = try events.next() {
            let event = try log.readEvent(fields)
            if !fields.contains(.init("isPublic", .bool(event.isPublic))) {
                try update(
                    .events,
                    [.init("ticket", Tree(event.ticket)), .init("seq", Tree(event.seq))],
                    .field("isPublic", .bool(event.isPublic)))
            }
            for attachment in event.attachments {
                guard let claim = event.claims[attachment.id] else { continue }
                // Parts can only be set of an object.
                try update(
                    .files,
                    [
                        .init("_id", Tree(attachment.id)),
                        .init("metadata", .field("$not", .field("$type", .string("object")))),
                    ], .field("metadata", .object([])))
                try update(
                    .files, [.init("_id", Tree(attachment.id))],
                    .object([
                        .init("filename", Tree(attachment.name)),
                        .init("length", Tree(attachment.size)),
                        .init("metadata.type", Tree(attachment.type)),
                        .init("metadata.owner", Tree(event.by.id)),
                        .init("metadata.ticket", Tree(claim.ticket)),
                        .init("metadata.seq", Tree(claim.seq)),
                        .init("metadata.internal", .bool(claim.isInternal)),
                    ]))
            }
            do throws(MongoFailure) {
                try MongoFiles(client).take(event.claims)
            } catch {
                throw error.ofRepair(client.address)
            }
        }
    }

    private func update(
        _ collection: MongoCollection, _ filter: [Tree.Field], _ values: Tree
    ) throws(StoreError) {
        do throws(MongoFailure) {
            try client.update(collection, filter, [.init("$set", values)])
        } catch {
            throw error.ofRepair(client.address)
        }
    }

    // MARK: Clearing

    private var clearings: [(name: String, run: () throws(StoreError) -> Void)] {
        let log = log
        return [
            ("what is of no ticket", removeMisnamed), ("search and reads", removeStrays),
            ("people", removeUnreadablePeople),
            (
                "notifications",
                { () throws(StoreError) in try MongoNotificationInspection.repair(log) }
            ),
            ("the catalog", repairCatalog), ("the outbox", repairOutbox),
            ("files.files", freeFiles),
            ("names", { () throws(StoreError) in try MongoPeopleInspection.repair(log) }),
        ] + indexing
    }

    /// Last: documents that a unique index does not allow may be gone by then.
    private var indexing: [(name: String, run: () throws(StoreError) -> Void)] {
        let missing = MongoMissingIndexes(client: client)
        return MongoSchema.expected.map { collection, indexes in
            (
                "the indexes of \(collection.rawValue)",
                { () throws(StoreError) in try missing.repair(collection, indexes) }
            )
        }
    }

    private func removeStrays() throws(StoreError) {
        try remove(.search, ticketAt: "_id", seqAt: nil)
        try remove(.reads, ticketAt: "ticket", seqAt: nil)
    }

    private func repairOutbox() throws(StoreError) {
        try deliverStateless()
        try remove(.outbox, ticketAt: "data.ticket", seqAt: "data.seq")
    }

    /// Documents whose ticket, person or seq has another type than they need.
    private func removeMisnamed() throws(StoreError) {
        func isOther(_ name: ExactText, than type: Tree) -> Tree {
            .field(name, .field("$not", .field("$type", type)))
        }
        let isNoMark = Tree.array([
            isOther("ticket", than: .string("objectId")),
            isOther("person", than: .string("string")),
            isOther("seq", than: .array([.string("int"), .string("long")])),
            .field("seq", .field("$lt", .int(1))),
        ])
        let isNoTicket = Tree.Field(
            "_id", .field("$not", .field("$type", .string("objectId"))))
        do throws(MongoFailure) {
            try client.delete(.tickets, [isNoTicket])
            try client.delete(.search, [isNoTicket])
            try client.delete(.files, [MongoFiles.isOfNoFile])
            try client.delete(.reads, [.init("$or", isNoMark)])
        } catch {
            throw error.ofRepair(client.address)
        }
    }

    /// Removes documents of a missing event; without a seq, of a ticket without events.
    private func remove(
        _ collection: MongoCollection, ticketAt ticketPath: String, seqAt seqPath: String?
    ) throws(StoreError) {
        let cursor = try client.find(in: collection, [])
        var strays: [Tree] = []
        while let fields = try cursor.next() {
            guard let name = fields.first(where: { $0.name == "_id" })?.value,
                case .objectID(let high, let low)? = Self.value(ticketPath, fields)
            else { continue }
            var seq = 1
            if let seqPath {
                guard case .int(let number)? = Self.value(seqPath, fields) else { continue }
                seq = Int(number)
            }
            if try lacksEvent(TicketID(high: high, low: low), seq) { strays.append(name) }
        }
        for start in stride(from: 0, to: strays.count, by: Self.removedAtOnce) {
            let names = Array(strays[start..<min(start + Self.removedAtOnce, strays.count)])
            do throws(MongoFailure) {
                try client.delete(collection, [.init("_id", .within(names))])
            } catch {
                throw error.ofRepair(client.address)
            }
        }
    }

    private static let removedAtOnce = 1000

    private func repairCatalog() throws(StoreError) {
        for kind in CatalogKind.allCases {
            var wrong: [CatalogEntry] = []
            try log.visitEntries(kind) { _, entry, isSame in
                if let entry, !isSame { wrong.append(entry) }
            }
            for entry in wrong { try log.put(entry) }
        }
    }

    private func removeUnreadablePeople() throws(StoreError) {
        let roles = [Role.client, .technician, .admin].map { Tree($0.rawValue) }
        do throws(MongoFailure) {
            try client.delete(
                .people,
                [
                    .init(
                        "$or",
                        .array([
                            .object([MongoPeopleInspection.isNameless]),
                            .field("role", .field("$nin", .array(roles))),
                            .field("name", .field("$not", .field("$type", .string("string")))),
                        ]))
                ])
        } catch {
            throw error.ofRepair(client.address)
        }
    }

    /// Entries without a state or a time would wait forever.
    private func deliverStateless() throws(StoreError) {
        let states = OutboxState.allCases.map { Tree($0.rawValue) }
        let now = Timestamp(milliseconds: Int64(time(nil)) * 1000)
        for condition in [
            Tree.Field("state", .field("$nin", .array(states))),
            .init("due", .field("$not", .field("$type", .string("date")))),
        ] {
            try update(
                .outbox, [condition],
                .object([
                    .init("state", Tree(OutboxState.waiting.rawValue)), .init("due", .time(now)),
                ]))
        }
    }

    /// Detaches files. They are their owner's uploads again, and expire if they are not attached.
    private func freeFiles() throws(StoreError) {
        let cursor = try client.find(
            in: .files, [.init("metadata.ticket", .field("$exists", .bool(true)))])
        var strays: [FileID] = []
        while let fields = try cursor.next() {
            guard let file = try? StoredFile(document: fields), let claim = file.claim else {
                continue
            }
            let event = try log.events(
                of: claim.ticket, where: [.init("$eq", Tree(claim.seq))], limit: 1)
            let isThere = try event.next().map { fields throws(StoreError) in
                try log.readEvent(fields).claims[file.id] != nil
            }
            if isThere != true { strays.append(file.id) }
        }
        for id in strays {
            do throws(MongoFailure) {
                try client.update(
                    .files, [.init("_id", Tree(id))],
                    [
                        .init("$set", .field("metadata.free", .bool(true))),
                        .init(
                            "$unset",
                            .object(
                                ["ticket", "seq", "internal"].map {
                                    .init("metadata.\($0)", .string(""))
                                })),
                    ])
            } catch {
                throw error.ofRepair(client.address)
            }
        }
    }

    private func lacksEvent(_ ticket: TicketID, _ seq: Int) throws(StoreError) -> Bool {
        try log.events(of: ticket, where: [.init("$eq", Tree(seq))], limit: 1).next() == nil
    }

    private static func value(_ path: String, _ fields: [Tree.Field]) -> Tree? {
        let (name, rest) = path.split(separator: ".").reduce(into: (ExactText(""), ExactText(""))) {
            parts, part in
            if parts.0.isEmpty { parts.0 = ExactText(part) } else { parts.1 = ExactText(part) }
        }
        guard let value = fields.first(where: { $0.name == name })?.value else { return nil }
        guard !rest.isEmpty else { return value }
        guard case .object(let inner) = value else { return nil }
        return inner.first { $0.name == rest }?.value
    }
}
