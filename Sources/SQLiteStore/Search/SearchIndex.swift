// The search index behind `q`, an FTS5 table: rows for each snapshot and one for each message. FTS5
// gets folded words, each quoted, and no language setting.

import Text
import Tickets

struct SearchIndex {
    let database: Database

    /// A row's number is its ticket's number and, in these low bits, the seq of its event; 0: the
    /// current snapshot.
    static let seqBits = 24
    static let seqMask = 1 << seqBits - 1
    /// Rows up to this one are of the snapshot: the created event holds its description.
    static let snapshotRowMax = 1

    /// The index of an earlier version, without people, tags and files; not used any more.
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

    /// `faces` keeps the indexed text of each snapshot's first row: a contentless FTS5 table needs
    /// it to delete the row. Events from `live_from` on were indexed when they were written;
    /// earlier ones are left to SearchBacklog while it runs.
    ///
    /// Neither contents nor word positions are stored: the index is a third of the size, and there
    /// are no phrase queries. There are no prefix lists either, which would triple it.
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
        // Progress of SearchBacklog: people up to `person` (NULL: all) first, then tickets by
        // descending number. `ticket` is the next one, 0 when all are indexed, and `seq` its last
        // indexed event.
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

    /// Indexes a new snapshot, or one with changed text.
    /// - Parameter liveFrom: the first event of the ticket that `takeWords` indexes.
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

    /// Indexes the words of an event.
    func take(_ event: TicketEvent, ofNumber number: Int) throws(StoreError) {
        guard let text = event.searchText else { return }
        try take(text, of: event, number)
    }

    private func take(
        _ text: String, of event: TicketEvent, _ number: Int
    ) throws(StoreError) {
        let isPublic = event.hasPublicWords
        try insert(isPublic ? text : "", isPublic ? "" : text, try row(number, event.seq))
    }

    /// Removes the words of an event; it must be the event as indexed.
    func forget(_ event: TicketEvent, ofNumber number: Int) throws(StoreError) {
        guard let text = event.searchText, try hasTaken(event.seq, ofNumber: number) else { return }
        let isPublic = event.hasPublicWords
        try delete(isPublic ? text : "", isPublic ? "" : text, try row(number, event.seq))
    }

    /// Whether the words of an event are indexed: deleting others would corrupt the index.
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

    /// Indexes a batch. Snapshots must be written before: they hold `live_from`.
    func takeWords(of encoded: EncodedBatch) throws(StoreError) {
        let batch = encoded.batch
        let rows = TicketRows(database: database)
        let names = PersonWords(database: database)
        var noted: Set<Person> = []
        for person in batch.people { try names.note(person) }
        var numbers = Dictionary(batch.snapshots.map { ($0.id, $0.number) }) { first, _ in first }
        for (event, words) in zip(batch.events, encoded.words) {
            for person in event.searchedPeople where noted.insert(person).inserted {
                try names.note(person)
            }
            guard let words else { continue }
            if numbers[event.ticket] == nil {
                numbers[event.ticket] = try rows.number(of: event.ticket)
            }
            // Without a snapshot the ticket is in no list; its index is made with the snapshot.
            guard let number = numbers[event.ticket] else { continue }
            try take(words, of: event, number)
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
                "\(database.path): event \(seq) of ticket T-\(number) is beyond what the search can number"
            )
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
    /// One tag on each line, since tags have no line breaks.
    var tagLines: String { tags.joined(separator: "\n") }

    init(title: String, project: String, tagLines: String) {
        self.init(
            title: title, project: project,
            tags: tagLines.utf8.split(separator: 0x0A).map { String(Substring($0)) })
    }
}
