// Takes tickets into the search that were there before it. How far that has come is kept in
// `counters`: a hub that is stopped meanwhile goes on where it was.

internal import Tickets

struct SearchBacklog {
    let log: MongoLog

    private static let ticketsPerStep = 200
    private static let name = Record.Field("_id", .string("search"))

    private enum State {
        case whole
        case done(TicketID)
    }

    /// Returns when every ticket is in. `progress` hears of each step.
    func takeIn(_ progress: (StoreProgress) -> Void) throws(StoreError) {
        guard case .done(var last) = try state() else { return }
        var done = 0
        while true {
            let cursor = try log.client.find(
                in: .tickets, [.init("_id", .field("$gt", Record(last)))],
                options: [
                    .init("sort", .field("_id", .int(1))),
                    .init("limit", Record(Self.ticketsPerStep)),
                    .init("projection", .field("_id", .int(1))),
                ])
            let ids = try cursor.all { fields throws(StoreError) in
                try log.read { () throws(RecordError) -> TicketID in
                    try RecordReader(.object(fields), "ticket").id("_id")
                }
            }
            guard let newest = ids.last else { break }
            try takeIn(ids)
            last = newest
            done += ids.count
            try keep(.done(newest))
            progress(.search(done: done, tickets: max(done, try ticketCount())))
        }
        try keep(.whole)
    }

    /// A ticket that cannot be read is left out: `guichet check` names it.
    private func takeIn(_ ids: [TicketID]) throws(StoreError) {
        var upserts: [MongoUpsert] = []
        for id in ids {
            do throws(StoreError) {
                if let head = try log.head(of: id) {
                    upserts.append(try log.words(of: head).upsert(id))
                }
            } catch {
                guard case .corrupt = error else { throw error }
            }
        }
        do throws(MongoFailure) {
            try log.client.upsert(upserts, into: .search)
        } catch {
            throw error.unavailable(log.client.address)
        }
    }

    /// The next call takes in every ticket.
    func forgetAll() throws(StoreError) {
        let everything = Record.object([.init("q", .object([])), .init("limit", .int(0))])
        do throws(MongoFailure) {
            try log.client.run([
                .init("delete", .string(MongoCollection.search.rawValue)),
                .init("deletes", .array([everything])),
            ])
        } catch {
            throw error.unavailable(log.client.address)
        }
        try keep(.done(TicketID(high: 0, low: 0)))
    }

    private func state() throws(StoreError) -> State {
        let cursor = try log.client.find(in: .counters, [Self.name])
        guard let fields = try cursor.next() else { return .done(TicketID(high: 0, low: 0)) }
        return try log.read { () throws(RecordError) in
            let counter = try RecordReader(.object(fields), "counter")
            return try counter.bool("isWhole") ? .whole : .done(try counter.id("done"))
        }
    }

    private func keep(_ state: State) throws(StoreError) {
        let field: Record.Field =
            switch state {
            case .whole: .init("isWhole", .bool(true))
            case .done(let id): .init("done", Record(id))
            }
        let upsert = MongoUpsert(
            filter: BSONDocument([Self.name]), document: BSONDocument([Self.name, field]),
            isReplacement: true)
        do throws(MongoFailure) {
            try log.client.upsert([upsert], into: .counters)
        } catch {
            throw error.unavailable(log.client.address)
        }
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
