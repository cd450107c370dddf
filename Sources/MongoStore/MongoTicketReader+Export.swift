// Queries that only exports need.

internal import Tickets

extension MongoTicketReader {
    func readMarks(of id: TicketID) throws(StoreError) -> [ReadMark] { try reads(of: id) }
}
