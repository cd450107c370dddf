// Notifications against the events that they tell of.

import Tickets

struct NoticeRowsCheck {
    let database: Database

    private enum Finding {
        /// nil: nothing in the row can be read.
        case unreadable
        case differing(right: Notice)
    }

    func differences() throws(StoreError) -> [StoreDifference] {
        var (unreadable, differing) = (0, 0)
        try visit { _, finding throws(StoreError) in
            if case .unreadable = finding { unreadable += 1 } else { differing += 1 }
        }
        return [("cannot be read", unreadable), ("differ from their events", differing)]
            .filter { $0.1 > 0 }
            .map { StoreDifference("notices: \($0.1) \($0.0)", .clearing) }
    }

    func mend() throws(StoreError) {
        var found: [(serial: Int64, finding: Finding)] = []
        try visit { serial, finding throws(StoreError) in found.append((serial, finding)) }
        for (serial, finding) in found {
            switch finding {
            case .unreadable:
                try database.run("DELETE FROM notices WHERE serial = ?", [.int(serial)])
            case .differing(let right):
                try database.run(
                    "UPDATE notices SET at = ?, data = ? WHERE serial = ?",
                    [SQLValue(right.at), .json(RecordJSON.encode(right.record)), .int(serial)])
            }
        }
    }

    /// Those of no event are another rule's.
    private func visit(
        _ visit: (Int64, Finding) throws(StoreError) -> Void
    ) throws(StoreError) {
        let outbox = OutboxRows(database: database)
        let rows = TicketRows(database: database)
        let statement = try database.prepareOnce(
            "SELECT \(OutboxRows.noticeColumns) FROM notices ORDER BY ticket, seq")
        var event: TicketEvent?
        while try statement.step() {
            guard let notice = try? outbox.notice(in: statement) else {
                try visit(statement.int(0), .unreadable)
                continue
            }
            if event?.ticket != notice.ticket || event?.seq != notice.seq {
                event = try rows.events(of: notice.ticket, after: notice.seq - 1, limit: 1).first
            }
            guard let event, event.seq == notice.seq else { continue }
            let number = try rows.number(of: notice.ticket)
            let right = notice.telling(of: event, ref: number.map { "T-\($0)" } ?? notice.ref)
            if right != notice { try visit(notice.serial, .differing(right: right)) }
        }
    }
}
