// Lists with arbitrary words: memory for their statements must not grow with them.

import Testing
import Tickets

@testable import SQLiteStore

@Suite struct SQLiteListTests {
    @Test func `however a filter is spelled, few statements are kept`() throws {
        try ScratchDirectory.with { directory in
            let database = try DatabaseFile.open(directory + "/g.db", for: .write)
            var random = SystemRandomNumberGenerator()
            for count in 0..<300 {
                var query = TicketQuery(caller: .hub, sort: .urgency, limit: 1)
                query.filter.status = (0...count % 90).map { _ in
                    Status.allCases.randomElement(using: &random) ?? .open
                }
                query.filter.project = (0...count % 50).map { "project-\($0)" }
                _ = try TicketList(query, database).page()
            }
            // One for each set of statuses, and the fixed ones.
            #expect(database.keptStatements <= 32 + 16)
        }
    }

    @Test func `more texts than are kept are answered all the same`() throws {
        try ScratchDirectory.with { directory in
            let database = try DatabaseFile.open(directory + "/g.db", for: .write)
            for number in 0..<2 * Database.keptMax {
                let statement = try database.prepared("SELECT \(number)")
                #expect(try statement.step())
                #expect(statement.int(0) == Int64(number))
                statement.reset()
            }
            #expect(database.keptStatements == Database.keptMax)
        }
    }
}
