// Checks notification rows against their events.

import Tickets
import Wire

struct NotificationRowsCheck {
    let database: Database

    private enum Finding {
        case unreadable
        case differing(right: TicketNotification)
    }

    func differences() throws(StoreError) -> [StoreDifference] {
        var (unreadable, differing) = (0, 0)
        try visit { _, finding throws(StoreError) in
            if case .unreadable = finding { unreadable += 1 } else { differing += 1 }
        }
        return [("cannot be read", unreadable), ("differ from their events", differing)]
            .filter { $0.1 > 0 }
            .map { StoreDifference("notifications: \($0.1) \($0.0)", .clearing) }
    }

    func mend() throws(StoreError) {
        var found: [(serial: Int64, finding: Finding)] = []
        try visit { serial, finding throws(StoreError) in found.append((serial, finding)) }
        for (serial, finding) in found {
            switch finding {
            case .unreadable:
                try database.run("DELETE FROM notifications WHERE serial = ?", [.int(serial)])
            case .differing(let right):
                try database.run(
                    "UPDATE notifications SET at = ?, data = ? WHERE serial = ?",
                    [SQLValue(right.at), .json(JSONWriter.bytes(of: right.record)), .int(serial)])
            }
        }
    }

    /// Notifications without an event are covered by another rule.
    private func visit(
        _ visit: (Int64, Finding) throws(StoreError) -> Void
    ) throws(StoreError) {
        let outbox = OutboxRows(database: database)
        let statement = try database.prepareOnce(
            "SELECT \(OutboxRows.notificationColumns) FROM notifications ORDER BY ticket, seq")
        var event: TicketEvent?
        while try statement.step() {
            guard let notification = try? outbox.notification(in: statement) else {
                try visit(statement.int(0), .unreadable)
                continue
            }
            if event?.ticket != notification.ticket || event?.seq != notification.seq {
                event = try self.event(of: notification)
            }
            guard let event, event.seq == notification.seq else { continue }
            let number = try TicketRows(database: database).number(of: notification.ticket)
            let right = notification.telling(
                of: event, ref: number.map { "T-\($0)" } ?? notification.ref)
            if right != notification { try visit(notification.serial, .differing(right: right)) }
        }
    }
    /// nil: the event is missing or cannot be read, which is reported elsewhere.
    private func event(of notification: TicketNotification) throws(StoreError) -> TicketEvent? {
        do {
            return try TicketRows(database: database).events(
                of: notification.ticket, after: notification.seq - 1, limit: 1
            ).first
        } catch .corrupt where !database.isSuspect {
            return nil
        }
    }
}
