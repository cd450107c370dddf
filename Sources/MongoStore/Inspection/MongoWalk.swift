// Walks the collections with documents for each ticket side by side.

import Text
internal import Tickets

/// The stored documents of one ticket.
struct MongoParts {
    let id: TicketID
    var snapshot: [Tree.Field]?
    var events: [[Tree.Field]] = []
    /// Events of which not even the fields can be read.
    var unreadable: [UnreadableEvent] = []
    /// Its document of search words.
    var words: [Tree.Field]?
    /// Read positions of people.
    var marks: [Int] = []
}

struct MongoWalk {
    private var snapshots: Source
    private var events: Source
    private var words: Source
    private var marks: Source
    /// Events that name no ticket.
    var misnamedEvents: Int { events.misnamed }
    /// Read marks without a person or a seq of an event.
    private var strayMarks = 0

    /// Documents of other collections that name no ticket.
    func misnamedOthers() -> [StoreDifference] {
        [
            ("tickets", snapshots.misnamed), ("search", words.misnamed),
            ("reads", marks.misnamed + strayMarks),
        ].filter { $0.1 > 0 }.map { name, count in
            StoreDifference("\(name): \(count) documents are of no ticket or event", .clearing)
        }
    }

    /// A cursor in ticket order, with its next document.
    private struct Source {
        private let cursor: MongoCursor
        private let key: ExactText
        private(set) var ticket: TicketID?
        private var fields: [Tree.Field] = []
        /// Why a part of the document cannot be read.
        private(set) var damage: String?
        /// Documents without a ticket's id.
        private(set) var misnamed = 0

        init(
            _ client: MongoClient, _ collection: MongoCollection, by key: ExactText,
            _ filter: [Tree.Field], _ order: [Tree.Field], hidden: [ExactText] = []
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
            ticket = nil
            while let next = try cursor.nextLegible() {
                (fields, damage) = next
                ticket = try? RecordReader(.object(fields)).id(key)
                if ticket != nil { return }
                // Guichet writes no such id; the document belongs to no ticket.
                misnamed += 1
            }
        }

        mutating func take(
            _ wanted: TicketID
        ) throws(StoreError) -> (fields: [Tree.Field], damage: String?)? {
            guard ticket == wanted else { return nil }
            let taken = (fields, damage)
            try step()
            return taken
        }

        /// nil: missing, or a part of it cannot be read.
        mutating func takeWhole(_ wanted: TicketID) throws(StoreError) -> [Tree.Field]? {
            guard let taken = try take(wanted), taken.damage == nil else { return nil }
            return taken.fields
        }
    }

    /// - Parameter id: nil: every ticket.
    init(_ client: MongoClient, only id: TicketID? = nil) throws(StoreError) {
        let named = id.map { [Tree.Field("_id", Tree($0))] } ?? []
        let owned = id.map { [Tree.Field("ticket", Tree($0))] } ?? []
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
        parts.snapshot = try snapshots.takeWhole(id)
        while let (event, damage) = try events.take(id) {
            if let damage {
                let seq = try? RecordReader(.object(event)).int("seq")
                parts.unreadable.append(UnreadableEvent(seq: seq, reason: damage))
            } else {
                parts.events.append(event)
            }
        }
        parts.words = try words.takeWhole(id)
        while let (mark, _) = try marks.take(id) {
            let reader = try? RecordReader(.object(mark))
            guard let seq = try? reader?.int("seq"), seq >= 1,
                case .string? = reader?.optional("person")
            else {
                strayMarks += 1
                continue
            }
            parts.marks.append(seq)
        }
        return parts
    }
}
