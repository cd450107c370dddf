// Finds batches whose events are durable and whose counts may be missing after a crash.

import Text
internal import Tickets

/// The newest batches that change the statistics, from their events.
struct UncountedBatches {
    let log: MongoLog

    private struct Place: Hashable {
        let ticket: TicketID
        let seq: Int
    }

    /// The newest batches that were not counted, or perhaps not in all documents. Counts are
    /// written in the order of batches, so of those that some document has, only the newest.
    func afterCrash() throws(StoreError) -> [PendingStatistics] {
        let recent = try newest([])
        let counted = try names(countedAmong: Array(recent.keys))
        var missing: [BatchName] = []
        for name in recent.keys.sorted(by: >) {
            missing.append(name)
            if counted.contains(name) { break }
        }
        return try count(missing, recent)
    }

    /// The newest batch that changed the statistics; nil: there is none.
    func newestName() throws(StoreError) -> BatchName? { try newest([]).keys.max() }

    /// What the next start adds: `afterCrash`, but for documents that name the batch.
    func atStart() throws(StoreError) -> PendingCounts {
        var pending = PendingCounts()
        guard try log.client.areCounted() else { return pending }
        for batch in try afterCrash() {
            let days = try Counted(documents(of: .statistics, thatCounted: batch.name))
            for (cell, counts) in batch.change.cells {
                days.sort(
                    cell.documentID, StatisticsChange(cells: [cell: counts]),
                    CountedMark.statistics, into: &pending)
            }
            let quarters = try Counted(documents(of: .quarters, thatCounted: batch.name))
            for (cell, counts) in batch.change.quarters {
                quarters.sort(
                    cell.documentID, StatisticsChange(quarters: [cell: counts]),
                    CountedMark.quarters, into: &pending)
            }
        }
        return pending
    }

    /// The documents of a collection that name a batch.
    private struct Counted {
        let documents: [Tree?]

        init(_ documents: [Tree?]) { self.documents = documents }

        /// The mark is written last. If it names the batch, all documents have counted it: one that
        /// does not say so was not cut off by a crash.
        func sort(
            _ document: Tree, _ counts: StatisticsChange, _ mark: Tree,
            into pending: inout PendingCounts
        ) {
            if documents.contains(document) { return }
            if documents.contains(mark) {
                pending.repeated += 1
            } else {
                pending.change.add(counts)
            }
        }
    }

    private func documents(
        of collection: MongoCollection, thatCounted batch: BatchName
    ) throws(StoreError) -> [Tree?] {
        let cursor = try log.client.find(
            in: collection, [.init("batches", Tree(batch))],
            options: [.init("projection", .field("_id", .int(1)))])
        return try cursor.all { fields throws(StoreError) in
            fields.first { $0.name == "_id" }?.value
        }
    }

    /// Of these batches, those that became durable.
    func found(_ names: [BatchName]) throws(StoreError) -> [PendingStatistics] {
        try count(
            names,
            try newest([.field("$match", .field("batch", .within(names.map { Tree($0) })))]))
    }

    private func newest(_ more: [Tree]) throws(StoreError) -> [BatchName: [Place]] {
        let found = try log.client.aggregate(
            .events,
            [
                .field("$sort", .field("_id", .int(-1))),
                .field("$limit", .int(Self.eventsMax)),
                .field("$match", .field("batch", .field("$type", .string("objectId")))),
            ] + more + [
                .field(
                    "$group",
                    .object([
                        .init("_id", .string("$batch")),
                        .init(
                            "events",
                            .field(
                                "$push",
                                .object([
                                    .init("ticket", .string("$ticket")),
                                    .init("seq", .string("$seq")),
                                ]))),
                    ])),
                .field("$sort", .field("_id", .int(-1))),
                .field("$limit", .int(PendingStatistics.namesKept)),
            ])
        var batches: [BatchName: [Place]] = [:]
        while let fields = try found.next() {
            let (name, places) = try log.read { () throws(RecordError) in
                let group = try RecordReader(.object(fields), "batch")
                var places: [Place] = []
                for event in try group.array("events") {
                    let event = try RecordReader(event, "event")
                    places.append(Place(ticket: try event.id("ticket"), seq: try event.int("seq")))
                }
                return (try group.id("_id", as: StatisticsChange.self), places)
            }
            batches[name] = places
        }
        return batches
    }

    /// More than batches can be uncounted: earlier versions left ids unordered within a second.
    private static let eventsMax: Int64 = 20_000

    private func names(countedAmong names: [BatchName]) throws(StoreError) -> Set<BatchName> {
        let wanted = Set(names)
        let found = try log.client.find(
            in: .statistics, [.init("batches", .within(names.map { Tree($0) }))],
            options: [.init("projection", .field("batches", .int(1)))])
        var counted: Set<BatchName> = []
        while let fields = try found.next() {
            let batches = try log.read { () throws(RecordError) in
                try RecordReader(.object(fields), "statistics").array("batches")
            }
            for case .objectID(let high, let low) in batches {
                counted.insert(BatchName(high: high, low: low))
            }
        }
        return counted.intersection(wanted)
    }

    private func visit(
        _ ticket: TicketID, _ body: (TicketEvent, Ticket) -> Void
    ) throws(StoreError) {
        let events = try log.events(of: ticket, where: [.init("$gt", .int(0))])
        var snapshot: Ticket?
        while let fields = try events.next() {
            let event = try log.readEvent(fields)
            snapshot = snapshot.map { $0.applying(event) } ?? event.created
            if let snapshot { body(event, snapshot) }
        }
    }

    /// Counts the batches' events again, each on the snapshot that it made.
    private func count(
        _ names: [BatchName], _ batches: [BatchName: [Place]]
    ) throws(StoreError) -> [PendingStatistics] {
        var owners: [Place: BatchName] = [:]
        for name in names { for place in batches[name] ?? [] { owners[place] = name } }
        var changes: [BatchName: StatisticsChange] = [:]
        for ticket in Set(owners.keys.map(\.ticket)) {
            do throws(StoreError) {
                try visit(ticket) { event, snapshot in
                    guard let name = owners[Place(ticket: ticket, seq: event.seq)] else { return }
                    changes[name, default: StatisticsChange()].note(event, snapshot)
                }
            } catch {
                // `guichet check` reports a damaged log; the others are counted.
                guard case .corrupt = error else { throw error }
            }
        }
        return changes.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
            .map { PendingStatistics(name: $0.key, change: $0.value) }
    }
}
