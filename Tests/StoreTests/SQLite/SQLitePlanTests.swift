// Frequent queries use an index, for any number of tickets.

import TestSupport
import Testing
import Text
import Tickets

@testable import SQLiteStore

@Suite struct SQLitePlanTests {
    /// SQLite's query plan.
    private func plan(of sql: String, _ database: Database) throws -> [String] {
        let statement = try database.prepareOnce("EXPLAIN QUERY PLAN \(sql)")
        var steps: [String] = []
        while try statement.step() { steps.append(statement.text(3) ?? "") }
        return steps
    }

    private func withDatabase(_ body: (Database) throws -> Void) throws {
        try ScratchDirectory.with { directory in
            try body(try DatabaseFile.open(directory + "/g.db", for: .write))
        }
    }

    // MARK: Lists

    @Test func `the first page of an unfiltered list walks the index of its order`() throws {
        try withDatabase { database in
            for sort in TicketSort.allCases {
                let list = TicketList(TicketQuery(caller: .hub, sort: sort, limit: 50), database)
                let steps = try plan(of: list.numberSearch.sql, database)
                #expect(
                    steps.first?.hasPrefix("SCAN tickets USING COVERING INDEX tickets_") == true)
                #expect(!steps.contains { $0.contains("TEMP B-TREE") }, "\(sort): \(steps)")
            }
        }
    }

    @Test func `a later page starts at its cursor`() throws {
        try withDatabase { database in
            for sort in TicketSort.allCases {
                var query = TicketQuery(caller: .hub, sort: sort, limit: 50)
                query.cursor = TicketCursor(
                    sort: sort, values: sort.keys.map { _ in 0 }, id: TicketID(high: 0, low: 0))
                let list = TicketList(query, database)
                let steps = try plan(of: list.numberSearch.sql, database)
                #expect(
                    steps.first?.hasPrefix("SEARCH tickets USING COVERING INDEX tickets_") == true)
                #expect(!steps.contains { $0.contains("TEMP B-TREE") }, "\(sort): \(steps)")
            }
        }
    }

    @Test func `what a client asks never walks through everybody's tickets`() throws {
        var filter = TicketFilter()
        filter.status = Status.allCases
        filter.priority = [.high]
        filter.project = ["print"]
        filter.assignedTo = [.nobody, .person("theo")]
        filter.text = "fire"
        let callers = [
            Caller(person: InMemoryJournal.client),
            Caller(person: InMemoryJournal.client, projects: ["print", "network"]),
        ]
        try withDatabase { database in
            for (caller, sort) in callers.flatMap({ caller in
                TicketSort.allCases.map { (caller, $0) }
            }) {
                for filter in [TicketFilter(), filter] {
                    var query = TicketQuery(caller: caller, sort: sort, limit: 50)
                    query.filter = filter
                    let list = TicketList(query, database)
                    for sql in [list.numberSearch.sql, list.countSearch.sql] {
                        let steps = try plan(of: sql, database)
                        #expect(!steps.contains { $0.hasPrefix("SCAN tickets") }, "\(steps)")
                        if filter.text == nil {
                            #expect(steps.first == "MULTI-INDEX OR", "\(steps)")
                        }
                    }
                }
            }
        }
    }

    @Test func `a filter of staff takes an index or the order's, and no table from end to end`()
        throws
    {
        func filter(_ change: (inout TicketFilter) -> Void) -> TicketFilter {
            var filter = TicketFilter()
            change(&filter)
            return filter
        }
        let filters = [
            filter { $0.status = [.open] }, filter { $0.status = [.closed, .resolved] },
            filter { $0.priority = [.high, .urgent] }, filter { $0.project = ["print"] },
            filter { $0.assignedTo = [.person("theo")] }, filter { $0.assignedTo = [.nobody] },
            filter { $0.client = ["carl"] }, filter { $0.watchedBy = "theo" },
            filter { $0.tag = ["vip"] }, filter { $0.sla = [.breached] },
        ]
        let callers = [Caller.hub, Caller(person: InMemoryJournal.tech, reachesAllTickets: true)]
        try withDatabase { database in
            for caller in callers {
                for filter in filters {
                    for sort in [TicketSort.urgency, .updatedAtDescending] {
                        var query = TicketQuery(caller: caller, sort: sort, limit: 50)
                        query.filter = filter
                        let sql = TicketList(query, database).numberSearch.sql
                        let steps = try plan(of: sql, database)
                        #expect(!steps.contains("SCAN tickets"), "\(filter): \(steps)")
                    }
                }
            }
        }
    }

    @Test func `the default order needs no sorting under a filter by status`() throws {
        try withDatabase { database in
            for status in Status.allCases {
                var query = TicketQuery(caller: .hub, sort: .urgency, limit: 50)
                query.filter.status = [status]
                let steps = try plan(of: TicketList(query, database).numberSearch.sql, database)
                #expect(!steps.contains("USE TEMP B-TREE FOR ORDER BY"), "\(status): \(steps)")
                let isOfActive = steps.first?.hasSuffix("INDEX tickets_active") == true
                #expect(isOfActive == status.isActive, "\(status): \(steps)")
            }
        }
    }

    @Test func `few among very many are not looked for among all the others`() throws {
        try withDatabase { database in
            for sort in TicketSort.allCases {
                for sla in [SLAFilter.breached, .warning, .paused] {
                    var query = TicketQuery(caller: .hub, sort: sort, limit: 50)
                    query.filter.sla = [sla]
                    let list = TicketList(query, database)
                    let steps = try plan(of: list.numberSearch.sql, database)
                    #expect(steps.first?.contains("INDEX tickets_sla ") == true, "\(steps)")
                }
            }
        }
    }

    // MARK: Everything else

    @Test func `the journal's queries read no table from end to end`() throws {
        try ScratchDirectory.with { directory in
            let store = try SQLiteTicketStore(path: directory + "/g.db")
            let journal = InMemoryJournal()
            var random = SeededGenerator(seed: 8)
            try journal.holdRandomConversations(count: 50, &random)
            let id = try journal.create(key: "k").id
            try journal.say("Hello", on: id, key: "k")
            var batch = journal.takeBatch()
            batch.people = InMemoryJournal.people
            batch.reads = [ReadMark(ticket: id, person: "theo", seq: 1)]
            try store.commit(batch)

            _ = try store.snapshot(of: id)
            _ = try store.ticketID(number: 7)
            _ = try store.highestNumber()
            _ = try store.events(of: id, after: 1, limit: 10)
            let keys = [nil, id].map { CommandKey(author: "theo", ticket: $0, key: "k") }
            _ = try store.events(for: keys)
            #expect(store.open.fullScanSteps == 0)
            try store.open.run("SELECT count(*) FROM events WHERE author = 'theo'")
            #expect(store.open.fullScanSteps > 0, "The count counts.")
        }
    }

    @Test func `a page of one ticket reads no table from end to end`() throws {
        try ScratchDirectory.with { directory in
            let opener = SQLiteStoreOpener(path: directory + "/g.db")
            let journal = InMemoryJournal()
            for _ in 1...20 { try journal.create() }
            let id = try journal.holdMixedConversation(count: 20)
            try opener.openStore().commit(journal.takeBatch())
            let reader = try SQLiteTicketReader(path: opener.path)
            for slice in [EventQuery.Slice.newest, .after(5), .before(15)] {
                for audience in Audience.allCases {
                    _ = try reader.page(of: id, EventQuery(slice, limit: 5, audience: audience))
                }
            }
            _ = try reader.ticketID(number: 3)
            #expect(reader.open.fullScanSteps == 0)
        }
    }
}
