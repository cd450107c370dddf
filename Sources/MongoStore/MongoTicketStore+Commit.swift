// One durable write. With transactions the batch is all or nothing. A server that stands alone has
// none: there the events, which are the truth, go first, and the heads that they make follow.

internal import Tickets

/// What events entail, newest version once each.
struct OwedWrites {
    private(set) var heads: [TicketID: Ticket] = [:]
    private(set) var people: [String: Person] = [:]
    private(set) var reads: [[String]: ReadMark] = [:]

    /// Past this many, a commit fails before it writes: events must not outrun heads for ever.
    static let max = 10_000

    var count: Int { heads.count + people.count + reads.count }

    mutating func add(_ batch: StoreBatch) {
        for head in batch.heads where head.seq >= heads[head.id]?.seq ?? 0 {
            heads[head.id] = head
        }
        for person in batch.people { people[person.id] = person }
        for mark in batch.reads {
            let place = ["\(mark.ticket)", mark.person]
            if mark.seq > reads[place]?.seq ?? -1 { reads[place] = mark }
        }
    }
}

extension MongoTicketStore {
    func commit(_ batch: StoreBatch) throws(StoreError) {
        if hasTransactions {
            try commitAtOnce(batch)
        } else {
            try commitEventsFirst(batch)
        }
    }

    /// Heads of tickets whose last events a crash cut off from them. A store with transactions
    /// has none, but it may have been one without.
    func mendRecentHeads() throws(StoreError) {
        var batch = StoreBatch()
        let lagging = try client.aggregate(.events, Self.laggingTickets)
        while let fields = try lagging.next() {
            let id: TicketID = try log.read { () throws(RecordError) in
                try RecordReader(.object(fields), "event").id("_id")
            }
            if let head = try log.head(of: id) { batch.heads.append(head) }
        }
        owed.add(batch)
        do throws(MongoFailure) {
            try writeOwed()
        } catch {
            throw error.unavailable(client.address)
        }
    }

    /// Of the newest events by their `_id`: a hub that stopped cut off its last batch only.
    private static let laggingTickets: [Record] = [
        stage("$sort", [.init("_id", .int(-1))]), .object([.init("$limit", .int(2000))]),
        stage(
            "$group",
            [
                .init("_id", .string("$ticket")),
                .init("seq", .object([.init("$max", .string("$seq"))])),
            ]),
        stage(
            "$lookup",
            [
                .init("from", .string("tickets")), .init("localField", .string("_id")),
                .init("foreignField", .string("_id")), .init("as", .string("head")),
            ]),
        stage(
            "$set",
            [.init("headSeq", .object([.init("$max", .string("$head.activity.seq"))]))]),
        stage(
            "$match",
            [
                .init(
                    "$expr",
                    .object([.init("$lt", .array([.string("$headSeq"), .string("$seq")]))]))
            ]),
        stage("$project", [.init("_id", .int(1))]),
    ]

    private static func stage(_ name: String, _ fields: [Record.Field]) -> Record {
        .object([.init(name, .object(fields))])
    }
}

// MARK: With transactions

extension MongoTicketStore {
    /// A transaction that lost to another one, or whose server went away, may be tried again.
    private static let attemptsMax = 3

    private func commitAtOnce(_ batch: StoreBatch) throws(StoreError) {
        let events = batch.events.map(\.document)
        let session = try openSession()
        for attempt in 1... {
            let isLast = attempt == Self.attemptsMax
            do throws(MongoFailure) {
                try session.begin()
                try client.insert(events, into: .events, in: session)
            } catch {
                session.abort()
                if error.isTransient && !isLast { continue }
                if error.isDuplicateKey { throw .conflict(error.message) }
                throw error.unavailable(client.address)
            }
            do throws(MongoFailure) {
                try client.upsert(batch.heads.map(\.replacement), into: .tickets, in: session)
                try client.upsert(batch.people.map(\.replacement), into: .people, in: session)
                try client.upsert(batch.reads.map(\.advance), into: .reads, in: session)
            } catch {
                session.abort()
                // Two hubs may both have found a mark or a person missing; one finds it next time.
                if (error.isTransient || error.isDuplicateKey) && !isLast { continue }
                throw error.unavailable(client.address)
            }
            do throws(MongoFailure) {
                return try session.commit()
            } catch {
                if error.isTransient && !isLast { continue }
                throw error.unknownOutcome(client.address)
            }
        }
    }

    private func openSession() throws(StoreError) -> MongoSession {
        if let session { return session }
        do throws(MongoFailure) {
            let opened = try MongoSession(of: client)
            session = opened
            return opened
        } catch {
            throw error.unavailable(client.address)
        }
    }
}

// MARK: Without

extension MongoTicketStore {
    private func commitEventsFirst(_ batch: StoreBatch) throws(StoreError) {
        guard owed.count < OwedWrites.max else {
            throw .unavailable("\(client.address.label): \(owed.count) heads could not be written")
        }
        do throws(MongoFailure) {
            try client.insert(batch.events.map(\.document), into: .events, in: nil)
        } catch {
            throw error.outcome(client.address)
        }
        owed.add(batch)
        do throws(MongoFailure) {
            try writeOwed()
        } catch {
            // The events are durable and whoever loads a ticket mends its head, so the batch
            // stands; the next commit writes what is owed. Alone, marks and people may be retried.
            if batch.events.isEmpty { throw error.outcome(client.address) }
        }
    }

    /// Tries twice, and forgets what is owed only when all of it is written.
    private func writeOwed() throws(MongoFailure) {
        guard owed.count > 0 else { return }
        do throws(MongoFailure) {
            try writeOwedOnce()
        } catch {
            try writeOwedOnce()
        }
        owed = OwedWrites()
    }

    private func writeOwedOnce() throws(MongoFailure) {
        do throws(MongoFailure) {
            let heads = owed.heads.values.map(\.replacementOfOlder)
            try client.upsert(heads, into: .tickets, in: nil)
        } catch {
            // A newer head is there: see `replacementOfOlder`.
            guard error.isDuplicateKey else { throw error }
        }
        try client.upsert(owed.people.values.map(\.replacement), into: .people, in: nil)
        try client.upsert(owed.reads.values.map(\.advance), into: .reads, in: nil)
    }
}
