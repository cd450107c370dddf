// The words behind `q`, in an FTS5 table of their own: a row for each head and one for each message.
// FTS5 gets words that are folded already, quoted one by one, and knows nothing of any language.

import Tickets

struct SearchIndex {
    let database: Database

    /// A row's number is its ticket's number and, in these low bits, the message's seq; 0: the head.
    static let seqBits = 24
    static let seqMask = 1 << seqBits - 1

    /// `titles` has what the head's row was made of: a row without contents must be told, when it
    /// goes, what stood in it.
    ///
    /// Neither contents nor the places of words are kept: the index is a third of the size, and
    /// nobody asks for phrases. Nor are there lists of beginnings, which would triple it.
    static let schema = [
        "DROP TABLE search",
        """
        CREATE TABLE titles (
            number INTEGER PRIMARY KEY,
            title TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE VIRTUAL TABLE search USING fts5(
            public, internal, content = '', columnsize = 0, detail = 'column', tokenize = 'ascii')
        """,
        // Tickets up to this number, from before there was an index, are still to be taken in.
        """
        CREATE TABLE search_backlog (
            done INTEGER NOT NULL,
            last INTEGER NOT NULL
        ) STRICT
        """,
        """
        INSERT INTO search_backlog (done, last)
            SELECT 0, max(number) FROM tickets HAVING max(number) IS NOT NULL
        """,
    ]

    /// Everything is still to be taken in.
    static let emptying = [
        "INSERT INTO search (search) VALUES ('delete-all')", "DELETE FROM titles",
        "DELETE FROM search_backlog",
        """
        INSERT INTO search_backlog (done, last)
            SELECT 0, max(number) FROM tickets HAVING max(number) IS NOT NULL
        """,
    ]

    // MARK: Questions

    /// One question to FTS5 a word. Words of letters and digits need no escaping between quotes.
    static func matches(_ words: SearchWords, for audience: Audience) -> [String] {
        let column = audience == .staff ? "" : "public : "
        return (words.beginning.map { ["\(column)\"\($0)\" *"] } ?? [])
            + words.whole.map { "\(column)\"\($0)\"" }
    }

    // MARK: Writing

    /// A new head, or one with a new title.
    func take(_ head: Ticket) throws(StoreError) {
        let stored = try storedTitle(of: head.number)
        guard stored != head.title else { return }
        if let stored {
            try database.run(
                "INSERT INTO search (search, rowid, public, internal) VALUES ('delete', ?, ?, '')",
                [try row(head.number, 0), .text(head.searchText(titled: stored))])
        }
        try insert(head.searchText, isPublic: true, try row(head.number, 0))
        try database.run(
            "INSERT OR REPLACE INTO titles (number, title) VALUES (?, ?)",
            [SQLValue(head.number), .text(head.title)])
    }

    /// The message of an event, if it has one.
    func take(_ event: TicketEvent, ofNumber number: Int) throws(StoreError) {
        guard let text = event.searchText else { return }
        try insert(text, isPublic: event.hasPublicMessage, try row(number, event.seq))
    }

    func takeMessages(of batch: StoreBatch) throws(StoreError) {
        let rows = TicketRows(database: database)
        var numbers = Dictionary(batch.heads.map { ($0.id, $0.number) }) { first, _ in first }
        for event in batch.events where event.message != nil {
            if numbers[event.ticket] == nil {
                numbers[event.ticket] = try rows.number(of: event.ticket)
            }
            // Without a head no list shows the ticket; whoever makes the head makes its index.
            guard let number = numbers[event.ticket] else { continue }
            try take(event, ofNumber: number)
        }
    }

    /// What stood in the index of this head: `take` makes it anew.
    func forget(_ head: Ticket) throws(StoreError) {
        guard let title = try storedTitle(of: head.number) else { return }
        try delete(
            head.searchText(titled: title), isPublic: true, try row(head.number, 0))
        try database.run("DELETE FROM titles WHERE number = ?", [SQLValue(head.number)])
    }

    /// The message of an event, which must be as it was taken.
    func forget(_ event: TicketEvent, ofNumber number: Int) throws(StoreError) {
        guard let text = event.searchText else { return }
        try delete(text, isPublic: event.hasPublicMessage, try row(number, event.seq))
    }

    private func delete(
        _ text: String, isPublic: Bool, _ row: SQLValue
    ) throws(StoreError) {
        try database.run(
            "INSERT INTO search (search, rowid, public, internal) VALUES ('delete', ?, ?, ?)",
            [row, .text(isPublic ? text : ""), .text(isPublic ? "" : text)])
    }

    private func insert(_ text: String, isPublic: Bool, _ row: SQLValue) throws(StoreError) {
        try database.run(
            "INSERT INTO search (rowid, public, internal) VALUES (?, ?, ?)",
            [row, .text(isPublic ? text : ""), .text(isPublic ? "" : text)])
    }

    private func row(_ number: Int, _ seq: Int) throws(StoreError) -> SQLValue {
        guard number > 0, number < 1 << (63 - Self.seqBits), seq <= Self.seqMask else {
            throw .corrupt(
                "\(database.path): event \(seq) of ticket T-\(number) has no place in the search")
        }
        return SQLValue(number << Self.seqBits | seq)
    }

    private func storedTitle(of number: Int) throws(StoreError) -> String? {
        let statement = try database.prepared("SELECT title FROM titles WHERE number = ?")
        try statement.bind([SQLValue(number)])
        defer { statement.reset() }
        return try statement.step() ? statement.text(0) : nil
    }
}
