// Searches specific to SQLite: files from before the index, and the time limit.

import Testing
import Tickets

@testable import SQLiteStore

@Suite struct SQLiteSearchTests {
    /// As files were before the step of the schema that made the index.
    private func forgetIndex(_ path: String) throws {
        let step = try #require(Schema.steps.firstIndex(of: SearchIndex.schema))
        let database = try DatabaseFile.open(path, for: .writeAgain)
        try database.write { () throws(StoreError) in
            let dropped = ["search", "faces", "search_state", "names", "person_words"]
            for sql in dropped.map({ "DROP TABLE \($0)" }) + SearchIndex.firstSchema.dropFirst() + [
                "DROP INDEX tickets_waiting", "ALTER TABLE tickets DROP COLUMN waiting_since",
                "PRAGMA user_version = \(step)",
            ] { try database.prepareOnce(sql).run() }
        }
    }

    private func query(_ text: String) -> TicketQuery {
        var query = TicketQuery(caller: .hub, sort: .createdAt, limit: 10)
        query.filter.text = text
        query.filter.looksIntoMessages = true
        return query
    }

    @Test func `a file from before the index gets one when it is opened`() throws {
        try ScratchDirectory.with { directory in
            let opener = SQLiteStoreOpener(path: directory + "/g.db")
            let journal = InMemoryJournal()
            for number in 1...401 { try journal.create(title: "Ticket \(number)") }
            let id = try #require(journal.tickets.first { $0.number == 300 }?.id)
            try journal.say("A needle", on: id, isInternal: true)
            try opener.openStore().commit(journal.takeBatch())
            try forgetIndex(opener.path)

            let store = try opener.openStore()
            let indexer = try opener.openIndexer()
            var reports: [StoreProgress] = []
            while let step = try indexer.step() { reports.append(step) }
            #expect(reports.count > 3 && reports.last == .search(done: 401, tickets: 401))
            let reader = try opener.openReader()
            #expect(try reader.tickets(query("need")).tickets.map(\.number) == [300])
            #expect(try reader.tickets(query("ticket 401")).tickets.map(\.number) == [401])
            try journal.edit(id) { $0.edits.title = "Haystack" }
            try store.commit(journal.takeBatch())
            #expect(try reader.tickets(query("haystack needle")).tickets.map(\.number) == [300])
            #expect(try reader.tickets(query("ticket 300")).tickets.isEmpty)

            _ = try opener.openStore()
            #expect(try opener.openIndexer().step() == nil, "Once is enough.")
        }
    }

    @Test func `a query that takes too long ends, and its connection goes on`() throws {
        try ScratchDirectory.with { directory in
            let database = try DatabaseFile.open(directory + "/g.db", for: .write)
            let endless = """
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
                SELECT count(*) FROM n
                """
            let error = #expect(throws: StoreError.self) {
                try database.read(withinMilliseconds: 20) { () throws(StoreError) in
                    try database.word(endless)
                }
            }
            guard case .timeLimit? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(!database.isSuspect)
            // The limit goes with its query.
            #expect(try database.word("SELECT 1") == "1")
        }
    }

    @Test func `a word takes one look into the index`() throws {
        try ScratchDirectory.with { directory in
            let database = try DatabaseFile.open(directory + "/g.db", for: .write)
            let list = TicketList(query("printer fire"), database)
            for sql in [list.numberSearch.sql, list.countSearch.sql] {
                let statement = try database.prepareOnce("EXPLAIN QUERY PLAN \(sql)")
                var steps: [String] = []
                while try statement.step() { steps.append(statement.text(3) ?? "") }
                #expect(
                    steps.first == "SEARCH tickets USING INTEGER PRIMARY KEY (rowid=?)", "\(steps)")
                #expect(!steps.contains { $0.hasPrefix("SCAN tickets") }, "\(steps)")
            }
        }
    }
}
