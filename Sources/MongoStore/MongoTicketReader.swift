// Read side of the store: pages of a log, people, logs for a check. Ticket lists are in
// MongoTicketReader+Lists.swift.

import Text
internal import Tickets

final class MongoTicketReader: TicketReader {
    let client: MongoClient
    let log: MongoLog
    /// What the hub's own store still has to write; nil: nobody writes in this process.
    let newest: NewestDerivedQueue?

    init(_ address: MongoAddress, newest: NewestDerivedQueue? = nil) throws(StoreError) {
        self.newest = newest
        client = try MongoClient(address)
        log = MongoLog(client: client)
    }

    func ticketID(number: Int) throws(StoreError) -> TicketID? { try log.ticketID(number: number) }

    /// The snapshot is read first and bounds the events, so no event is newer: a log only grows.
    func page(of id: TicketID, _ query: EventQuery) throws(StoreError) -> EventPage? {
        guard let snapshot = try log.snapshot(of: id) else { return nil }
        var bounds: [Tree.Field] = [.init("$lte", Tree(snapshot.seq))]
        var ascending = false
        switch query.slice {
        case .newest: break
        case .before(let seq): bounds.append(.init("$lt", Tree(seq)))
        case .after(let seq):
            bounds.append(.init("$gt", Tree(seq)))
            ascending = true
        }
        let limit = min(max(0, query.limit), Self.pageEventsMax)
        let cursor = try log.events(
            of: id, where: bounds, publicOnly: query.audience == .client, ascending: ascending,
            limit: limit + 1)
        var (events, more) = try slice(of: cursor, limit: limit)
        if !ascending { events.reverse() }
        return EventPage(snapshot: snapshot, events: events, more: more, reads: try reads(of: id))
    }

    private static let pageEventsMax = 100_000
    /// A page also ends at this many bytes of events, but has at least one event.
    private static let pageBytesMax = 256 * 1024

    private func slice(
        of cursor: MongoCursor, limit: Int
    ) throws(StoreError) -> (events: [TicketEvent], more: Bool) {
        var events: [TicketEvent] = []
        var bytes = 0
        while let fields = try cursor.next() {
            bytes += cursor.documentBytes
            let isFull = events.count == limit || (bytes > Self.pageBytesMax && !events.isEmpty)
            if isFull { return (events, true) }
            events.append(try log.readEvent(fields))
        }
        return (events, false)
    }

    func reads(of id: TicketID) throws(StoreError) -> [ReadMark] {
        let cursor = try client.find(
            in: .reads, [.init("ticket", Tree(id))],
            options: [.init("sort", .field("person", .int(1)))])
        return try cursor.all { fields throws(StoreError) in
            try log.read { () throws(RecordError) in try ReadMark(document: fields) }
        }
    }

    func people(in roles: [Role]) throws(StoreError) -> [Person] {
        let condition = Tree.within(roles.map { Tree($0.rawValue) })
        return try log.people(roles.isEmpty ? [] : [.init("role", condition)])
    }

    /// Walks snapshots and logs side by side by ticket, so that snapshots without events and events
    /// without a snapshot are both found.
    func visitLogs(
        _ visit: (TicketID, Ticket?, [TicketEvent]) throws(StoreError) -> Void
    ) throws(StoreError) {
        let client = try client.withoutTimeLimit()
        let snapshots = try client.find(
            in: .tickets, [],
            options: [
                .init("sort", .field("_id", .int(1))), .init("projection", MongoLog.snapshotFields),
            ])
        let events = try client.find(
            in: .events, [],
            options: [
                .init("sort", .object([.init("ticket", .int(1)), .init("seq", .int(1))])),
                .init("projection", .field("_id", .int(0))),
            ])
        var snapshot = try snapshots.next().map { fields throws(StoreError) in
            try log.readSnapshot(fields)
        }
        var event = try events.next().map { fields throws(StoreError) in try log.readEvent(fields) }
        while let id = [snapshot?.id, event?.ticket].compactMap({ $0 }).min() {
            var ownLog: [TicketEvent] = []
            while let own = event, own.ticket == id {
                ownLog.append(own)
                event = try events.next().map { fields throws(StoreError) in
                    try log.readEvent(fields)
                }
            }
            guard let own = snapshot, own.id == id else {
                try visit(id, nil, ownLog)
                continue
            }
            try visit(id, own, ownLog)
            snapshot = try snapshots.next().map { fields throws(StoreError) in
                try log.readSnapshot(fields)
            }
        }
    }

    func ping() throws(StoreError) {
        do throws(MongoFailure) {
            try client.run([.init("ping", .int(1))])
        } catch {
            throw error.unavailable(client.address)
        }
    }
}
