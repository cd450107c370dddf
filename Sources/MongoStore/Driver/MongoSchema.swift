// Creates the indexes. Unique indexes let a second writer fail cleanly: on a seq, a ticket number
// or an author's key. The others keep the hub's frequent queries off collection scans.

import Text
internal import Tickets

enum MongoSchema {
    /// Creates the missing indexes; an existing index costs nothing.
    static func create(
        in client: MongoClient, _ progress: (StoreProgress) -> Void
    ) throws(StoreError) {
        for (collection, indexes) in expected {
            if try lacks(indexes, collection, client), try isLarge(collection, client) {
                progress(.indexes(collection: collection.rawValue))
            }
            do throws(MongoFailure) {
                try create(indexes, of: collection, in: client)
            } catch {
                throw error.unavailable(client.address)
            }
        }
        for name in superseded { try drop(name, in: client) }
        try fillWaiting(in: client)
    }

    /// Every collection that a start makes, with its indexes.
    static let expected: [(collection: MongoCollection, indexes: [Tree])] = [
        (.events, events + GridFS.eventIndexes), (.tickets, tickets), (.people, people),
        (.reads, reads), (.files, GridFS.fileIndexes), (.chunks, GridFS.chunkIndexes),
        (.outbox, outbox), (.notifications, notifications), (.search, search), (.names, names),
        (.canned, catalog), (.views, catalog), (.projects, catalog),
    ]

    static func create(
        _ indexes: [Tree], of collection: MongoCollection, in client: MongoClient
    ) throws(MongoFailure) {
        try client.run([
            .init("createIndexes", Tree(collection.rawValue)), .init("indexes", .array(indexes)),
        ])
    }

    /// Snapshots of earlier versions lack the time since when a person waits in `order`: computes
    /// it from their other fields. The index finds those that lack it, so a later start costs
    /// nothing.
    private static func fillWaiting(in client: MongoClient) throws(StoreError) {
        let path = TicketOrderField.waitingSince.path
        let since = Tree.field("$toLong", .string("$waitingSince"))
        let value = Tree.field("$ifNull", .array([since, .int(TicketSort.nobodyWaits)]))
        do throws(MongoFailure) {
            try client.run([
                .init("update", Tree(MongoCollection.tickets.rawValue)),
                .init(
                    "updates",
                    .array([
                        .object([
                            .init("q", .field(path, .null)),
                            .init("u", .array([.field("$set", .field(path, value))])),
                            .init("multi", .bool(true)),
                        ])
                    ])),
            ])
        } catch {
            throw error.unavailable(client.address)
        }
    }

    /// For commands that create nothing. Throws for a database that is not a hub's, or that only
    /// an earlier version has opened: it lacks an index of tickets, and they lack what it orders.
    /// Indexes that are missing alone are damage, which `check` names.
    static func requireCurrent(in client: MongoClient) throws(StoreError) {
        try client.requireStore()
        let isEarlier = Tree.Field(
            TicketOrderField.waitingSince.path, .field("$exists", .bool(false)))
        guard try lacks(tickets, .tickets, client),
            try client.find(in: .tickets, [isEarlier], options: [.init("limit", .int(1))]).next()
                != nil
        else { return }
        throw .unavailable(
            "\(client.address.label) was made by an earlier Guichet; start `guichet serve` on it once"
        )
    }

    private static func lacks(
        _ indexes: [Tree], _ collection: MongoCollection, _ client: MongoClient
    ) throws(StoreError) -> Bool {
        let there = try names(of: collection, client)
        return indexes.contains { index in name(of: index).map { !there.contains($0) } ?? false }
    }

    /// The names of its indexes; empty: there is no such collection.
    static func names(
        of collection: MongoCollection, _ client: MongoClient
    ) throws(StoreError) -> Set<ExactText> {
        let cursor = try client.indexes(of: collection)
        var names: Set<ExactText> = []
        while let fields = try cursor.next() {
            if let name = name(of: .object(fields)) { names.insert(name) }
        }
        return names
    }

    static func name(of index: Tree) -> ExactText? {
        guard case .object(let fields) = index else { return nil }
        return fields.first { $0.name == "name" }?.value.textValue
    }

    /// Whether creating an index takes noticeable time.
    private static func isLarge(
        _ collection: MongoCollection, _ client: MongoClient
    ) throws(StoreError) -> Bool {
        let beyond = try client.find(
            in: collection, [],
            options: [
                .init("skip", .int(50_000)), .init("limit", .int(1)),
                .init("projection", .field("_id", .int(1))),
            ])
        return try beyond.next() != nil
    }

    private static func drop(_ index: String, in client: MongoClient) throws(StoreError) {
        do throws(MongoFailure) {
            try client.run([
                .init("dropIndexes", Tree(MongoCollection.tickets.rawValue)),
                .init("index", Tree(index)),
            ])
        } catch {
            guard error.isMissingIndex else { throw error.unavailable(client.address) }
        }
    }

    private static let keyExists = Tree.Field("key", .object([.init("$exists", .bool(true))]))

    /// The keys of `create` and those of one ticket are different scopes, so `seq` tells them apart
    /// in both indexes.
    private static let events = [
        index("log", [("ticket", 1), ("seq", 1)], isUnique: true),
        index(
            "ticketKey", [("ticket", 1), ("by.id", 1), ("key", 1)], isUnique: true,
            only: [keyExists, .init("seq", .object([.init("$gt", .int(1))]))]),
        index(
            "creationKey", [("by.id", 1), ("key", 1)], isUnique: true,
            only: [keyExists, .init("seq", .int(1))]),
        // Numbers are unique in the events, which are the truth, and not only in the snapshots.
        index("number", [("head.number", 1)], isUnique: true, only: [.init("seq", .int(1))]),
        // A partial index: it has only events whose outbox entries have not moved yet.
        index(
            MongoOutboxStore.pending.string, [("at", 1)],
            only: [.init(MongoOutboxStore.pending, .object([.init("$exists", .bool(true))]))]),
        index(
            MongoRedaction.pending.string, [("at", 1)],
            only: [.init(MongoRedaction.pending, .field("$exists", .bool(true)))]),
    ]

    private static let outbox = [
        index("due", [("target", 1), ("state", 1), ("due", 1)]),
        index("state", [("state", 1), ("due", 1)]),
        // Finds earlier entries of a ticket that still wait.
        index(
            "turns", [("target", 1), ("data.ticket", 1), ("data.seq", 1)],
            only: [.init("state", Tree(OutboxState.waiting.rawValue))]),
    ]

    private static let notifications = [
        index("list", [("person", 1), ("serial", 1)]),
        index(
            "unread", [("person", 1), ("ticket", 1), ("at", 1)], only: [.init("read", .bool(false))]
        ),
        index("read", [("at", 1)], only: [.init("read", .bool(true))]),
        index("event", [("ticket", 1), ("seq", 1)]),
    ]

    /// Every commit writes snapshots, and the server updates all indexes each time: with 19 indexes
    /// a snapshot took ten times as long as with one. So only access, alarms, counts and orders
    /// have indexes. The number is indexed in the events.
    private static let tickets = [
        index(
            "alarm", [("alarmAt", 1), ("_id", 1)],
            only: [.init("alarmAt", .object([.init("$exists", .bool(true))]))]),
        index("status", [("status", 1)]), index("client", [("client.id", 1)]),
        index("tag", [("tags", 1)]), index("sla", [("slaFilter", 1)]),
        index("assignedTo", [("assignedTo.id", 1)]), index("watcher", [("watchers.id", 1)]),
        // The newest of each project is its first.
        index("project's newest", [("project", 1), ("order.updatedAt", -1)]),
        // Covers the counts of open tickets by age, priority and technician, and by project.
        index(
            "open by project",
            [
                ("status", 1), ("priority", 1), ("assignedTo.id", 1), ("order.createdAt", 1),
                ("project", 1),
            ]),
        index(.urgency, for: .staff), index(.updatedAt, for: .staff),
        index(.updatedAt, for: .client), index(.createdAt, for: .staff),
        index(.deadline, for: .staff), index(.priorityDescending, for: .staff),
        index(.waitingSince, for: .staff),
    ]

    /// Indexes of earlier versions, replaced by the others.
    private static let superseded = [
        "-updatedAt of staff", "-updatedAt of clients", "project", "open",
    ]

    private static let people = [
        index("name", [("name", 1), ("_id", 1)]), index("role", [("role", 1)]),
    ]

    private static let reads = [index("mark", [("ticket", 1), ("person", 1)], isUnique: true)]

    private static let catalog = [
        index("owner", [("owner.id", 1)]), index("shared", [("isShared", 1)]),
    ]

    /// Multikey indexes of word lists: one key for each word.
    private static let search =
        (SearchField.allCases.map(\.rawValue) + SearchPeople.allCases.map(\.rawValue)).map {
            index($0, [($0, 1)])
        }
    private static let names = [PersonWords.names, PersonWords.address].map {
        index($0.string, [($0.string, 1)])
    }

    /// Read backwards it is the opposite order too.
    private static func index(_ sort: TicketSort, for audience: Audience) -> Tree {
        let keys = sort.keys.map { key, ascending in
            (TicketOrderField(key, for: audience).path, ascending ? 1 : -1)
        }
        let name = "\(sort.rawValue) of \(audience == .staff ? "staff" : "clients")"
        return index(name, keys + [("_id", sort.idAscending ? 1 : -1)])
    }

    static func index(
        _ name: String, _ keys: [(String, Int)], isUnique: Bool = false,
        only condition: [Tree.Field] = []
    ) -> Tree {
        var fields: [Tree.Field] = [
            .init("key", .object(keys.map { .init($0.0, Tree($0.1)) })),
            .init("name", Tree(name)),
        ]
        if isUnique { fields.append(.init("unique", .bool(true))) }
        if !condition.isEmpty {
            fields.append(.init("partialFilterExpression", .object(condition)))
        }
        return .object(fields)
    }
}
