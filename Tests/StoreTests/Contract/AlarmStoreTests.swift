// Alarms from a store: in order of time, and by an index, since a hub may have a million.

import TestSupport
import Testing
import Text
import Tickets

@testable import MongoStore
@testable import SQLiteStore

@Suite struct AlarmStoreTests {
    private func journal() throws -> InMemoryJournal {
        let journal = InMemoryJournal()
        var random = SeededGenerator(seed: 17)
        try journal.holdRandomConversations(count: 60, &random)
        return journal
    }

    @Test(arguments: StoreUnderTest.all)
    func `alarms come in order of time, all of them or those that are due`(_ kind: StoreUnderTest)
        throws
    {
        let journal = try journal()
        let expected = journal.tickets.compactMap { ticket in
            ticket.sla.nextAlarm.map { (ticket: ticket.id, at: $0) }
        }.sorted { ($0.at, $0.ticket) < ($1.at, $1.ticket) }
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            let all = try store.alarms()
            #expect(all.map(\.ticket) == expected.map(\.ticket))
            #expect(all.map(\.at) == expected.map(\.at))
            let middle = try #require(expected.dropFirst(expected.count / 2).first?.at)
            for (moment, limit) in [(middle, 1000), (middle, 3), (.init(milliseconds: 0), 9)] {
                let due = try store.alarms(dueBy: moment, limit: limit)
                let wanted = expected.filter { $0.at <= moment }.prefix(limit)
                #expect(due.map(\.ticket) == wanted.map(\.ticket))
                #expect(due.map(\.at) == wanted.map(\.at))
            }
            #expect(try store.alarms(dueBy: middle, limit: 0).isEmpty)
        }
    }

    @Test func `SQLite reads alarms off their index alone`() throws {
        try ScratchDirectory.with { directory in
            let database = try DatabaseFile.open(directory + "/g.db", for: .write)
            for sql in [SQLiteTicketStore.allAlarms, SQLiteTicketStore.dueAlarms] {
                let statement = try database.prepareOnce("EXPLAIN QUERY PLAN \(sql)")
                var steps: [String] = []
                while try statement.step() { steps.append(statement.text(3) ?? "") }
                #expect(steps.count == 1, "nothing is sorted: \(steps)")
                let index = "SEARCH tickets USING COVERING INDEX tickets_alarm"
                #expect(steps.first?.hasPrefix(index) == true, "\(steps)")
            }
        }
    }

    @Test(.enabled(if: mongoTestURI != nil)) func `MongoDB reads alarms by their index`() throws {
        let scratch = try MongoScratch()
        let store = try MongoTicketStore(scratch.client.address)
        try store.commit(try journal().takeBatch())
        let before = try uses(of: "alarm", scratch.client)
        _ = try store.alarms()
        #expect(try uses(of: "alarm", scratch.client) == before + 1)
        _ = try store.alarms(dueBy: MongoFixture.start, limit: 10)
        #expect(try uses(of: "alarm", scratch.client) == before + 2)
    }

    /// How often the server has answered with the help of this index.
    private func uses(of index: String, _ client: MongoClient) throws -> Int {
        let cursor = try client.aggregate(
            .tickets, [.object([.init("$indexStats", .object([]))])])
        while let fields = try cursor.next() {
            let statistics = try RecordReader(.object(fields))
            guard try statistics.string("name") == index else { continue }
            return try RecordReader(try statistics.required("accesses")).int("ops")
        }
        Issue.record("there is no index \(index)")
        return 0
    }
}
