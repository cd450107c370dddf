// Exports: lists without counts, and read marks.

package import Tickets

extension SQLiteTicketReader {
    package func ticketsToExport(
        _ query: TicketQuery
    ) throws(StoreError) -> (tickets: [Ticket], next: TicketCursor?) {
        let database = try database()
        return try database.read { () throws(StoreError) in
            try TicketList(query, database).pageWithoutCounts()
        }
    }

    package func readMarks(of id: TicketID) throws(StoreError) -> [ReadMark] {
        try PeopleRows(database: database()).reads(of: id)
    }
}
