// Notifications against the events that they tell of: whether clients may see them.

import Tickets

struct NoticeInspection {
    let database: Database

    func differences() throws(StoreError) -> [StoreDifference] {
        let count = try wrongNotices().count
        return count == 0
            ? []
            : [
                StoreDifference(
                    "notices.is_internal: \(count) differ from their events", .clearing)
            ]
    }

    func mend() throws(StoreError) {
        for (serial, isInternal) in try wrongNotices() {
            try database.run(
                "UPDATE notices SET is_internal = ? WHERE serial = ?",
                [SQLValue(isInternal), .int(serial)])
        }
    }

    /// By serial, with what is right.
    private func wrongNotices() throws(StoreError) -> [(Int64, Bool)] {
        let statement = try database.prepareOnce(
            "SELECT \(OutboxRows.noticeColumns) FROM notices ORDER BY ticket, seq")
        let rows = OutboxRows(database: database)
        var wrong: [(Int64, Bool)] = []
        var last: TicketEvent?
        while try statement.step() {
            // What cannot be read is told elsewhere.
            guard let notice = try? rows.notice(in: statement) else { continue }
            if last?.ticket != notice.ticket || last?.seq != notice.seq {
                last = try event(of: notice)
            }
            if let right = last?.isInternalNews, right != notice.isInternal {
                wrong.append((notice.serial, right))
            }
        }
        return wrong
    }

    /// nil: there is none that can be read, which is told elsewhere.
    private func event(of notice: Notice) throws(StoreError) -> TicketEvent? {
        do {
            return try TicketRows(database: database)
                .events(of: notice.ticket, after: notice.seq - 1, limit: 1)
                .first { $0.seq == notice.seq }
        } catch .corrupt where !database.isSuspect {
            return nil
        }
    }
}
