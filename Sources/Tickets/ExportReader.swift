// What exports ask of a store besides pages of one log.

package protocol ExportReader: AnyObject {
    /// A page of tickets as in a list, in the same order, without the counts: a walk through all of
    /// them would count again on every page.
    func ticketsToExport(
        _ query: TicketQuery
    ) throws(StoreError) -> (tickets: [Ticket], next: TicketCursor?)
    /// How far people have read this ticket, by person.
    func readMarks(of id: TicketID) throws(StoreError) -> [ReadMark]
}
