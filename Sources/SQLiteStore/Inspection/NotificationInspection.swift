// Checks notification rows against their events: what they say, whom they tell, and whether clients
// may see them.

import Text
import Tickets
import Wire

struct NotificationInspection {
    let database: Database

    private enum Finding {
        case unreadable
        case unconcerned
        case differing(right: TicketNotification)
        case visibility(isInternal: Bool)
    }

    func differences() throws(StoreError) -> [StoreDifference] {
        var (unreadable, unconcerned, differing, visibility) = (0, 0, 0, 0)
        try visit { _, finding throws(StoreError) in
            switch finding {
            case .unreadable: unreadable += 1
            case .unconcerned: unconcerned += 1
            case .differing: differing += 1
            case .visibility: visibility += 1
            }
        }
        let texts = [
            ("notifications: \(unreadable) cannot be read", unreadable),
            ("notifications: \(unconcerned) tell people of events not for them", unconcerned),
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
            case .unreadable, .unconcerned:
                try database.run("DELETE FROM notifications WHERE serial = ?", [.int(serial)])
            case .differing(let right):
                try database.run(
                    "UPDATE notifications SET kind = ?, at = ?, data = ? WHERE serial = ?",
                    [
                        .text(right.kind.rawValue), SQLValue(right.at),
                        .json(JSONWriter.bytes(of: right.record)), .int(serial),
                    ])
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
        let rows = TicketRows(database: database)
        let people = try self.people()
        let statement = try database.prepareOnce(
            "SELECT \(OutboxRows.notificationColumns) FROM notifications ORDER BY ticket, seq")
        var ticket: TicketID?
        var log: LogReplay?
        var ref: String?
        while try statement.step() {
            guard let notification = try? outbox.notification(in: statement) else {
                try visit(statement.int(0), .unreadable)
                continue
            }
            if ticket != notification.ticket {
                ticket = notification.ticket
                log = try self.log(of: notification.ticket)
                ref = try rows.number(of: notification.ticket).map { "T-\($0)" }
            }
            log?.advance(to: notification.seq)
            guard let log, let event = log.event else { continue }
            guard
                let right = notification.corrected(
                    by: event, after: log.snapshot, ref: ref ?? notification.ref,
                    isKnown: people.contains(notification.person))
            else {
                try visit(notification.serial, .unconcerned)
                continue
            }
            if right != notification { try visit(notification.serial, .differing(right: right)) }
            if let isInternal = event.isInternalNews, isInternal != notification.isInternal {
                try visit(notification.serial, .visibility(isInternal: isInternal))
            }
        }
    }

    private func people() throws(StoreError) -> Set<ExactText> {
        let statement = try database.prepareOnce(
            "SELECT id FROM people UNION SELECT person FROM contacts")
        var people: Set<ExactText> = []
        while try statement.step() { people.insert(ExactText(statement.text(0) ?? "")) }
        return people
    }

    /// nil: events cannot be read, which is reported elsewhere.
    private func log(of ticket: TicketID) throws(StoreError) -> LogReplay? {
        do {
            return LogReplay(
                try TicketRows(database: database).events(of: ticket, after: 0, limit: .max))
        } catch .corrupt where !database.isSuspect {
            return nil
        }
    }
}
