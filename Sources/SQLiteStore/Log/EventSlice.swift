// Reads a slice of one log: a range of events, a direction and a page limit.

import Tickets

struct EventSlice {
    /// Bytes of event data in a page (docs/protocol.md 6.11).
    static let bytesMax = 256 * 1024

    private let sql: String
    private let bound: Int
    private let limit: Int
    private let isBackwards: Bool

    init(_ query: EventQuery) {
        limit = min(max(1, query.limit), Int(Int32.max))
        let condition: String
        switch query.slice {
        case .newest: (condition, bound, isBackwards) = ("seq > ?2", 0, true)
        case .after(let seq): (condition, bound, isBackwards) = ("seq > ?2", seq, false)
        case .before(let seq): (condition, bound, isBackwards) = ("seq < ?2", seq, true)
        }
        let audience = query.audience == .client ? " AND is_public = 1" : ""
        sql =
            "SELECT seq, data FROM events WHERE ticket = ?1 AND \(condition)\(audience) "
            + "ORDER BY seq\(isBackwards ? " DESC" : "") LIMIT ?3"
    }

    /// Returns the events, oldest first, and whether the slice has more.
    func read(
        of id: TicketID, from rows: TicketRows
    ) throws(StoreError) -> (events: [TicketEvent], more: Bool) {
        let statement = try rows.database.prepared(sql)
        try statement.bind([SQLValue(id), SQLValue(bound), SQLValue(limit + 1)])
        defer { statement.reset() }
        var events: [TicketEvent] = []
        var bytes = 0
        var more = false
        while try statement.step() {
            bytes += statement.byteCount(1)
            // A page has at least one event, however long, so that a reader always makes progress.
            guard events.isEmpty || (events.count < limit && bytes <= Self.bytesMax) else {
                more = true
                break
            }
            events.append(try rows.event(in: statement, of: id))
        }
        return (isBackwards ? events.reversed() : events, more)
    }
}
