// What is SQLite's own about searches: files from before the index, and the time that they may take.

import Testing
import Tickets

@testable import SQLiteStore

@Suite struct SQLiteSearchTests {
    /// As files were before the step of the schema that made the index.
    private func forgetIndex(_ path: String) throws {
        let step = try #require(Schema.steps.firstIndex(of: SearchIndex.schema))
        func made(_ kind: Substring) -> [Substring] {
            Schema.steps[step...].joined().compactMap { sql in
                let words = sql.split { $0.isWhitespace || $0 == "(" }
                guard words.first == "CREATE" else { return nil }
                return words.firstIndex(of: kind).flatMap { $0 < 3 ? words[$0 + 1] : nil }
            }
        }
        let tables = made("TABLE")
        #expect(tables.contains("search") && tables.contains("titles"))
        let database = try DatabaseFile.open(path, for: .writeAgain)
        try database.write { () throws(StoreError) in
            let dropped =
                tables.map { "DROP TABLE \($0)" }
                + made("INDEX").map { "DROP INDEX IF EXISTS \($0)" }
            for sql in dropped + [
                "CREATE TABLE search (number INTEGER PRIMARY KEY, title TEXT, text TEXT) STRICT",
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
            let desk = Desk()
            for number in 1...401 { try desk.create(title: "Ticket \(number)") }
            let id = try #require(desk.tickets.first { $0.number == 300 }?.id)
            try desk.say("A needle", on: id, isInternal: true)
            try opener.openStore().commit(desk.takeBatch())
            try forgetIndex(opener.path)

            var reports: [StoreProgress] = []
            let store = try opener.openStore { reports.append($0) }
            #expect(
                reports == [.search(done: 200, tickets: 401), .search(done: 400, tickets: 401)])
            let reader = try opener.openReader()
            #expect(try reader.tickets(query("need")).tickets.map(\.number) == [300])
            #expect(try reader.tickets(query("ticket 401")).tickets.map(\.number) == [401])
            try desk.edit(id) { $0.edits.title = "Haystack" }
            try store.commit(desk.takeBatch())
            #expect(try reader.tickets(query("haystack needle")).tickets.map(\.number) == [300])
            #expect(try reader.tickets(query("ticket 300")).tickets.isEmpty)

            reports = []
            _ = try opener.openStore { reports.append($0) }
            #expect(reports.isEmpty, "Once is enough.")
        }
    }

    @Test func `a question that takes too long ends, and its connection goes on`() throws {
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
            // The limit goes with its question.
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
