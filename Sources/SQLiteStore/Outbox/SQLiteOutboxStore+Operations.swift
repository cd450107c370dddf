// Outbox commands for operators: counts, dead letters, retries, removal.

package import Text
package import Tickets

extension SQLiteOutboxStore {
    /// Waiting and dead entries; sent entries are about to be removed.
    package func depths() throws(StoreError) -> [OutboxDepth] {
        var depths: [OutboxDepth] = []
        for state in [OutboxState.waiting, .dead] {
            // The state is a literal: with a parameter SQLite would not use the partial indexes.
            let statement = try connection().prepared(
                """
                SELECT target, count(*) FROM outbox WHERE state = '\(state.rawValue)'
                GROUP BY target ORDER BY target
                """)
            try statement.bind([])
            defer { statement.reset() }
            while try statement.step() {
                depths.append(
                    OutboxDepth(
                        target: ExactText(statement.text(0) ?? ""), state: state,
                        count: Int(statement.int(1))))
            }
        }
        return depths
    }

    package func list(_ state: OutboxState, limit: Int) throws(StoreError) -> [OutboxLine] {
        let statement = try connection().prepared(
            """
            SELECT id, target, attempts, due, reason FROM outbox WHERE state = '\(state.rawValue)'
            ORDER BY due DESC, id LIMIT ?
            """)
        try statement.bind([SQLValue(limit)])
        defer { statement.reset() }
        var lines: [OutboxLine] = []
        while try statement.step() {
            lines.append(
                OutboxLine(
                    id: ExactText(statement.text(0) ?? ""),
                    target: ExactText(statement.text(1) ?? ""), state: state,
                    attempts: Int(statement.int(2)), at: Timestamp(milliseconds: statement.int(3)),
                    reason: statement.text(4) ?? ""))
        }
        return lines
    }

    package func replay(_ ids: [ExactText]?, now: Timestamp) throws(StoreError) -> Int {
        let database = try connection()
        let change =
            "UPDATE outbox SET state = 'waiting', due = ?, attempts = 0, lease = NULL, reason = ''"
        guard let ids else {
            try database.run("\(change) WHERE state = 'dead'", [SQLValue(now)])
            return database.changedRows
        }
        var count = 0
        try database.write { () throws(StoreError) in
            for id in ids {
                try database.run("\(change) WHERE id = ?", [SQLValue(now), .text(id.string)])
                count += database.changedRows
            }
        }
        return count
    }

    package func purge(sent: Timestamp, dead: Timestamp, notifications: Timestamp)
        throws(StoreError)
    {
        let database = try connection()
        for (state, before) in [("sent", sent), ("dead", dead)] {
            try database.run(
                "DELETE FROM outbox WHERE state = '\(state)' AND due < ?", [SQLValue(before)])
        }
        try database.run(
            "DELETE FROM notifications WHERE is_read = 1 AND at < ?", [SQLValue(notifications)])
    }
}
