// Takes into the search what was there before its index, a little at a time while the hub serves:
// people first, then tickets, the newest first. How far that has come is kept in `counters`: a hub that
// is stopped meanwhile goes on where it was, and two at once do the same twice, which harms nothing.

internal import Tickets

final class SearchBacklog: SearchIndexer {
    private let log: MongoLog
    private static let name = Record.Field("_id", .string("search"))
    private static let peoplePerStep = 200
    private static let ticketsPerStep = 20

    /// Taken in since this was opened, and how many there are.
    private var done = 0
    private var tickets: Int?

    init(log: MongoLog) { self.log = log }

    private enum State {
        case whole
        /// The last person whose names are in; nil: none.
        case people(after: Record?)
        /// The last ticket that is in; nil: none.
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

    /// Whether every ticket is in, and from then on each with its writes.
    func isWhole() throws(StoreError) -> Bool {
        if case .whole = try state() { true } else { false }
    }

    /// The next steps take in everything. Names that people had before stay: they stand nowhere else.
    func begin() throws(StoreError) {
        let everything = Record.object([.init("q", .object([])), .init("limit", .int(0))])
        do throws(MongoFailure) {
            try log.client.run([
                .init("delete", .string(MongoCollection.search.rawValue)),
                .init("deletes", .array([everything])),
            ])
        } catch {
            throw error.unavailable(log.client.address)
        }
        try keep(.people(after: nil))
    }

    // MARK: Steps

    /// The last one of the step; nil: these were all.
    private func takePeople(after last: Record?) throws(StoreError) -> Record? {
        let filter = last.map { [Record.Field("_id", .field("$gt", $0))] } ?? []
        let cursor = try log.client.find(
            in: .people, filter,
            options: [
                .init("sort", .field("_id", .int(1))),
                .init("limit", Record(Self.peoplePerStep)),
            ])
        let people = try cursor.all { fields throws(StoreError) in
            try log.read { () throws(RecordError) in try Person(document: fields) }
        }
        let ids = people.map { Record($0.id) }
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
        let filter = last.map { [Record.Field("_id", .field("$lt", Record($0)))] } ?? []
        let cursor = try log.client.find(
            in: .tickets, filter,
            options: [
                .init("sort", .field("_id", .int(-1))),
                .init("limit", Record(Self.ticketsPerStep)),
                .init("projection", .field("_id", .int(1))),
            ])
        return try cursor.all { fields throws(StoreError) in
            try log.read { () throws(RecordError) -> TicketID in
                try RecordReader(.object(fields), "ticket").id("_id")
            }
        }
    }

    /// A ticket that cannot be read is left out: `guichet check` names it.
    private func takeIn(_ id: TicketID) throws(StoreError) {
        do throws(StoreError) {
            guard let snapshot = try log.snapshot(of: id) else { return }
            let people = [snapshot.client] + (snapshot.assignedTo.map { [$0] } ?? [])
            try write(people.map(PersonWords.upsert), into: .names)
            try log.writeWords(of: id)
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
            // Of another version all is to be made anew, over what there is.
            guard case .int(Int64(SearchText.version))? = counter.optional("version") else {
                return .people(after: nil)
            }
            if try counter.bool("isWhole") { return .whole }
            if let person = counter.optional("person") { return .people(after: person) }
            return .tickets(before: counter.optional("done") == nil ? nil : try counter.id("done"))
        }
    }

    private func keep(_ state: State) throws(StoreError) {
        var fields = [Self.name, .init("version", Record(SearchText.version))]
        switch state {
        case .whole: fields.append(.init("isWhole", .bool(true)))
        case .people(let last):
            fields.append(.init("isWhole", .bool(false)))
            fields.append(.init("person", last ?? .string("")))
        case .tickets(let last):
            fields.append(.init("isWhole", .bool(false)))
            if let last { fields.append(.init("done", Record(last))) }
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
