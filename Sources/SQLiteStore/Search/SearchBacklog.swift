// Indexes older data for the search, in small steps while the hub runs: people first, then tickets,
// the newest first. Each step is a transaction that stores its progress, so a stopped hub continues
// there.

import Text
package import Tickets

package final class SearchBacklog: SearchIndexer {
    private let database: Database

    /// Rows for each step. The writer waits for one step at most.
    private static let rowsPerStep = 100

    init(database: Database) { self.database = database }

    fileprivate struct State {
        /// The last person whose names are indexed; nil: all are.
        var person: String?
        /// The number of the next ticket, descending; 0: all are indexed.
        var ticket: Int
        /// Its last indexed event.
        var seq: Int
        /// Tickets to index at the beginning.
        let tickets: Int
    }

    /// Empties an index of another version; everything is then indexed again.
    static func prepare(_ database: Database) throws(StoreError) {
        let version = "SELECT version FROM search_state"
        guard try Int(database.word(version)) != SearchText.version else { return }
        try database.write { () throws(StoreError) in
            // Checked again: another process may have been first.
            if try Int(database.word(version)) != SearchText.version { try empty(database) }
        }
    }

    /// Within a transaction.
    static func empty(_ database: Database) throws(StoreError) {
        for sql in [
            "INSERT INTO search (search) VALUES ('delete-all')", "DELETE FROM faces",
            "DELETE FROM person_words", "DELETE FROM search_state",
            """
            INSERT INTO search_state (version, person, ticket, seq, tickets)
                SELECT \(SearchText.version), '', coalesce(max(number), 0), 0, count(*) FROM tickets
            """,
        ] { try database.prepareOnce(sql).run() }
    }

    /// Whether this version has indexed everything; until then results are incomplete.
    static func isOver(in database: Database) throws(StoreError) -> Bool {
        try database.word(
            "SELECT version = \(SearchText.version) AND person IS NULL AND ticket = 0 FROM search_state"
        )
            == "1"
    }

    package func step() throws(StoreError) -> StoreProgress? {
        guard try state()?.isOver == false else { return nil }
        var progress: StoreProgress?
        try database.write { () throws(StoreError) in
            // Checked again: another process may have been first.
            guard var state = try state(), !state.isOver else { return }
            if let person = state.person {
                state.person = try takePeople(after: person)
            } else {
                try takeTickets(&state)
            }
            try keep(state)
            progress = .search(done: try done(state), tickets: state.tickets)
        }
        return progress
    }

    private func state() throws(StoreError) -> State? {
        let statement = try database.prepared(
            "SELECT person, ticket, seq, tickets FROM search_state")
        try statement.bind([])
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return State(
            person: statement.text(0), ticket: Int(statement.int(1)), seq: Int(statement.int(2)),
            tickets: Int(statement.int(3)))
    }

    private func keep(_ state: State) throws(StoreError) {
        try database.run(
            "UPDATE search_state SET person = ?, ticket = ?, seq = ?",
            [
                SQLValue(state.person), SQLValue(state.ticket), SQLValue(state.seq),
            ])
    }

    /// Tickets indexed so far.
    private func done(_ state: State) throws(StoreError) -> Int {
        guard state.ticket > 0 else { return state.tickets }
        // Estimated from the numbers, which have few gaps: counting at each step would take long.
        return max(0, state.tickets - state.ticket + (try lowestNumber()) - 1)
    }

    private func lowestNumber() throws(StoreError) -> Int {
        let statement = try database.prepared("SELECT min(number) FROM tickets")
        try statement.bind([])
        defer { statement.reset() }
        return try statement.step() ? Int(statement.int(0)) : 0
    }

    // MARK: People

    /// Returns the last person of the step; nil: no more people.
    private func takePeople(after last: String) throws(StoreError) -> String? {
        let statement = try database.prepared(
            """
            SELECT known.id, name, data FROM (
                SELECT id FROM (SELECT id FROM people WHERE id > ?1 ORDER BY id LIMIT ?2)
                UNION SELECT id FROM (SELECT DISTINCT person AS id FROM names
                    WHERE person > ?1 ORDER BY person LIMIT ?2)) AS known
                LEFT JOIN people ON people.id = known.id
                LEFT JOIN contacts ON contacts.person = known.id
            ORDER BY known.id LIMIT ?2
            """)
        try statement.bind([.text(last), SQLValue(Self.rowsPerStep)])
        var people: [(id: String, name: String?, address: String?)] = []
        while try statement.step() {
            people.append((statement.text(0) ?? "", statement.text(1), address(in: statement, 2)))
        }
        statement.reset()
        let words = PersonWords(database: database)
        for person in people {
            if let name = person.name {
                try words.note(Person(id: .init(person.id), name: name, role: .client))
            }
            // Also the words of names that were known before.
            try words.writeNames(of: .text(person.id))
            try words.note(address: person.address, of: .text(person.id))
        }
        return people.count < Self.rowsPerStep ? nil : people.last?.id
    }

    /// nil: no readable address.
    private func address(in row: Statement, _ column: Int32) -> String? {
        guard !row.isNull(column),
            let record = try? OutboxRows(database: database).record(in: row, column, "a contact")
        else { return nil }
        return (try? Contact(record: record))?.email
    }

    // MARK: Tickets

    private func takeTickets(_ state: inout State) throws(StoreError) {
        let rows = TicketRows(database: database)
        var left = Self.rowsPerStep
        while left > 0, state.ticket > 0 {
            guard let (number, id) = try ticket(upTo: state.ticket, rows) else {
                state.ticket = 0
                state.seq = 0
                return
            }
            if number != state.ticket { state.seq = 0 }
            state.ticket = number
            left -= 1
            let taken = try takeIn(number, id, after: state.seq, limit: left, rows)
            left -= taken.count
            if let last = taken.last {
                state.seq = last
            } else {
                state.ticket = number - 1
                state.seq = 0
            }
        }
    }

    private func ticket(
        upTo number: Int, _ rows: TicketRows
    ) throws(StoreError) -> (number: Int, id: TicketID)? {
        let statement = try database.prepared(
            "SELECT number, id FROM tickets WHERE number <= ? ORDER BY number DESC LIMIT 1")
        try statement.bind([SQLValue(number)])
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return (Int(statement.int(0)), try rows.id(in: statement, 1))
    }

    /// Returns how many events were read, and the last one if there are more. An unreadable ticket
    /// is skipped: `guichet check` reports it.
    private func takeIn(
        _ number: Int, _ id: TicketID, after seq: Int, limit: Int, _ rows: TicketRows
    ) throws(StoreError) -> (count: Int, last: Int?) {
        do throws(StoreError) {
            let index = SearchIndex(database: database)
            let liveFrom = try liveFrom(number, id, isFirst: seq == 0, rows, index)
            guard limit > 0, let liveFrom, seq + 1 < liveFrom else {
                return (0, limit > 0 || liveFrom == nil ? nil : seq)
            }
            let events = try rows.events(of: id, after: seq, limit: min(limit, liveFrom - seq - 1))
            for event in events { try index.take(event, ofNumber: number) }
            let last = events.last.map { $0.seq + 1 < liveFrom ? $0.seq : nil } ?? nil
            return (events.count, last)
        } catch {
            guard case .corrupt = error, !database.isSuspect else { throw error }
            return (0, nil)
        }
    }

    /// Writes the snapshot's row first, unless it was written while the hub ran.
    private func liveFrom(
        _ number: Int, _ id: TicketID, isFirst: Bool, _ rows: TicketRows, _ index: SearchIndex
    ) throws(StoreError) -> Int? {
        if !isFirst, let stored = try index.storedFace(of: number) { return stored.liveFrom }
        guard let snapshot = try rows.repairedSnapshot(of: id) else { return nil }
        try index.take(snapshot, liveFrom: snapshot.seq + 1)
        let names = PersonWords(database: database)
        try names.note(snapshot.client)
        if let assignedTo = snapshot.assignedTo { try names.note(assignedTo) }
        return try index.storedFace(of: number)?.liveFrom
    }
}

extension SearchBacklog.State {
    var isOver: Bool { person == nil && ticket == 0 }
}
