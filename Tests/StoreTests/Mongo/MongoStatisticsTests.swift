// MongoDB's counts without a transaction: repeated writes and lost snapshots.

import Testing
import Text
import Tickets

@testable import MongoStore

@Suite(.enabled(if: mongoTestURI != nil)) struct MongoStatisticsTests {
    let scratch: MongoScratch
    let store: MongoTicketStore
    let reader: MongoTicketReader
    private let cell = StatisticsCell(day: CivilDay(number: 20_000), scope: .all)

    init() throws {
        scratch = try MongoScratch()
        store = try MongoTicketStore(scratch.client.address)
        reader = try MongoTicketReader(scratch.client.address)
    }

    private func batch(counting count: Int) -> StoreBatch {
        var batch = StoreBatch()
        batch.statistics.add(StatisticsChange(cells: [cell: ["created": count, "resolved~7": 1]]))
        return batch
    }

    @Test func `a batch counts once however often it is written`() throws {
        store.pending.add(batch(counting: 3), named: .make(nanoseconds: 1))
        for _ in 1...3 { try store.writePendingStatistics() }
        #expect(try reader.storedStatistics().cells[cell] == ["created": 3, "resolved~7": 1])
        // The next batch, while the one before it is still pending.
        store.pending.add(batch(counting: 4), named: .make(nanoseconds: 2))
        for _ in 1...2 { try store.writePendingStatistics() }
        #expect(try reader.storedStatistics().cells[cell] == ["created": 7, "resolved~7": 2])
    }

    /// A store of an earlier version has no marks; the start repairs it before it counts the tickets.
    @Test func `a batch does not mark tickets as counted that are not`() throws {
        store.pending.add(batch(counting: 3), named: .make(nanoseconds: 1))
        try store.writePendingStatistics()
        #expect(try !store.client.areCounted())
    }

    @Test func `what a crash left uncounted is counted with the snapshot that it left behind`()
        throws
    {
        let created = try MongoFixture.created(number: 1)
        let snapshot = try #require(created.created)
        var first = MongoFixture.batch([created])
        first.statistics.note(created, snapshot)
        try store.commit(first)
        let answer = try #require(try MongoFixture.message(on: snapshot))
        let other = try MongoFixture.created(number: 2)
        let name = Tree.Field("batch", Tree(BatchName.make(nanoseconds: .max)))
        try scratch.client.insert(
            [answer, other].map { $0.document(.make(at: $0.at), with: [name]) }, into: .events)

        _ = try MongoTicketStore(scratch.client.address)
        let stored = try reader.storedStatistics()
        #expect(try stored == reader.countedStatistics())
        // Once is enough.
        _ = try MongoTicketStore(scratch.client.address)
        #expect(try reader.storedStatistics() == stored)
    }

    @Test func `what a crash left counted in part is counted in full, though no snapshot lags`()
        throws
    {
        var before: [String: Int] = [:]
        for number in 1...3 {
            let all = try reader.storedStatistics().cells.first { $0.key.scope == .all }
            before = all?.value ?? [:]
            let created = try MongoFixture.created(number: number)
            var batch = MongoFixture.batch([created])
            batch.statistics.note(created, try #require(created.created))
            try store.commit(batch)
        }
        let whole = try reader.storedStatistics()
        #expect(try whole == reader.countedStatistics())
        // As it was before the newest batch had reached the documents that count all tickets.
        let name = Tree(BatchName(high: store.lastBatch, low: 0))
        try scratch.client.run([
            .init("update", Tree(MongoCollection.statistics.rawValue)),
            .init(
                "updates",
                .array([
                    .object([
                        .init("q", .field("_id.scope", .string("all"))),
                        .init(
                            "u",
                            .object([
                                .init(
                                    "$set",
                                    .field(
                                        "counts",
                                        .object(before.map { .init($0.key, Tree($0.value)) }))),
                                .init("$pull", .field("batches", .field("$gte", name))),
                            ])),
                    ])
                ])),
        ])
        #expect(try reader.storedStatistics() != whole)
        _ = try MongoTicketStore(scratch.client.address)
        #expect(try reader.countedStatistics() == reader.storedStatistics())
    }
}
