// The words behind `q`, in an FTS5 table of their own: rows for each snapshot and one for each message.
// FTS5 gets words that are folded already, quoted one by one, and knows nothing of any language.

import Text
import Tickets

struct SearchIndex {
    let database: Database

    /// A row's number is its ticket's number and, in these low bits, the seq of the event whose words
    /// it has; 0: what the snapshot says now.
    static let seqBits = 24
    static let seqMask = 1 << seqBits - 1
    /// Up to here a row is of the snapshot: the event that made the ticket has its description.
    static let snapshotRowMax = 1

    /// What was made before people, tags and files were found, and is left behind.
    static let firstSchema = [
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

    /// `faces` has what the snapshot's first row was made of: a row without contents must be told, when it
    /// goes, what stood in it. Events from `live_from` on were taken in when they came; those before
    /// are the backlog's, as long as that is on its way.
    ///
    /// Neither contents nor the places of words are kept: the index is a third of the size, and
    /// nobody asks for phrases. Nor are there lists of beginnings, which would triple it.
    static let schema = [
        "DROP TABLE titles", "DROP TABLE search_backlog", "DROP TABLE search",
        """
        CREATE VIRTUAL TABLE search USING fts5(
            public, internal, content = '', columnsize = 0, detail = 'column', tokenize = 'ascii')
        """,
        """
        CREATE TABLE faces (
            number INTEGER PRIMARY KEY,
            title TEXT NOT NULL,
            project TEXT NOT NULL,
            tags TEXT NOT NULL,
            live_from INTEGER NOT NULL
        ) STRICT
        """,
        // How far the taking in of what was there before has come: people up to `person` (NULL: all)
        // first, then tickets downwards; `ticket` is the next one, 0 when all are in, and `seq` its
        // last event that is.
        """
        CREATE TABLE search_state (
            version INTEGER NOT NULL,
            person TEXT,
            ticket INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            tickets INTEGER NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE names (
            serial INTEGER PRIMARY KEY,
            person TEXT NOT NULL,
            name TEXT NOT NULL,
            UNIQUE (person, name)
        ) STRICT
        """,
        """
        CREATE TABLE person_words (
            person TEXT NOT NULL,
            is_address INTEGER NOT NULL,
            word TEXT NOT NULL,
            PRIMARY KEY (person, is_address, word)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX person_words_word ON person_words (word, is_address, person)",
    ]

    // MARK: Writing

    /// A new snapshot, or one with another face.
    /// - Parameter liveFrom: the first event of the ticket that comes by `takeWords`.
    func take(_ snapshot: Ticket, liveFrom: Int) throws(StoreError) {
        let stored = try storedFace(of: snapshot.number)
        let face = snapshot.searchFace
        guard stored?.face != face else { return }
        let row = try row(snapshot.number, 0)
        if let stored { try delete(stored.face, snapshot.number, row) }
        try insert(face.publicText(number: snapshot.number), face.internalText, row)
        try database.run(
            """
            INSERT OR REPLACE INTO faces (number, title, project, tags, live_from)
            VALUES (?, ?, ?, ?, ?)
            """,
            [
                SQLValue(snapshot.number), .text(face.title), .text(face.project),
                .text(face.tagLines), SQLValue(stored?.liveFrom ?? liveFrom),
            ])
    }

    /// The words of an event, if it has some.
    func take(_ event: TicketEvent, ofNumber number: Int) throws(StoreError) {
        guard let text = event.searchText else { return }
        let isPublic = event.hasPublicWords
        try insert(isPublic ? text : "", isPublic ? "" : text, try row(number, event.seq))
    }

    /// Takes the words of an event out again; it must be as it was taken.
    func forget(_ event: TicketEvent, ofNumber number: Int) throws(StoreError) {
        guard let text = event.searchText, try hasTaken(event.seq, ofNumber: number) else { return }
        let isPublic = event.hasPublicWords
        try delete(isPublic ? text : "", isPublic ? "" : text, try row(number, event.seq))
    }

    /// Whether the words of an event are in: to delete others would spoil the index.
    private func hasTaken(_ seq: Int, ofNumber number: Int) throws(StoreError) -> Bool {
        guard let face = try storedFace(of: number) else { return false }
        guard seq < face.liveFrom else { return true }
        let statement = try database.prepared(
            """
            SELECT 1 FROM search_state
            WHERE person IS NULL AND (ticket < ?1 OR ticket = ?1 AND seq >= ?2)
            """)
        try statement.bind([SQLValue(number), SQLValue(seq)])
        defer { statement.reset() }
        return try statement.step()
    }

    /// What a batch brings. Snapshots come before: they say since when a ticket is followed.
    func takeWords(of batch: StoreBatch) throws(StoreError) {
        let rows = TicketRows(database: database)
        let names = PersonWords(database: database)
        for person in batch.people { try names.note(person) }
        var numbers = Dictionary(batch.snapshots.map { ($0.id, $0.number) }) { first, _ in first }
        for event in batch.events {
            for person in event.searchedPeople { try names.note(person) }
            guard event.message != nil || event.kind == .created else { continue }
            if numbers[event.ticket] == nil {
                numbers[event.ticket] = try rows.number(of: event.ticket)
            }
            // Without a snapshot no list shows the ticket; whoever makes the snapshot makes its index.
            guard let number = numbers[event.ticket] else { continue }
            try take(event, ofNumber: number)
        }
    }

    private func insert(
        _ publicText: String, _ internalText: String, _ row: SQLValue
    ) throws(StoreError) {
        try database.run(
            "INSERT INTO search (rowid, public, internal) VALUES (?, ?, ?)",
            [row, .text(publicText), .text(internalText)])
    }

    private func delete(
        _ face: SearchFace, _ number: Int, _ row: SQLValue
    ) throws(StoreError) {
        try delete(face.publicText(number: number), face.internalText, row)
    }

    private func delete(
        _ publicText: String, _ internalText: String, _ row: SQLValue
    ) throws(StoreError) {
        try database.run(
            "INSERT INTO search (search, rowid, public, internal) VALUES ('delete', ?, ?, ?)",
            [row, .text(publicText), .text(internalText)])
    }

    private func row(_ number: Int, _ seq: Int) throws(StoreError) -> SQLValue {
        guard number > 0, number < 1 << (63 - Self.seqBits), seq <= Self.seqMask else {
            throw .corrupt(
                "\(database.path): event \(seq) of ticket T-\(number) has no place in the search")
        }
        return SQLValue(number << Self.seqBits | seq)
    }

    /// nil: the ticket is not in the index yet.
    func storedFace(
        of number: Int
    ) throws(StoreError) -> (face: SearchFace, liveFrom: Int)? {
        let statement = try database.prepared(
            "SELECT title, project, tags, live_from FROM faces WHERE number = ?")
        try statement.bind([SQLValue(number)])
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        let face = SearchFace(
            title: statement.text(0) ?? "", project: statement.text(1) ?? "",
            tagLines: statement.text(2) ?? "")
        return (face, Int(statement.int(3)))
    }
}

extension SearchFace {
    /// One a line, as no tag has a line break.
    var tagLines: String { tags.joined(separator: "\n") }

    init(title: String, project: String, tagLines: String) {
        self.init(
            title: title, project: project,
            tags: tagLines.utf8.split(separator: 0x0A).map { String(Substring($0)) })
    }
}
