// Store interface for exports, besides pages of one log.

package protocol ExportReader: AnyObject {
    /// Read marks of this ticket, by person.
    func readMarks(of id: TicketID) throws(StoreError) -> [ReadMark]
}

extension TicketReader {
    /// A page of tickets as in a list, in the same order, without the counts: an export would count
    /// again on every page.
    package func ticketsToExport(_ query: TicketQuery) throws(StoreError) -> TicketPage {
        var query = query
        query.counting = .nothing
        return try tickets(query)
    }
}
