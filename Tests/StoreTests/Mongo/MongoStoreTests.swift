// MongoDB tests outside of the contract suite: indexes, failures, and foreign documents in its
// database.

import Testing
import Text
import Tickets

@testable import MongoStore

@Suite(.enabled(if: mongoTestURI != nil)) struct MongoStoreTests {
    let scratch: MongoScratch
    let store: MongoTicketStore
    let reader: MongoTicketReader

    init() throws {
        scratch = try MongoScratch()
        store = try MongoTicketStore(scratch.client.address)
        reader = try MongoTicketReader(scratch.client.address)
    }

    @Test func `gives back what it was given`() throws {
        let created = try MongoFixture.created(number: 1042, key: "k")
        let snapshot = try #require(created.created)
        let message = try #require(try MongoFixture.message(on: snapshot, "à bientôt 🙂", key: "k"))
        try store.commit(MongoFixture.batch([created, message]))

        #expect(try store.snapshot(of: snapshot.id) == snapshot.applying(message))
        #expect(try store.events(of: snapshot.id, after: 0, limit: 9) == [created, message])
        #expect(try store.ticketID(number: 1042) == snapshot.id)
        #expect(try store.highestNumber() == 1042)
        let ofCreate = CommandKey(author: "dana", ticket: nil, key: "k")
        let ofTicket = CommandKey(author: "rene", ticket: snapshot.id, key: "k")
        let foreign = CommandKey(author: "dana", ticket: snapshot.id, key: "k")
        let found = try store.events(for: [ofCreate, ofTicket, foreign])
        #expect(found == [ofCreate: created, ofTicket: message])
        let page = try #require(
            try reader.page(of: snapshot.id, EventQuery(.newest, limit: 1, audience: .staff)))
        #expect(page.events == [message])
        #expect(page.more)
    }

    @Test func `a taken number is a conflict even while its snapshot is missing`() throws {
        try store.commit(MongoFixture.batch([try MongoFixture.created(number: 7)]))
        try scratch.client.run([
            .init("delete", .string("tickets")),
            .init(
                "deletes", .array([.object([.init("q", .object([])), .init("limit", .int(0))])])),
        ])
        let second = MongoFixture.batch([try MongoFixture.created(number: 7)])
        let error = #expect(throws: StoreError.self) { try store.commit(second) }
        guard case .conflict? = error else {
            Issue.record("not a conflict: \(String(describing: error))")
            return
        }
        #expect(try store.highestNumber() == 7)
    }

    @Test func `repairs the snapshots that a crash left behind when it opens and when asked`()
        throws
    {
        let created = try MongoFixture.created(number: 1)
        let snapshot = try #require(created.created)
        let message = try #require(try MongoFixture.message(on: snapshot))
        try store.commit(MongoFixture.batch([created, message]))
        try scratch.opener.repair([snapshot])
        #expect(try storedSeq() == 1)
        _ = try MongoTicketStore(scratch.client.address)
        #expect(try storedSeq() == 2)

        try scratch.opener.repair([snapshot])
        #expect(try store.snapshot(of: snapshot.id)?.seq == 2)
        #expect(try storedSeq() == 2, "Who asks for it repairs it.")
    }

    @Test
    func `repairs an old ticket that was written last, and all after a bulk that did not end`()
        throws
    {
        let old = try MongoFixture.created(number: 1)
        let snapshot = try #require(old.created)
        let message = try #require(try MongoFixture.message(on: snapshot))
        try store.commit(MongoFixture.batch(try Self.longLog(number: 2)))
        try store.commit(MongoFixture.batch([old, message]))
        try scratch.opener.repair([snapshot])
        _ = try MongoTicketStore(scratch.client.address)
        #expect(try seq(of: snapshot.id) == 2)

        _ = try scratch.opener.openStore()
        _ = try scratch.opener.beginBulk()
        try store.commit(MongoFixture.batch(try Self.longLog(number: 3)))
        try scratch.opener.repair([snapshot])
        _ = try MongoTicketStore(scratch.client.address)
        #expect(try seq(of: snapshot.id) == 1, "It is not among the newest.")
        _ = try scratch.opener.openStore()
        #expect(try seq(of: snapshot.id) == 2)
        #expect(try reader.storedStatistics() == reader.countedStatistics())
    }

    /// More events than are looked at when a store is opened, a year later than others.
    private static func longLog(number: Int) throws -> [TicketEvent] {
        let created = try MongoFixture.created(number: number, at: MongoFixture.nextYear)
        var snapshot = try #require(created.created)
        var log = [created]
        while log.count < 2001 {
            let message = try #require(try MongoFixture.message(on: snapshot))
            snapshot = snapshot.applying(message)
            log.append(message)
        }
        return log
    }

    private func seq(of ticket: TicketID) throws -> Int? {
        let hub = TicketQuery(caller: .hub, sort: .createdAt, limit: 9)
        return try reader.tickets(hub).tickets.first { $0.id == ticket }?.seq
    }

    private func storedSeq() throws -> Int? {
        let hub = TicketQuery(caller: .hub, sort: .createdAt, limit: 1)
        return try reader.tickets(hub).tickets.first?.seq
    }

    @Test func `writes snapshots, people and marks after their events`() throws {
        let created = try MongoFixture.created(number: 1)
        let snapshot = try #require(created.created)
        let message = try #require(try MongoFixture.message(on: snapshot))
        var batch = MongoFixture.batch([created, message])
        batch.people = [MongoFixture.dana]
        batch.reads = [ReadMark(ticket: snapshot.id, person: "dana", seq: 2)]
        try store.commit(batch)
        #expect(try storedSeq() == 2)
        #expect(try store.people() == [MongoFixture.dana])

        // An older snapshot does not replace a newer one, nor does it count as a failure.
        store.pending.add(MongoFixture.batch([created]), named: nil)
        try store.commit(StoreBatch())
        #expect(store.pending.isEmpty)
        #expect(try storedSeq() == 2)
    }

    @Test func `an insert that stopped half-way has an unknown outcome`() throws {
        let first = try MongoFixture.created(number: 1)
        try store.commit(MongoFixture.batch([first]))
        let conflict = #expect(throws: StoreError.self) {
            try store.commit(MongoFixture.batch([first]))
        }
        guard case .conflict? = conflict else {
            Issue.record("not a conflict: \(String(describing: conflict))")
            return
        }
        var batch = MongoFixture.batch([try MongoFixture.created(number: 2)])
        batch.events.append(first)
        let unknown = #expect(throws: StoreError.self) { try store.commit(batch) }
        guard case .unknownOutcome? = unknown else {
            Issue.record("not unknown: \(String(describing: unknown))")
            return
        }
        #expect(try store.highestNumber() == 2)
    }

    @Test func `a race in the middle of a batch concerns its own ticket alone`() throws {
        let raced = try MongoFixture.created(number: 1)
        let snapshot = try #require(raced.created)
        let theirs = try #require(try MongoFixture.message(on: snapshot, "theirs"))
        try store.commit(MongoFixture.batch([raced, theirs]))
        let mine = try #require(try MongoFixture.message(on: snapshot, "mine"))
        let next = try #require(
            try MongoFixture.message(on: snapshot.applying(mine), "and more"))
        let (first, last) = (
            try MongoFixture.created(number: 2), try MongoFixture.created(number: 3)
        )
        var batch = StoreBatch()
        batch.events = [first, mine, next, last]
        batch.snapshots = [snapshot.applying(mine).applying(next)]
        batch.snapshots += [first, last].compactMap(\.created)
        for (event, after) in zip(batch.events, [1, 0, 0, 2]) {
            batch.statistics.note(event, batch.snapshots[after])
        }
        let report = try store.commitByTicket(batch)
        #expect(report == CommitReport(lost: [raced.ticket: 2]))
        #expect(batch.events.filter(report.isStored) == [first, last])
        let log = try store.events(of: raced.ticket, after: 0, limit: 9)
        #expect(log.map { $0.message?.body } == [nil, "theirs"])
        // The next commit counts what is stored, and nothing else.
        try store.commit(StoreBatch())
        #expect(store.doubtful.isEmpty && store.pending.isEmpty)
        #expect(try store.snapshot(of: raced.ticket)?.seq == 2)
        let counted = try reader.storedStatistics().cells.first { $0.key.scope == .all }
        #expect(counted?.value["created"] == 2)
        let hub = TicketQuery(caller: .hub, sort: .createdAt, limit: 9)
        #expect(try reader.tickets(hub).tickets.map(\.number).sorted() == [1, 2, 3])
    }

    @Test(arguments: [0, 1, 2])
    func `a chain is lost from its first loser on, wherever it stands`(_ place: Int) throws {
        let creations = try (1...3).map { try MongoFixture.created(number: $0, key: "key \($0)") }
        // The same key, taken by another ticket of the same author.
        let taken = try MongoFixture.created(number: 9, key: "key \(place + 1)")
        try store.commit(MongoFixture.batch([taken]))
        let snapshot = try #require(creations[place].created)
        let message = try #require(try MongoFixture.message(on: snapshot))
        var batch = StoreBatch()
        batch.events = creations + [message]
        batch.snapshots = creations.compactMap(\.created)
        batch.snapshots[place] = snapshot.applying(message)
        let report = try store.commitByTicket(batch)
        #expect(report.lost == [snapshot.id: 1])
        for (index, created) in creations.enumerated() {
            let stored = try store.events(of: created.ticket, after: 0, limit: 9)
            #expect(stored.map(\.seq) == (index == place ? [] : [1]))
        }
    }

    @Test func `an event that is stored already is recognised by its id`() throws {
        let created = try MongoFixture.created(number: 1)
        let other = try MongoFixture.created(number: 2)
        // As when the driver repeats an insert that a new primary does not know of.
        store.makeEventID = { EventDocumentID(high: 7, low: UInt32($0.created?.number ?? 0)) }
        try store.commit(MongoFixture.batch([created]))
        var batch = MongoFixture.batch([created])
        batch.events.append(other)
        batch.snapshots += [other].compactMap(\.created)
        #expect(try store.commitByTicket(batch).lost.isEmpty)
        #expect(try store.highestNumber() == 2)
        // The same event by another writer.
        store.makeEventID = { _ in EventDocumentID(high: 8, low: 8) }
        #expect(throws: StoreError.self) {
            try store.commitByTicket(MongoFixture.batch([created]))
        }
    }

    @Test func `foreign documents are damage that is named`() throws {
        let created = try MongoFixture.created(number: 5)
        let id = created.ticket
        try store.commit(MongoFixture.batch([created]))
        try scratch.client.upsert(
            [
                MongoUpsert(
                    filter: BSONDocument([.init("_id", Tree(id))]),
                    document: BSONDocument([.init("title", .int(3))]), isReplacement: true)
            ], into: .tickets)
        let error = #expect(throws: StoreError.self) { try store.snapshot(of: id) }
        guard case .corrupt(let reason)? = error else {
            Issue.record("not damage: \(String(describing: error))")
            return
        }
        #expect(reason.contains("\(id)"))
    }
}
