// Queries that only exports need.

package import Tickets

extension SQLiteTicketReader {
    package func readMarks(of id: TicketID) throws(StoreError) -> [ReadMark] {
        try PeopleRows(database: database()).reads(of: id)
    }
}
