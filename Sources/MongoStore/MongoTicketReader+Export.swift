// Exports: lists without counts, and read marks.

internal import Tickets

extension MongoTicketReader {
    func ticketsToExport(
        _ query: TicketQuery
    ) throws(StoreError) -> (tickets: [Ticket], next: TicketCursor?) {
        try headsAndNext(query)
    }

    func readMarks(of id: TicketID) throws(StoreError) -> [ReadMark] { try reads(of: id) }
}
