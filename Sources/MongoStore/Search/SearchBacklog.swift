// Indexes older data for the search, in small steps while the hub runs: people first, then tickets,
// the newest first. Progress is stored in `counters`, so a stopped hub continues there. Two hubs at
// once do the same work twice, without harm.

import Text
internal import Tickets

final class SearchBacklog: SearchIndexer {
    private let log: MongoLog
    private static let name = Tree.Field("_id", .string("search"))
    private static let peoplePerStep = 200
    private static let ticketsPerStep = 20

    /// Indexed since this was opened, and the total.
    private var done = 0
    private var tickets: Int?

    init(log: MongoLog) { self.log = log }

    private enum State {
        case whole
        /// The last person whose names are indexed; nil: none.
        case people(after: Tree?)
        /// The last indexed ticket; nil: none.
        case tickets(before: TicketID?)
    }

    func step() throws(StoreError) -> StoreProgress? {
        switch try state() {
        case .whole: return nil
        case .people(let last):
            let newest = try takePeople(after: last)
            try keep(newest.map { .people(after: $0) } ?? .tickets(before: nil))
        case .tickets(let last):
            let ids = try nextTickets(before: last)
            for id in ids { try takeIn(id) }
            done += ids.count
            try keep(ids.last.map { .tickets(before: $0) } ?? .whole)
        }
        if tickets == nil { tickets = try ticketCount() }
        return .search(done: done, tickets: max(done, tickets ?? 0))
    }

    /// Whether every ticket is indexed; later writes index their own.
    func isWhole() throws(StoreError) -> Bool {
        if case .whole = try state() { true } else { false }
    }

    /// Starts over. Earlier names of people are kept: they are stored nowhere else.
    func begin() throws(StoreError) {
        let everything = Tree.object([.init("q", .object([])), .init("limit", .int(0))])
        do throws(MongoFailure) {
            try log.client.run([
                .init("delete", Tree(MongoCollection.search.rawValue)),
                .init("deletes", .array([everything])),
            ])
        } catch {
            throw error.unavailable(log.client.address)
        }
        try keep(.people(after: nil))
    }

    // MARK: Steps

    /// Returns the last person of the step; nil: no more people.
    private func takePeople(after last: Tree?) throws(StoreError) -> Tree? {
        let filter = last.map { [Tree.Field("_id", .field("$gt", $0))] } ?? []
        let cursor = try log.client.find(
            in: .people, filter,
            options: [
                .init("sort", .field("_id", .int(1))),
                .init("limit", Tree(Self.peoplePerStep)),
            ])
        let people = try cursor.all { fields throws(StoreError) in
            try log.read { () throws(RecordError) in try Person(document: fields) }
        }
        let ids = people.map { Tree($0.id) }
        let contacts = try log.client.find(in: .contacts, [.init("_id", .within(ids))])
        var upserts = people.map(PersonWords.upsert)
        while let fields = try contacts.next() {
            guard let id = fields.first(where: { $0.name == "_id" })?.value,
                let data = fields.first(where: { $0.name == "data" })?.value,
                let contact = try? Contact(record: data)
            else { continue }
            upserts.append(PersonWords.upsert(address: contact.email, of: id))
        }
        try write(upserts, into: .names)
        return people.count < Self.peoplePerStep ? nil : ids.last
    }

    private func nextTickets(before last: TicketID?) throws(StoreError) -> [TicketID] {
        let filter = last.map { [Tree.Field("_id", .field("$lt", Tree($0)))] } ?? []
        let cursor = try log.client.find(
            in: .tickets, filter,
            options: [
                .init("sort", .field("_id", .int(-1))),
                .init("limit", Tree(Self.ticketsPerStep)),
                .init("projection", .field("_id", .int(1))),
            ])
        return try cursor.all { fields throws(StoreError) in
            try log.read { () throws(RecordError) -> TicketID in
                try RecordReader(.object(fields), "ticket").id("_id")
            }
        }
    }

    /// An unreadable ticket is skipped: `guichet check` reports it.
    private func takeIn(_ id: TicketID) throws(StoreError) {
        do throws(StoreError) {
            guard let snapshot = try log.snapshot(of: id) else { return }
            let people = [snapshot.client] + (snapshot.assignedTo.map { [$0] } ?? [])
            try write(people.map(PersonWords.upsert), into: .names)
            try log.writeWords(of: [id])
        } catch {
            guard case .corrupt = error else { throw error }
        }
    }

    private func write(
        _ upserts: [MongoUpsert], into collection: MongoCollection
    ) throws(StoreError) {
        do throws(MongoFailure) {
            try log.client.upsert(upserts, into: collection)
        } catch {
            throw error.unavailable(log.client.address)
        }
    }

    // MARK: Where it is

    private func state() throws(StoreError) -> State {
        let cursor = try log.client.find(in: .counters, [Self.name])
        guard let fields = try cursor.next() else { return .people(after: nil) }
        return try log.read { () throws(RecordError) in
            let counter = try RecordReader(.object(fields), "counter")
            // After another version everything is rebuilt over the existing documents.
            guard case .int(SearchText.version)? = counter.optional("version") else {
                return .people(after: nil)
            }
            guard case .bool(let isWhole)? = counter.optional("isWhole") else {
                return .people(after: nil)
            }
            if isWhole { return .whole }
            if let person = counter.optional("person") { return .people(after: person) }
            return .tickets(before: counter.optional("done") == nil ? nil : try counter.id("done"))
        }
    }

    private func keep(_ state: State) throws(StoreError) {
        var fields = [Self.name, .init("version", Tree(SearchText.version))]
        switch state {
        case .whole: fields.append(.init("isWhole", .bool(true)))
        case .people(let last):
            fields.append(.init("isWhole", .bool(false)))
            fields.append(.init("person", last ?? .string("")))
        case .tickets(let last):
            fields.append(.init("isWhole", .bool(false)))
            if let last { fields.append(.init("done", Tree(last))) }
        }
        let upsert = MongoUpsert(
            filter: BSONDocument([Self.name]), document: BSONDocument(fields), isReplacement: true)
        try write([upsert], into: .counters)
    }

    private func ticketCount() throws(StoreError) -> Int {
        let groups = try log.client.aggregate(
            .tickets, [.field("$collStats", .field("count", .object([])))])
        guard let fields = try groups.next() else { return 0 }
        return try log.read { () throws(RecordError) in
            try RecordReader(.object(fields), "statistics").int("count")
        }
    }
}
