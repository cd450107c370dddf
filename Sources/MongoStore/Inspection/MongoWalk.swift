// Walks the collections with documents for each ticket side by side.

internal import Tickets

/// The stored documents of one ticket.
struct MongoParts {
    let id: TicketID
    var snapshot: [Record.Field]?
    var events: [[Record.Field]] = []
    /// Its document of search words.
    var words: [Record.Field]?
    /// Read positions of people.
    var marks: [Int] = []
}

struct MongoWalk {
    private var snapshots: Source
    private var events: Source
    private var words: Source
    private var marks: Source

    /// A cursor in ticket order, with its next document.
    private struct Source {
        private let cursor: MongoCursor
        private let key: String
        private(set) var ticket: TicketID?
        private var fields: [Record.Field] = []

        init(
            _ client: MongoClient, _ collection: MongoCollection, by key: String,
            _ filter: [Record.Field], _ order: [Record.Field], hidden: [String] = []
        ) throws(StoreError) {
            self.key = key
            cursor = try client.find(
                in: collection, filter,
                options: [
                    .init("sort", .object([.init(key, .int(1))] + order)),
                    .init("projection", .object(hidden.map { .init($0, .int(0)) })),
                ])
            try step()
        }

        mutating func step() throws(StoreError) {
            guard let next = try cursor.next() else {
                ticket = nil
                return
            }
            fields = next
            ticket = try? RecordReader(.object(next)).id(key)
            // Guichet writes no such id; the document belongs to no ticket.
            if ticket == nil { try step() }
        }

        mutating func take(_ wanted: TicketID) throws(StoreError) -> [Record.Field]? {
            guard ticket == wanted else { return nil }
            let taken = fields
            try step()
            return taken
        }
    }

    /// - Parameter id: nil: every ticket.
    init(_ client: MongoClient, only id: TicketID? = nil) throws(StoreError) {
        let named = id.map { [Record.Field("_id", Record($0))] } ?? []
        let owned = id.map { [Record.Field("ticket", Record($0))] } ?? []
        snapshots = try Source(client, .tickets, by: "_id", named, [])
        events = try Source(
            client, .events, by: "ticket", owned, [.init("seq", .int(1))],
            hidden: ["_id"] + MongoLog.hiddenEventFields)
        words = try Source(client, .search, by: "_id", named, [])
        marks = try Source(client, .reads, by: "ticket", owned, [.init("person", .int(1))])
    }

    static func parts(of id: TicketID, _ client: MongoClient) throws(StoreError) -> MongoParts {
        var walk = try MongoWalk(client, only: id)
        return try walk.next() ?? MongoParts(id: id)
    }

    /// nil: no more tickets.
    mutating func next() throws(StoreError) -> MongoParts? {
        let tickets = [snapshots.ticket, events.ticket, words.ticket, marks.ticket]
        guard let id = tickets.compactMap({ $0 }).min() else { return nil }
        var parts = MongoParts(id: id)
        parts.snapshot = try snapshots.take(id)
        while let event = try events.take(id) { parts.events.append(event) }
        parts.words = try words.take(id)
        while let mark = try marks.take(id) {
            if let seq = try? RecordReader(.object(mark)).int("seq") { parts.marks.append(seq) }
        }
        return parts
    }
}
