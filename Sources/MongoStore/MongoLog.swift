// Reading logs and heads, as the writer and the readers both do it.

internal import Tickets

struct MongoLog {
    let client: MongoClient

    /// The head, mended from what its log holds beyond it; nil: no such ticket.
    func head(of id: TicketID) throws(StoreError) -> Ticket? { try mendedHead(of: id).head }

    /// The same, and whether the stored one lagged.
    func mendedHead(of id: TicketID) throws(StoreError) -> (head: Ticket?, isMended: Bool) {
        let stored = try storedHead(of: id)
        let head = try mend(stored, of: id)
        return (head, head?.seq != stored?.seq)
    }

    private func storedHead(of id: TicketID) throws(StoreError) -> Ticket? {
        let cursor = try client.find(
            in: .tickets, [.init("_id", Record(id))],
            options: [.init("limit", .int(1)), .init("projection", Self.headFields)])
        return try cursor.next().map { fields throws(StoreError) in try readHead(fields) }
    }

    private func mend(_ stored: Ticket?, of id: TicketID) throws(StoreError) -> Ticket? {
        var head = stored
        let cursor = try events(of: id, where: [.init("$gt", Record(stored?.seq ?? 0))])
        while let fields = try cursor.next() {
            let event = try readEvent(fields)
            guard let next = Self.head(head, after: event) else {
                throw .corrupt("ticket \(id): event \(event.seq) does not follow its log")
            }
            head = next
        }
        return head
    }

    private static func head(_ head: Ticket?, after event: TicketEvent) -> Ticket? {
        guard let head else { return Ticket.fold(CollectionOfOne(event)) }
        return event.seq == head.seq + 1 ? head.applying(event) : nil
    }

    /// Events whose `seq` meets `bounds`. Without a limit the cursor gives all.
    func events(
        of id: TicketID, where bounds: [Record.Field], publicOnly: Bool = false,
        ascending: Bool = true, limit: Int? = nil
    ) throws(StoreError) -> MongoCursor {
        var filter: [Record.Field] = [.init("ticket", Record(id)), .init("seq", .object(bounds))]
        if publicOnly { filter.append(.init("isPublic", .bool(true))) }
        var options: [Record.Field] = [
            .init("sort", .object([.init("seq", .int(ascending ? 1 : -1))])),
            .init("projection", Self.eventFields),
        ]
        if let limit { options.append(.init("limit", Record(limit))) }
        return try client.find(in: .events, filter, options: options)
    }

    /// By the `created` event: it is there before the head is.
    func ticketID(number: Int) throws(StoreError) -> TicketID? {
        let cursor = try client.find(
            in: .events, [.init("seq", .int(1)), .init("head.number", Record(number))],
            options: [
                .init("limit", .int(1)), .init("projection", .object([.init("ticket", .int(1))])),
            ])
        guard let fields = try cursor.next() else { return nil }
        return try read { () throws(RecordError) in
            try RecordReader(.object(fields), "event").id("ticket")
        }
    }

    func people(_ filter: [Record.Field]) throws(StoreError) -> [Person] {
        let order = Record.object([.init("name", .int(1)), .init("_id", .int(1))])
        let cursor = try client.find(in: .people, filter, options: [.init("sort", order)])
        return try cursor.all { fields throws(StoreError) in
            try read { () throws(RecordError) in try Person(document: fields) }
        }
    }
}

// MARK: From documents

extension MongoLog {
    /// All but what lists are filtered and ordered by.
    static let headFields = Record.object(Ticket.derivedFields.map { .init($0, .int(0)) })
    private static let eventFields = Record.object(
        (["_id"] + hiddenEventFields).map { .init($0, .int(0)) })
    /// What stands in an event's document besides the event.
    static let hiddenEventFields = [MongoOutboxStore.pending, MongoRedaction.pending]

    func readHead(_ fields: [Record.Field]) throws(StoreError) -> Ticket {
        do throws(RecordError) {
            return try Ticket(document: fields)
        } catch {
            throw damage("ticket \(Self.name(fields, "_id"))", error)
        }
    }

    func readEvent(_ fields: [Record.Field]) throws(StoreError) -> TicketEvent {
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

    private static func name(_ fields: [Record.Field], _ name: String) -> String {
        switch fields.first(where: { $0.name == name })?.value {
        case .objectID(let high, let low)?: "\(TicketID(high: high, low: low))"
        case .int(let number)?: "\(number)"
        default: "of no name"
        }
    }
}
