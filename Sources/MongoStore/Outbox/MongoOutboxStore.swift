// Outbox store on MongoDB. An event is inserted with its entries in one document, so that a crash
// cannot separate them. The entries are then moved to the collection `outbox` and removed from the
// event. Ids make a repeated move harmless, since an entry is kept for a while after it was sent.

import Text
internal import Tickets

final class MongoOutboxStore: OutboxStore {
    let client: MongoClient
    private let log: MongoLog

    init(_ address: MongoAddress) throws(StoreError) {
        client = try MongoClient(address)
        log = MongoLog(client: client)
    }

    // MARK: From events to the outbox

    /// Field and index of entries that have not moved yet.
    static let pending: ExactText = "outbox"
    private static let movesMax = 500

    private func movePending() throws(StoreError) {
        while true {
            let cursor = try client.find(
                in: .events, [.init(Self.pending, .field("$exists", .bool(true)))],
                options: [
                    .init("hint", Tree(Self.pending)), .init("limit", Tree(Self.movesMax)),
                    .init("sort", .field("at", .int(1))),
                    .init("projection", .field(Self.pending, .int(1))),
                ])
            var ids: [Tree] = []
            var entries: [MongoUpsert] = []
            while let fields = try cursor.next() {
                guard let id = fields.first(where: { $0.name == "_id" })?.value else { continue }
                ids.append(id)
                if case .array(let items)? = fields.first(where: { $0.name == Self.pending })?.value
                {
                    entries += items.compactMap(Self.insertion(embedded:))
                }
            }
            guard !ids.isEmpty else { return }
            try write { () throws(MongoFailure) in
                try client.upsert(entries, into: .outbox)
                try client.update(
                    .events, [.init("_id", .within(ids))],
                    [.init("$unset", .field(Self.pending, .string("")))])
            }
            if ids.count < Self.movesMax { return }
        }
    }

    // MARK: Leases

    func take(
        _ target: OutboxTarget, now: Timestamp, leasedUntil: Timestamp, limit: Int
    ) throws(StoreError) -> [LeasedEntry] {
        try movePending()
        let turns = try OutboxTurnDocuments(client: client, target: target, now: now).due(limit)
        guard !turns.isEmpty else { return [] }
        let name = ExactText("\(TicketID.make(at: now))")
        var leases: [ExactText: OutboxLease] = [:]
        // Two hubs may do this at once: each document changes for the first of them only.
        let changes = zip(turns, turns.countsTry).enumerated().map { place, turn in
            let lease = OutboxLease(name: name, place: place)
            leases[turn.0.id] = lease
            return MongoChange(
                filter: [
                    .init("_id", Tree(turn.0.id)), .init("due", .field("$lte", .time(now))),
                    .init("state", Tree(OutboxState.waiting.rawValue)),
                ],
                change: [
                    .init(
                        "$set",
                        .object([
                            .init("lease", Tree(lease.text)), .init("due", .time(leasedUntil)),
                        ])),
                    .init("$inc", .field("attempts", Tree(turn.1 ? 1 : 0))),
                ])
        }
        try write { () throws(MongoFailure) in _ = try client.change(changes, in: .outbox) }
        let documents = try held(leases)
        return turns.kept(Set(documents.keys), keepsOrder: target.keepsOrder).compactMap { turn in
            guard let lease = leases[turn.id], let fields = documents[turn.id] else { return nil }
            return leased(turn, fields, target, lease.text, leasedUntil)
        }
    }

    /// The entries that really have these leases: another hub may have been first.
    private func held(
        _ leases: [ExactText: OutboxLease]
    ) throws(StoreError) -> [ExactText: [Tree.Field]] {
        let taken = try client.find(
            in: .outbox, [.init("_id", .within(leases.keys.map { Tree($0) }))])
        var documents: [ExactText: [Tree.Field]] = [:]
        while let fields = try taken.next() {
            guard let reader = try? RecordReader(.object(fields)), let id = try? reader.text("_id"),
                let lease = leases[id], let held = try? reader.string("lease"),
                ExactText(held) == ExactText(lease.text)
            else { continue }
            documents[id] = fields
        }
        return documents
    }

    /// Accepts any content: an unreadable entry must not block the others.
    private func leased(
        _ turn: OutboxTurn, _ fields: [Tree.Field], _ target: OutboxTarget, _ lease: String,
        _ leasedUntil: Timestamp
    ) -> LeasedEntry {
        let reader = try? RecordReader(.object(fields))
        let data = reader?.optional("data")
        return LeasedEntry(
            id: turn.id, lease: lease, leasedUntil: leasedUntil,
            attempts: (try? reader?.int("attempts")) ?? 1, isRetaken: turn.lease != nil,
            due: turn.due,
            entry: data.flatMap { try? OutboxEntry(target: target.name, record: $0) })
    }

    func settle(_ results: [OutboxResult], now: Timestamp) throws(StoreError) -> Set<ExactText> {
        guard !results.isEmpty else { return [] }
        let changes = results.map { result in
            let settled = result.settled(at: now)
            return MongoChange(
                filter: [
                    .init("_id", Tree(result.entry.id)),
                    .init("lease", Tree(result.entry.lease)),
                ],
                change: [
                    .init(
                        "$set",
                        .object([
                            .init("state", Tree(settled.state.rawValue)),
                            .init("due", .time(settled.due)),
                            .init("reason", Tree(settled.reason)),
                        ])),
                    .init("$unset", .field("lease", .string(""))),
                    .init("$inc", .field("attempts", Tree(-settled.uncounted))),
                ])
        }
        let count = try write { () throws(MongoFailure) in
            try client.change(changes, in: .outbox)
        }
        let all = Set(results.map(\.entry.id))
        return count == all.count ? all : try settled(results, now: now)
    }

    /// Of results that did not all match their leases, those whose entries are as settled.
    private func settled(
        _ results: [OutboxResult], now: Timestamp
    ) throws(StoreError) -> Set<ExactText> {
        let wanted = Dictionary(results.map { ($0.entry.id, $0.settled(at: now)) }) { $1 }
        let found = try client.find(
            in: .outbox,
            [
                .init("_id", .within(results.map { Tree($0.entry.id) })),
                .init("lease", .field("$exists", .bool(false))),
            ])
        var settled: Set<ExactText> = []
        while let fields = try found.next() {
            guard let reader = try? RecordReader(.object(fields)), let id = try? reader.text("_id"),
                let wanted = wanted[id], let state = try? reader.string("state"),
                ExactText(state) == ExactText(wanted.state.rawValue),
                (try? reader.time("due")) == wanted.due
            else { continue }
            settled.insert(id)
        }
        return settled
    }

    func bringForward(
        _ target: OutboxTarget, now: Timestamp, leasedUntil: Timestamp, by milliseconds: Int64
    ) throws(StoreError) {
        let later: [Tree.Field] = [
            .init("target", Tree(target.name)),
            .init("state", Tree(OutboxState.waiting.rawValue)),
            .init("due", .field("$gt", .time(now))),
        ]
        let isLeased: [Tree.Field] = [
            .init("lease", .field("$exists", .bool(true))),
            .init("due", .field("$gt", .time(leasedUntil))),
        ]
        let lost: Tree.Field = .init(
            "$or", .array([.field("attempts", .int(0)), .object(isLeased)]))
        // A read first: usually there is nothing to write.
        let found = try client.find(
            in: .outbox, later + (milliseconds > 0 ? [] : [lost]),
            options: [.init("limit", .int(1)), .init("projection", .field("_id", .int(1)))])
        guard try found.next() != nil else { return }
        try write { () throws(MongoFailure) in
            try client.update(
                .outbox, later + [lost], [.init("$set", .field("due", .time(now)))])
            guard milliseconds > 0 else { return }
            let earlier = Tree.field("$subtract", .array([.string("$due"), .int(milliseconds)]))
            let due = Tree.field("$max", .array([.time(now), earlier]))
            try client.write([
                .init("update", Tree(MongoCollection.outbox.rawValue)),
                .init(
                    "updates",
                    .array([
                        .object([
                            .init("q", .object(later)),
                            .init("u", .array([.field("$set", .field("due", due))])),
                            .init("multi", .bool(true)),
                        ])
                    ])),
            ])
        }
    }

    // MARK: Notifications

    func deposit(
        _ notifications: [TicketNotification], _ entries: [OutboxEntry]
    ) throws(StoreError) -> [TicketNotification] {
        let known = try client.find(
            in: .notifications,
            [.init("_id", .within(notifications.map { Tree($0.documentID) }))],
            options: [.init("projection", .field("_id", .int(1)))])
        var there: Set<Tree> = []
        while let fields = try known.next() { there.formUnion(fields.map(\.value)) }
        try write { () throws(MongoFailure) in
            // In this order: a notification implies that its event needs no more entries.
            try client.upsert(entries.map(\.insertion), into: .outbox)
            try client.upsert(notifications.map(\.insertion), into: .notifications)
        }
        try MongoRedaction(log: log).silence(notifications)
        return notifications.filter { !there.contains(Tree($0.documentID)) }
    }

    func hasUnread(
        _ kinds: [NotificationKind], of person: ExactText, on ticket: TicketID, since: Timestamp,
        before seq: Int
    ) throws(StoreError) -> Bool {
        let cursor = try client.find(
            in: .notifications,
            [
                .init("person", Tree(person)), .init("ticket", Tree(ticket)),
                .init("read", .bool(false)), .init("at", .field("$gte", .time(since))),
                .init("seq", .field("$lt", Tree(seq))),
                .init("kind", .within(kinds.map { Tree($0.rawValue) })),
            ], options: [.init("limit", .int(1))])
        return try cursor.next() != nil
    }

    func markRead(_ notifications: ReadNotifications, of person: ExactText) throws(StoreError) {
        let which: Tree =
            switch notifications {
            case .upTo(let serial): .field("$lte", .int(serial))
            case .these(let serials): .within(serials.map { .int($0) })
            }
        try write { () throws(MongoFailure) in
            try client.update(
                .notifications,
                [
                    .init("person", Tree(person)), .init("serial", which),
                    .init("read", .bool(false)),
                ], [.init("$set", .field("read", .bool(true)))])
        }
    }

    func markRead(_ marks: [ReadMark]) throws(StoreError) {
        let updates = marks.map { mark in
            Tree.object([
                .init(
                    "q",
                    .object([
                        .init("person", Tree(mark.person)),
                        .init("ticket", Tree(mark.ticket)),
                        .init("read", .bool(false)),
                        .init("seq", .field("$lte", Tree(mark.seq))),
                    ])),
                .init("u", .field("$set", .field("read", .bool(true)))),
                .init("multi", .bool(true)),
            ])
        }
        guard !updates.isEmpty else { return }
        try write { () throws(MongoFailure) in
            try client.write([
                .init("update", Tree(MongoCollection.notifications.rawValue)),
                .init("updates", .array(updates)),
            ])
        }
    }

    // MARK: Contacts and events

    func save(_ contacts: [Contact]) throws(StoreError) {
        let upserts = contacts.map { contact in
            let id = Tree.Field("_id", Tree(contact.person.id))
            return MongoUpsert(
                filter: BSONDocument([id]),
                document: BSONDocument([id, .init("data", contact.record)]), isReplacement: true)
        }
        let words = contacts.map { contact in
            PersonWords.upsert(address: contact.email, of: Tree(contact.person.id))
        }
        try write { () throws(MongoFailure) in
            try client.upsert(words, into: .names)
            try client.upsert(upserts, into: .contacts)
        }
    }

    func contact(of person: ExactText) throws(StoreError) -> Contact? {
        let cursor = try client.find(
            in: .contacts, [.init("_id", Tree(person))],
            options: [.init("limit", .int(1))])
        guard let fields = try cursor.next() else { return nil }
        return try log.read { () throws(RecordError) in
            try Contact(record: RecordReader(.object(fields), "contact").required("data"))
        }
    }

    func event(
        _ seq: Int, of ticket: TicketID
    ) throws(StoreError) -> (event: TicketEvent, snapshot: Ticket)? {
        let cursor = try log.events(of: ticket, where: [.init("$eq", Tree(seq))], limit: 1)
        guard let fields = try cursor.next(), let snapshot = try log.snapshot(of: ticket) else {
            return nil
        }
        return (try log.readEvent(fields), snapshot)
    }

    /// If this fails, the caller tries again.
    @discardableResult
    func write<Value>(_ body: () throws(MongoFailure) -> Value) throws(StoreError) -> Value {
        do throws(MongoFailure) {
            return try body()
        } catch {
            throw error.unavailable(client.address)
        }
    }
}
