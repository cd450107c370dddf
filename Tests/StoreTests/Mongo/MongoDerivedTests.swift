// What follows from durable events, written beside the next events: the acknowledgement does not wait
// for it, whoever was told of an event finds it, and nothing is lost or counted twice.

import Glibc
import Testing
import Text
import Tickets

@testable import MongoStore

extension MongoFaultTests {
    private func batch(number: Int) throws -> StoreBatch {
        let created = try MongoFixture.created(number: number)
        var batch = MongoFixture.batch([created])
        batch.statistics.note(created, try #require(created.created))
        return batch
    }

    /// As the journal does.
    private func acknowledge(number: Int) throws {
        #expect(try store.commitByTicket(try batch(number: number)) == CommitReport())
    }

    private func listed(_ text: String? = nil, waiting: Bool = false) throws -> [Int] {
        let newest = NewestDerivedQueue(milliseconds: 20_000)
        if waiting { newest.note(store.writer.queue) }
        var query = TicketQuery(caller: .hub, sort: .createdAt, limit: 99)
        query.filter.text = text
        let reader = try MongoTicketReader(scratch.client.address, newest: newest)
        return try reader.tickets(query).tickets.map(\.number).sorted()
    }

    private func expectAllDerived(_ numbers: [Int]) throws {
        #expect(try listed() == numbers)
        #expect(try listed("printer") == numbers)
        let reader = try MongoTicketReader(scratch.client.address)
        #expect(try reader.storedStatistics() == reader.countedStatistics())
    }

    @Test func `an acknowledgement waits for the events alone`() throws {
        let slowly: [Tree.Field] = [
            .init("blockConnection", .bool(true)), .init("blockTimeMS", .int(2000)),
        ]
        try scratch.fail(["update"], times: 1, slowly)
        try acknowledge(number: 1)
        #expect(try store.highestNumber() == 1)
        #expect(try listed() == [])
        #expect(store.derived.eventsBehind == 1)
        // The snapshot is that of the log, and the writer is left to its work.
        let id = try #require(try store.ticketID(number: 1))
        #expect(try store.snapshot(of: id)?.seq == 1)
        #expect(try listed(waiting: true) == [1])
        #expect(store.derived == DerivedState())
        try expectAllDerived([1])
    }

    @Test func `the next insert waits for what is late`() throws {
        let slowly: [Tree.Field] = [
            .init("blockConnection", .bool(true)), .init("blockTimeMS", .int(3500)),
        ]
        try scratch.fail(["update"], times: 1, slowly)
        try acknowledge(number: 1)
        while store.derived.eventsBehind == 1, store.derived.msBehind < DerivedQueue.lagMaxMs {
            usleep(10_000)
        }
        try acknowledge(number: 2)
        #expect(store.derived.eventsBehind <= 1)
        store.awaitDerived()
        try expectAllDerived([1, 2])
    }

    @Test func `whoever was told of an event finds it`() throws {
        for number in 1...20 {
            try acknowledge(number: number)
            #expect(try listed("printer", waiting: true) == Array(1...number))
        }
    }

    @Test func `a page that cannot have everything says until when it has`() throws {
        try scratch.fail(["update"], times: 1_000_000, Self.refuse)
        let before = wallClock()
        try acknowledge(number: 1)
        let newest = NewestDerivedQueue(milliseconds: 300)
        newest.note(store.writer.queue)
        let reader = try MongoTicketReader(scratch.client.address, newest: newest)
        let query = TicketQuery(caller: .hub, sort: .createdAt, limit: 99)
        let lacking = try reader.tickets(query)
        #expect(lacking.tickets.isEmpty)
        let asOf = try #require(lacking.asOf)
        #expect(before.advanced(byMilliseconds: -50) <= asOf && asOf <= wallClock())
        // Nobody waits again for what is late already.
        #expect(try reader.tickets(query).asOf != nil)
        try scratch.stopFailing()
        store.retryPendingWrites()
        store.awaitDerived()
        let whole = try reader.tickets(query)
        #expect(whole.tickets.map(\.number) == [1] && whole.asOf == nil)
    }

    private func wallClock() -> Timestamp {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Timestamp(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
    }

    @Test func `many batches one upon another are counted once each`() throws {
        for number in 1...99 { try acknowledge(number: number) }
        store.awaitDerived()
        try expectAllDerived(Array(1...99))
        #expect(store.derived.failures == 0)
        #expect(store.derived.repeats == 0)
    }

    @Test(.enabled(if: MongoScratch.isReplicaSet))
    func `what a new primary may lack is written again beside the next events`() throws {
        try acknowledge(number: 1)
        store.awaitDerived()
        for collection in [MongoCollection.tickets, .search, .statistics, .quarters] {
            try scratch.client.delete(collection, [])
        }
        try scratch.fail(["insert"], times: 1, Self.hangUp)
        try acknowledge(number: 2)
        store.awaitDerived()
        #expect(store.derived.repeats == 1)
        try expectAllDerived([1, 2])
    }

    @Test(.enabled(if: MongoScratch.isReplicaSet))
    func `lost connections of both clients at any time lose nothing and count nothing twice`()
        throws
    {
        for number in 1...30 {
            if number % 3 == 0 {
                try scratch.fail([number % 2 == 0 ? "insert" : "update"], times: 1, Self.hangUp)
            }
            try acknowledge(number: number)
        }
        try scratch.stopFailing()
        store.retryPendingWrites()
        store.awaitDerived()
        try expectAllDerived(Array(1...30))
    }

    @Test func `a hub that ends before it has written what follows leaves it to the next`() throws {
        try scratch.fail(["update"], times: 1_000_000, Self.refuse)
        for number in 1...9 { try acknowledge(number: number) }
        store.writer.stop()
        try scratch.stopFailing()
        #expect(try listed() == [])
        let next = try MongoTicketStore(scratch.client.address)
        #expect(next.pending.isEmpty)
        try expectAllDerived(Array(1...9))
    }

    /// The first documents of a ticket are inserted, but not twice.
    @Test func `beginnings that were written without an answer are written again`() throws {
        try scratch.fail(["insert"], times: 1, Self.tooFewMembers)
        let batch = try self.batch(number: 1)
        try store.writer.exclusively { writes throws(MongoFailure) in
            writes.pending.add(batch, named: nil)
            try writes.writePending()
        }
        #expect(try listed() == [1])
        let client = scratch.client
        #expect(try client.find(in: .search, []).all { fields in fields }.count == 1)
    }

    @Test func `what follows is bounded while it cannot be written`() throws {
        try scratch.fail(["update"], times: 1_000_000, Self.refuse)
        var number = 0
        func next() throws -> StoreBatch {
            var batch = StoreBatch()
            batch.events = try (number + 1...number + 300).map {
                try MongoFixture.created(number: $0)
            }
            batch.snapshots = batch.events.compactMap(\.created)
            number += 300
            return batch
        }
        for _ in 0..<4 { _ = try store.commitByTicket(try next()) }
        let tooMany = try next()
        #expect(throws: StoreError.self) { try store.commitByTicket(tooMany) }
        #expect(try store.highestNumber() == 1200)
        try scratch.stopFailing()
        _ = try store.commitByTicket(tooMany)
        store.awaitDerived()
        #expect(store.derived.eventsBehind == 0)
        #expect(try store.highestNumber() == 1500)
    }

    @Test func `the last batches are written before the store closes`() throws {
        do {
            let other = try MongoTicketStore(scratch.client.address)
            for number in 1...5 { _ = try other.commitByTicket(try batch(number: number)) }
        }
        try expectAllDerived(Array(1...5))
    }

    /// They might name the person, or have the words.
    @Test func `an erasure waits for what is on its way`() throws {
        for number in 1...5 { try acknowledge(number: number) }
        let none = TicketID(high: 0, low: 0)
        let found = try store.tickets(naming: "dana", after: none, limit: 9)
        #expect(found.named.count == 5)
        #expect(store.pending.isEmpty && store.unconfirmed.isEmpty)
    }
}
