// Reads logs and snapshots, for the writer and the readers.

import Text
internal import Tickets

struct MongoLog {
    let client: MongoClient

    /// The snapshot, brought up to date from its log; nil: no such ticket.
    func snapshot(of id: TicketID) throws(StoreError) -> Ticket? {
        try repairedSnapshot(of: id).snapshot
    }

    /// As above, and whether the stored snapshot lagged.
    func repairedSnapshot(of id: TicketID) throws(StoreError) -> (
        snapshot: Ticket?, isRepaired: Bool
    ) {
        let stored = try storedSnapshot(of: id)
        let snapshot = try repair(stored, of: id)
        return (snapshot, snapshot?.seq != stored?.seq)
    }

    private func storedSnapshot(of id: TicketID) throws(StoreError) -> Ticket? {
        let cursor = try client.find(
            in: .tickets, [.init("_id", Tree(id))],
            options: [.init("limit", .int(1)), .init("projection", Self.snapshotFields)])
        return try cursor.next().map { fields throws(StoreError) in try readSnapshot(fields) }
    }

    private func repair(_ stored: Ticket?, of id: TicketID) throws(StoreError) -> Ticket? {
        var snapshot = stored
        let cursor = try events(of: id, where: [.init("$gt", Tree(stored?.seq ?? 0))])
        while let fields = try cursor.next() {
            let event = try readEvent(fields)
            guard let next = Self.snapshot(snapshot, after: event) else {
                throw .corrupt("ticket \(id): event \(event.seq) does not follow its log")
            }
            snapshot = next
        }
        return snapshot
    }

    private static func snapshot(_ snapshot: Ticket?, after event: TicketEvent) -> Ticket? {
        guard let snapshot else { return Ticket.fold(CollectionOfOne(event)) }
        return event.seq == snapshot.seq + 1 ? snapshot.applying(event) : nil
    }

    /// Events whose `seq` meets `bounds`. Without a limit the cursor returns all.
    func events(
        of id: TicketID, where bounds: [Tree.Field], publicOnly: Bool = false,
        ascending: Bool = true, limit: Int? = nil
    ) throws(StoreError) -> MongoCursor {
        var filter: [Tree.Field] = [.init("ticket", Tree(id)), .init("seq", .object(bounds))]
        if publicOnly { filter.append(.init("isPublic", .bool(true))) }
        var options: [Tree.Field] = [
            .init("sort", .object([.init("seq", .int(ascending ? 1 : -1))])),
            .init("projection", Self.eventFields),
        ]
        if let limit { options.append(.init("limit", Tree(limit))) }
        return try client.find(in: .events, filter, options: options)
    }

    /// One event; nil: no such event.
    func event(_ seq: Int, of id: TicketID) throws(StoreError) -> TicketEvent? {
        let fields = try events(of: id, where: [.init("$eq", Tree(seq))], limit: 1).next()
        return try fields.map { fields throws(StoreError) in try readEvent(fields) }
    }

    /// Found by the `created` event, which is written before the snapshot.
    func ticketID(number: Int) throws(StoreError) -> TicketID? {
        let cursor = try client.find(
            in: .events, [.init("seq", .int(1)), .init("head.number", Tree(number))],
            options: [
                .init("limit", .int(1)), .init("projection", .object([.init("ticket", .int(1))])),
            ])
        guard let fields = try cursor.next() else { return nil }
        return try read { () throws(RecordError) in
            try RecordReader(.object(fields), "event").id("ticket")
        }
    }

    func people(_ filter: [Tree.Field]) throws(StoreError) -> [Person] {
        let order = Tree.object([.init("name", .int(1)), .init("_id", .int(1))])
        let cursor = try client.find(in: .people, filter, options: [.init("sort", order)])
        return try cursor.all { fields throws(StoreError) in
            try read { () throws(RecordError) in try Person(document: fields) }
        }
    }
}

// MARK: From documents

extension MongoLog {
    /// Excludes the fields that lists filter and sort by.
    static let snapshotFields = Tree.object(Ticket.derivedFields.map { .init($0, .int(0)) })
    private static let eventFields = Tree.object(
        (["_id"] + hiddenEventFields).map { .init($0, .int(0)) })
    /// Fields of an event's document that are not part of the event.
    static let hiddenEventFields = [MongoOutboxStore.pending, MongoRedaction.pending]

    func readSnapshot(_ fields: [Tree.Field]) throws(StoreError) -> Ticket {
        do throws(RecordError) {
            return try Ticket(document: fields)
        } catch {
            throw damage("ticket \(Self.name(fields, "_id"))", error)
        }
    }

    func readEvent(_ fields: [Tree.Field]) throws(StoreError) -> TicketEvent {
        do throws(RecordError) {
            return try TicketEvent(record: .object(fields))
        } catch {
            throw damage(
                "ticket \(Self.name(fields, "ticket")), event \(Self.name(fields, "seq"))", error)
        }
    }

    func read<Value>(_ decode: () throws(RecordError) -> Value) throws(StoreError) -> Value {
        do throws(RecordError) {
            return try decode()
        } catch {
            throw damage("a document", error)
        }
    }

    private func damage(_ place: String, _ error: RecordError) -> StoreError {
        .corrupt("\(client.address.label), \(place): \(error)")
    }

    private static func name(_ fields: [Tree.Field], _ name: ExactText) -> String {
        switch fields.first(where: { $0.name == name })?.value {
        case .objectID(let high, let low)?: "\(TicketID(high: high, low: low))"
        case .int(let number)?: "\(number)"
        default: "of no name"
        }
    }
}
