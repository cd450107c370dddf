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
    static let pending = "outbox"
    private static let movesMax = 500

    private func movePending() throws(StoreError) {
        while true {
            let cursor = try client.find(
                in: .events, [.init(Self.pending, .field("$exists", .bool(true)))],
                options: [
                    .init("hint", .string(Self.pending)), .init("limit", Record(Self.movesMax)),
                    .init("sort", .field("at", .int(1))),
                    .init("projection", .field(Self.pending, .int(1))),
                ])
            var ids: [Record] = []
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
        let isDue: [Record.Field] = [
            .init("target", .string(target.name.string)),
            .init("state", .string(OutboxState.waiting.rawValue)),
            .init("due", .field("$lte", .time(now))),
        ]
        let waiting = try self.due(isDue, target, now: now, limit: limit)
        guard !waiting.isEmpty else { return [] }
        let ids = waiting.map(\.id)
        let dues = Dictionary(waiting.map { ($0.id, $0.due) }) { first, _ in first }
        let lease = "\(TicketID.make(at: now))"
        // Two hubs may do this at once: each document changes for the first of them only.
        try write { () throws(MongoFailure) in
            try client.update(
                .outbox, [.init("_id", .within(ids))] + isDue,
                [
                    .init(
                        "$set",
                        .object([.init("lease", .string(lease)), .init("due", .time(leasedUntil))])
                    ),
                    .init("$inc", .field("attempts", .int(1))),
                ])
        }
        let taken = try client.find(
            in: .outbox, [.init("_id", .within(ids)), .init("lease", .string(lease))],
            options: [
                .init("sort", .object([.init("at", .int(1)), .init("data.seq", .int(1))]))
            ])
        return try taken.all { fields throws(StoreError) in
            let id = fields.first { $0.name == "_id" }?.value
            return leased(
                fields, target, lease, leasedUntil, due: id.flatMap { dues[$0] } ?? now)
        }
    }

    /// The fields of a due entry that decide its turn.
    private struct DueEntry {
        let id: Record
        let due: Timestamp
        let ticket: Record
        let seq: Int
    }

    private static let dueChunk = 200

    /// The first due entries, in the order of their events. Where order is kept, entries after an
    /// earlier entry of their ticket that is not due are left out.
    private func due(
        _ isDue: [Record.Field], _ target: OutboxTarget, now: Timestamp, limit: Int
    ) throws(StoreError) -> [DueEntry] {
        // Failed entries come before those that waited for them.
        let failedFirst: [Record.Field] =
            target.keepsOrder ? [.init("attempts", .int(-1))] : []
        let cursor = try client.find(
            in: .outbox, isDue,
            options: [
                .init(
                    "sort",
                    .object(
                        failedFirst + [
                            .init("due", .int(1)), .init("data.seq", .int(1)),
                            .init("_id", .int(1)),
                        ])),
                .init(
                    "projection",
                    .object([
                        .init("due", .int(1)), .init("data.ticket", .int(1)),
                        .init("data.seq", .int(1)),
                    ])),
            ])
        var found: [DueEntry] = []
        var isAtEnd = false
        while found.count < limit, !isAtEnd {
            var chunk: [DueEntry] = []
            while chunk.count < Self.dueChunk {
                guard let fields = try cursor.next() else {
                    isAtEnd = true
                    break
                }
                if let entry = Self.dueEntry(fields, now: now) { chunk.append(entry) }
            }
            let blocked =
                target.keepsOrder ? try firstNotDue(of: chunk, target, now: now) : [:]
            found += chunk.filter { entry in blocked[entry.ticket].map { entry.seq < $0 } ?? true }
        }
        return Array(found.prefix(limit))
    }

    /// An unreadable entry has no ticket, and waits for no other.
    private static func dueEntry(_ fields: [Record.Field], now: Timestamp) -> DueEntry? {
        guard let id = fields.first(where: { $0.name == "_id" })?.value else { return nil }
        let reader = try? RecordReader(.object(fields))
        let data = reader?.optional("data").flatMap { try? RecordReader($0) }
        return DueEntry(
            id: id, due: (try? reader?.time("due")) ?? now, ticket: data?.optional("ticket") ?? id,
            seq: (try? data?.int("seq")) ?? 0)
    }

    /// By ticket, the lowest seq of the entries that are not due.
    private func firstNotDue(
        of entries: [DueEntry], _ target: OutboxTarget, now: Timestamp
    ) throws(StoreError) -> [Record: Int] {
        let cursor = try client.find(
            in: .outbox,
            [
                .init("target", Record(target.name)),
                .init("state", .string(OutboxState.waiting.rawValue)),
                .init("due", .field("$gt", .time(now))),
                .init("data.ticket", .within(Array(Set(entries.map(\.ticket))))),
            ],
            options: [
                .init(
                    "projection",
                    .object([
                        .init("due", .int(1)), .init("data.ticket", .int(1)),
                        .init("data.seq", .int(1)),
                    ]))
            ])
        var first: [Record: Int] = [:]
        while let fields = try cursor.next() {
            guard let entry = Self.dueEntry(fields, now: now) else { continue }
            first[entry.ticket] = min(entry.seq, first[entry.ticket] ?? .max)
        }
        return first
    }

    /// Accepts any content: an unreadable entry must not block the others.
    private func leased(
        _ fields: [Record.Field], _ target: OutboxTarget, _ lease: String,
        _ leasedUntil: Timestamp, due: Timestamp
    ) -> LeasedEntry {
        let reader = try? RecordReader(.object(fields))
        let data = reader?.optional("data")
        return LeasedEntry(
            id: (try? reader?.text("_id")) ?? "", lease: lease, leasedUntil: leasedUntil,
            attempts: (try? reader?.int("attempts")) ?? 1, due: due,
            entry: data.flatMap { try? OutboxEntry(target: target.name, record: $0) })
    }

    func settle(_ results: [OutboxResult], now: Timestamp) throws(StoreError) -> Set<ExactText> {
        var settled: Set<ExactText> = []
        for result in results where try settle(result, now: now) {
            settled.insert(result.entry.id)
        }
        return settled
    }

    private func settle(_ result: OutboxResult, now: Timestamp) throws(StoreError) -> Bool {
        let entry = result.entry
        let settled = result.settled(at: now)
        return try write { () throws(MongoFailure) in
            try client.update(
                .outbox,
                [.init("_id", .string(entry.id.string)), .init("lease", .string(entry.lease))],
                [
                    .init(
                        "$set",
                        .object([
                            .init("state", .string(settled.state.rawValue)),
                            .init("due", .time(settled.due)),
                            .init("reason", .string(settled.reason)),
                        ])),
                    .init("$unset", .field("lease", .string(""))),
                    .init("$inc", .field("attempts", Record(-settled.uncounted))),
                ])
        } == 1
    }

    // MARK: Notifications

    func deposit(
        _ notifications: [TicketNotification], _ entries: [OutboxEntry]
    ) throws(StoreError) -> [TicketNotification] {
        let known = try client.find(
            in: .notifications,
            [.init("_id", .within(notifications.map { .string($0.documentID) }))],
            options: [.init("projection", .field("_id", .int(1)))])
        var there: Set<Record> = []
        while let fields = try known.next() { there.formUnion(fields.map(\.value)) }
        try write { () throws(MongoFailure) in
            // In this order: a notification implies that its event needs no more entries.
            try client.upsert(entries.map(\.insertion), into: .outbox)
            try client.upsert(notifications.map(\.insertion), into: .notifications)
        }
        try MongoRedaction(log: log).silence(notifications)
        return notifications.filter { !there.contains(.string($0.documentID)) }
    }

    func hasUnread(
        _ kinds: [NotificationKind], of person: ExactText, on ticket: TicketID, since: Timestamp,
        before seq: Int
    ) throws(StoreError) -> Bool {
        let cursor = try client.find(
            in: .notifications,
            [
                .init("person", .string(person.string)), .init("ticket", Record(ticket)),
                .init("read", .bool(false)), .init("at", .field("$gte", .time(since))),
                .init("seq", .field("$lt", Record(seq))),
                .init("kind", .within(kinds.map { .string($0.rawValue) })),
            ], options: [.init("limit", .int(1))])
        return try cursor.next() != nil
    }

    func markRead(_ notifications: ReadNotifications, of person: ExactText) throws(StoreError) {
        let which: Record =
            switch notifications {
            case .upTo(let serial): .field("$lte", .int(serial))
            case .these(let serials): .within(serials.map { .int($0) })
            }
        try write { () throws(MongoFailure) in
            try client.update(
                .notifications,
                [
                    .init("person", .string(person.string)), .init("serial", which),
                    .init("read", .bool(false)),
                ], [.init("$set", .field("read", .bool(true)))])
        }
    }

    func markRead(_ marks: [ReadMark]) throws(StoreError) {
        let updates = marks.map { mark in
            Record.object([
                .init(
                    "q",
                    .object([
                        .init("person", .string(mark.person.string)),
                        .init("ticket", Record(mark.ticket)),
                        .init("read", .bool(false)),
                        .init("seq", .field("$lte", Record(mark.seq))),
                    ])),
                .init("u", .field("$set", .field("read", .bool(true)))),
                .init("multi", .bool(true)),
            ])
        }
        guard !updates.isEmpty else { return }
        try write { () throws(MongoFailure) in
            try client.write([
                .init("update", .string(MongoCollection.notifications.rawValue)),
                .init("updates", .array(updates)),
            ])
        }
    }

    // MARK: Contacts and events

    func save(_ contacts: [Contact]) throws(StoreError) {
        let upserts = contacts.map { contact in
            let id = Record.Field("_id", .string(contact.person.id.string))
            return MongoUpsert(
                filter: BSONDocument([id]),
                document: BSONDocument([id, .init("data", contact.record)]), isReplacement: true)
        }
        let words = contacts.map { contact in
            PersonWords.upsert(address: contact.email, of: .string(contact.person.id.string))
        }
        try write { () throws(MongoFailure) in
            try client.upsert(words, into: .names)
            try client.upsert(upserts, into: .contacts)
        }
    }

    func contact(of person: ExactText) throws(StoreError) -> Contact? {
        let cursor = try client.find(
            in: .contacts, [.init("_id", .string(person.string))],
            options: [.init("limit", .int(1))])
        guard let fields = try cursor.next() else { return nil }
        return try log.read { () throws(RecordError) in
            try Contact(record: RecordReader(.object(fields), "contact").required("data"))
        }
    }

    func event(
        _ seq: Int, of ticket: TicketID
    ) throws(StoreError) -> (event: TicketEvent, snapshot: Ticket)? {
        let cursor = try log.events(of: ticket, where: [.init("$eq", Record(seq))], limit: 1)
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
