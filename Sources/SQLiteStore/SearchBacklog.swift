// Takes tickets into the search index that were there before it, a few hundred a transaction: a hub
// that is stopped meanwhile goes on where it was.

import Tickets

struct SearchBacklog {
    let database: Database

    private static let ticketsPerStep = 200

    private struct State {
        let done: Int
        let last: Int
    }

    /// Returns when every ticket is in the index. `progress` hears of each step.
    func takeIn(_ progress: (StoreProgress) -> Void) throws(StoreError) {
        while try state() != nil {
            try database.write { () throws(StoreError) in
                // Asked again: another process may have been faster.
                if let state = try state() { try step(from: state) }
            }
            if let state = try state() {
                progress(.search(done: state.done, tickets: state.last))
            }
        }
    }

    private func state() throws(StoreError) -> State? {
        let statement = try database.prepared("SELECT done, last FROM search_backlog")
        try statement.bind([])
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return State(done: Int(statement.int(0)), last: Int(statement.int(1)))
    }

    private func step(from state: State) throws(StoreError) {
        let rows = TicketRows(database: database)
        let tickets = try nextTickets(after: state, rows)
        for (number, id) in tickets { try takeIn(number, id, rows) }
        if let (number, _) = tickets.last, tickets.count == Self.ticketsPerStep {
            try database.run("UPDATE search_backlog SET done = ?", [SQLValue(number)])
        } else {
            try database.run("DELETE FROM search_backlog")
        }
    }

    private func nextTickets(
        after state: State, _ rows: TicketRows
    ) throws(StoreError) -> [(Int, TicketID)] {
        let statement = try database.prepared(
            "SELECT number, id FROM tickets WHERE number > ? AND number <= ? "
                + "ORDER BY number LIMIT ?")
        try statement.bind(
            [SQLValue(state.done), SQLValue(state.last), SQLValue(Self.ticketsPerStep)])
        defer { statement.reset() }
        var tickets: [(Int, TicketID)] = []
        while try statement.step() {
            tickets.append((Int(statement.int(0)), try rows.id(in: statement, 1)))
        }
        return tickets
    }

    /// A ticket that cannot be read is left out: `guichet check` names it.
    private func takeIn(_ number: Int, _ id: TicketID, _ rows: TicketRows) throws(StoreError) {
        let index = SearchIndex(database: database)
        do throws(StoreError) {
            let head = try rows.mendedHead(of: id)
            let events = try rows.events(of: id, after: 0, limit: .max)
            if let head { try index.take(head) }
            for event in events { try index.take(event, ofNumber: number) }
        } catch {
            guard case .corrupt = error, !database.isSuspect else { throw error }
        }
    }
}
