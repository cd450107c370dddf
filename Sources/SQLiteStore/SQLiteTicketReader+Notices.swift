// Somebody's notifications: access is asked for when they are shown, by the lists' own conditions.

import Text
package import Tickets

extension SQLiteTicketReader {
    package func notices(_ query: NoticeQuery) throws(StoreError) -> NoticePage {
        let limit = min(max(1, query.limit), 200)
        var conditions = SQLConditions()
        conditions.require("notices.person = ?", [.text(query.caller.person.id.string)])
        let isBackwards: Bool
        switch query.slice {
        case .newest: isBackwards = true
        case .after(let serial):
            conditions.require("notices.serial > ?", [.int(serial)])
            isBackwards = false
        case .before(let serial):
            conditions.require("notices.serial < ?", [.int(serial)])
            isBackwards = true
        }
        if query.unreadOnly { conditions.require("notices.is_read = 0") }
        if query.caller.audience == .client {
            conditions.require("notices.is_internal = 0")
        } else if let staff = SQLConditions.staffView(of: query.caller) {
            conditions.require("(notices.is_internal = 0 OR \(staff.sql))", staff.values)
        }
        conditions.requireAccess(of: query.caller)
        // CROSS JOIN keeps the order of the tables: the person's notices first.
        let statement = try database().prepareOnce(
            """
            SELECT \(OutboxRows.noticeColumns) FROM notices CROSS JOIN tickets
            ON tickets.id = notices.ticket\(conditions.clause)
            ORDER BY notices.serial\(isBackwards ? " DESC" : "") LIMIT ?
            """)
        try statement.bind(conditions.values + [SQLValue(limit + 1)])
        let rows = OutboxRows(database: try database())
        var notices: [Notice] = []
        while try statement.step() { notices.append(try rows.notice(in: statement)) }
        let more = notices.count > limit
        if more { notices.removeLast() }
        return NoticePage(notices: isBackwards ? notices.reversed() : notices, more: more)
    }
}
