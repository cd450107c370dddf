// Checks notification rows against their events: what they say, and whether clients may see them.

import Tickets
import Wire

struct NotificationInspection {
    let database: Database

    private enum Finding {
        case unreadable
        case differing(right: TicketNotification)
        case visibility(isInternal: Bool)
    }

    func differences() throws(StoreError) -> [StoreDifference] {
        var (unreadable, differing, visibility) = (0, 0, 0)
        try visit { _, finding throws(StoreError) in
            switch finding {
            case .unreadable: unreadable += 1
            case .differing: differing += 1
            case .visibility: visibility += 1
            }
        }
        let texts = [
            ("notifications: \(unreadable) cannot be read", unreadable),
            ("notifications: \(differing) differ from their events", differing),
            ("notifications.is_internal: \(visibility) differ from their events", visibility),
        ]
        return texts.filter { $0.1 > 0 }.map { StoreDifference($0.0, .clearing) }
    }

    func repair() throws(StoreError) {
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
            case .visibility(let isInternal):
                try database.run(
                    "UPDATE notifications SET is_internal = ? WHERE serial = ?",
                    [SQLValue(isInternal), .int(serial)])
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
            if let isInternal = event.isInternalNews, isInternal != notification.isInternal {
                try visit(notification.serial, .visibility(isInternal: isInternal))
            }
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
