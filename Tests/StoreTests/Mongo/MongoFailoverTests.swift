// What follows from events after the primary has changed: documents are taken away by hand, as a new
// primary lacks them, and one connection is lost, after which the store cannot know.

import Testing
import Text
import Tickets

@testable import MongoStore

extension MongoFaultTests {
    private func counted(number: Int) throws {
        let created = try MongoFixture.created(number: number)
        var batch = MongoFixture.batch([created])
        batch.statistics.note(created, try #require(created.created))
        try store.commit(batch)
    }

    private func hasRightCounts() throws -> Bool {
        let reader = try MongoTicketReader(scratch.client.address)
        return try reader.storedStatistics() == reader.countedStatistics()
    }

    private func rollBack() throws {
        for collection in [MongoCollection.tickets, .search, .statistics, .quarters] {
            try scratch.client.delete(collection, [])
        }
    }

    private func listed(_ text: String? = nil) throws -> [Int] {
        var query = TicketQuery(caller: .hub, sort: .createdAt, limit: 99)
        query.filter.text = text
        let reader = try MongoTicketReader(scratch.client.address)
        return try reader.tickets(query).tickets.map(\.number).sorted()
    }

    @Test(.enabled(if: MongoScratch.isReplicaSet))
    func `answers of writes name the election of the primary`() throws {
        let client = try MongoClient(scratch.client.address)
        #expect(client.primary.election.isEmpty)
        for _ in 1...2 {
            try client.awaitMajority()
            #expect(client.primary.election.count == 12)
            #expect(client.primary.changes == 0)
        }
    }

    @Test(.enabled(if: MongoScratch.isReplicaSet))
    func `clients of a process that stays share one watch over the servers`() throws {
        let known = scratch.client.address
        let address = MongoAddress(
            uri: known.uri, database: known.database, isMonitored: true)
        let (one, other) = (try MongoClient(address), try MongoClient(address))
        #expect(one.primary === other.primary && one.primary !== scratch.client.primary)
        try one.awaitMajority()
        #expect(other.primary.election.count == 12)
    }

    @Test(.enabled(if: MongoScratch.isReplicaSet))
    func `what a new primary may lack is written again with the next events`() throws {
        try counted(number: 1)
        try rollBack()
        try scratch.fail(["insert"], times: 1, Self.hangUp)
        try counted(number: 2)
        #expect(store.derived.repeats == 1)
        #expect(try listed() == [1, 2])
        #expect(try listed("printer") == [1, 2])
        #expect(try hasRightCounts())
    }

    @Test(.enabled(if: MongoScratch.isReplicaSet))
    func `what a new primary may lack is written again without a command`() throws {
        try counted(number: 1)
        try rollBack()
        try scratch.fail(["update"], times: 1, Self.hangUp)
        store.retryPendingWrites()
        #expect(try listed("printer") == [1])
        #expect(try hasRightCounts())
        #expect(store.unconfirmed.isEmpty)
        #expect(store.derived.failures == 0)
    }

    @Test(.enabled(if: MongoScratch.isReplicaSet))
    func `nothing is counted twice when nothing was lost`() throws {
        for number in 1...9 {
            try counted(number: number)
            try scratch.fail(["insert"], times: 1, Self.hangUp)
        }
        try scratch.stopFailing()
        #expect(store.derived.repeats == 8)
        #expect(try hasRightCounts())
    }

    @Test(.enabled(if: MongoScratch.isReplicaSet))
    func `nothing is written again under the same primary`() throws {
        for number in 1...3 { try counted(number: number) }
        store.retryPendingWrites()
        #expect(store.unconfirmed.isEmpty)
        #expect(store.derived == DerivedState())
    }

    @Test(.enabled(if: MongoScratch.isReplicaSet))
    func `counts of several batches that failed are written again`() throws {
        try scratch.fail(["update"], times: 1_000_000, Self.refuse)
        for number in 1...10 { try counted(number: number) }
        try scratch.stopFailing()
        try counted(number: 11)
        try scratch.fail(["insert"], times: 1, Self.hangUp)
        try counted(number: 12)
        #expect(try hasRightCounts())
        #expect(try listed() == Array(1...12))
    }

    @Test(.enabled(if: MongoScratch.isReplicaSet))
    func `what cannot be written is reported, and written later without a command`() throws {
        try scratch.fail(["update"], times: 1_000_000, Self.refuse)
        try counted(number: 1)
        #expect(store.derived.failures == 1)
        #expect(store.derived.eventsBehind == 1)
        #expect(store.derived.reason?.contains("make room") == true)
        try scratch.stopFailing()
        store.retryPendingWrites()
        #expect(store.derived.eventsBehind == 0)
        #expect(try listed("printer") == [1])
    }

    /// They may have words or names that are about to be removed.
    @Test(.enabled(if: MongoScratch.isReplicaSet))
    func `nothing older is kept once an erasure begins`() throws {
        try counted(number: 1)
        #expect(!store.unconfirmed.isEmpty)
        _ = try store.tickets(naming: "dana", after: TicketID(high: 0, low: 0), limit: 9)
        #expect(store.unconfirmed.isEmpty)
    }
}
