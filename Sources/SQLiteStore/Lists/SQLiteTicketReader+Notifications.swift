// Lists a person's notifications. Access is checked when they are listed, by the same conditions as
// for ticket lists.

import Text
package import Tickets

extension SQLiteTicketReader {
    package func notifications(_ query: NotificationQuery) throws(StoreError) -> NotificationPage {
        let limit = min(max(1, query.limit), 200)
        var conditions = SQLConditions()
        conditions.require("notifications.person = ?", [.text(query.caller.person.id.string)])
        let isBackwards: Bool
        switch query.slice {
        case .newest: isBackwards = true
        case .after(let serial):
            conditions.require("notifications.serial > ?", [.int(serial)])
            isBackwards = false
        case .before(let serial):
            conditions.require("notifications.serial < ?", [.int(serial)])
            isBackwards = true
        }
        if query.unreadOnly { conditions.require("notifications.is_read = 0") }
        if query.caller.audience == .client {
            conditions.require("notifications.is_internal = 0")
        } else if let staff = SQLConditions.staffView(of: query.caller) {
            conditions.require("(notifications.is_internal = 0 OR \(staff.sql))", staff.values)
        }
        conditions.requireAccess(of: query.caller)
        // CROSS JOIN fixes the join order: the person's notifications first.
        let statement = try database().prepareOnce(
            """
            SELECT \(OutboxRows.notificationColumns) FROM notifications CROSS JOIN tickets
            ON tickets.id = notifications.ticket\(conditions.clause)
            ORDER BY notifications.serial\(isBackwards ? " DESC" : "") LIMIT ?
            """)
        try statement.bind(conditions.values + [SQLValue(limit + 1)])
        let rows = OutboxRows(database: try database())
        var notifications: [TicketNotification] = []
        while try statement.step() { notifications.append(try rows.notification(in: statement)) }
        let more = notifications.count > limit
        if more { notifications.removeLast() }
        return NotificationPage(
            notifications: isBackwards ? notifications.reversed() : notifications, more: more)
    }
}
