// Checks notifications against their events: whether clients may see them.

import Tickets

struct NotificationInspection {
    let database: Database

    func differences() throws(StoreError) -> [StoreDifference] {
        let count = try wrongNotifications().count
        return count == 0
            ? []
            : [
                StoreDifference(
                    "notifications.is_internal: \(count) differ from their events", .clearing)
            ]
    }

    func mend() throws(StoreError) {
        for (serial, isInternal) in try wrongNotifications() {
            try database.run(
                "UPDATE notifications SET is_internal = ? WHERE serial = ?",
                [SQLValue(isInternal), .int(serial)])
        }
    }

    /// By serial, each with the right value.
    private func wrongNotifications() throws(StoreError) -> [(Int64, Bool)] {
        let statement = try database.prepareOnce(
            "SELECT \(OutboxRows.notificationColumns) FROM notifications ORDER BY ticket, seq")
        let rows = OutboxRows(database: database)
        var wrong: [(Int64, Bool)] = []
        var last: TicketEvent?
        while try statement.step() {
            // Unreadable rows are reported elsewhere.
            guard let notification = try? rows.notification(in: statement) else { continue }
            if last?.ticket != notification.ticket || last?.seq != notification.seq {
                last = try event(of: notification)
            }
            if let right = last?.isInternalNews, right != notification.isInternal {
                wrong.append((notification.serial, right))
            }
        }
        return wrong
    }

    /// nil: the event is missing or unreadable, which is reported elsewhere.
    private func event(of notification: TicketNotification) throws(StoreError) -> TicketEvent? {
        do {
            return try TicketRows(database: database)
                .events(of: notification.ticket, after: notification.seq - 1, limit: 1)
                .first { $0.seq == notification.seq }
        } catch .corrupt where !database.isSuspect {
            return nil
        }
    }
}
