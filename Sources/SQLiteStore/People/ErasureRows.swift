// Replaces a person's id and name by a pseudonym in all rows, one transaction for each step. Rows
// are found by the id in their JSON: an index by person would slow every write, and a scan of a few
// thousand rows takes milliseconds.

package import Text
package import Tickets
import Wire

struct ErasureRows {
    let database: Database

    static let schema = [
        """
        CREATE TABLE erasures (
            pseudonym TEXT PRIMARY KEY NOT NULL,
            data TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """
    ]

    /// `"carl"`, which no other string of a row's JSON contains.
    private static func needle(_ person: ExactText) -> SQLValue {
        .text(String(decoding: JSONWriter.bytes(of: Tree(person)), as: UTF8.self))
    }

    // MARK: The erasures

    func erasures() throws(StoreError) -> [Erasure] {
        let rows = TicketRows(database: database)
        let statement = try database.prepareOnce("SELECT data FROM erasures ORDER BY pseudonym")
        var erasures: [Erasure] = []
        while try statement.step() {
            erasures.append(
                try rows.decode(statement, 0, "an erasure") { record throws(RecordError) in
                    try Erasure(record: record)
                })
        }
        return erasures.sorted { $0.at < $1.at }
    }

    func differences() throws(StoreError) -> [StoreDifference] {
        let statement = try database.prepareOnce(
            "SELECT pseudonym, data FROM erasures ORDER BY pseudonym")
        var found: [StoreDifference] = []
        while try statement.step() {
            let id = statement.text(0) ?? ""
            let record = statement.withBytes(of: 1) { text in try? JSONReader.parse(text) } ?? nil
            let erasure = record.flatMap { try? Erasure(record: $0) }
            guard erasure?.pseudonym != ExactText(id) else { continue }
            found.append(
                StoreDifference(
                    "erasures: \(id) cannot be read or belongs to another pseudonym",
                    .none("its content is not stored elsewhere")))
        }
        return found
    }

    func keep(_ erasure: Erasure) throws(StoreError) {
        try database.run(
            "INSERT OR REPLACE INTO erasures (pseudonym, data) VALUES (?, ?)",
            [.text(erasure.pseudonym.string), .json(JSONWriter.bytes(of: erasure.record))])
    }

    // MARK: Tickets

    func tickets(
        naming person: ExactText, after: TicketID, limit: Int
    ) throws(StoreError) -> (named: [TicketID], end: TicketID?) {
        let rows = TicketRows(database: database)
        let stretch = try database.prepareOnce(
            """
            SELECT max(id) FROM
                (SELECT id FROM tickets WHERE id > ? ORDER BY id LIMIT ?)
            """)
        try stretch.bind([SQLValue(after), SQLValue(limit)])
        guard try stretch.step(), !stretch.isNull(0) else { return ([], nil) }
        let end = try rows.id(in: stretch, 0)
        let statement = try database.prepareOnce(
            """
            SELECT DISTINCT ticket FROM events
            WHERE ticket > ? AND ticket <= ? AND instr(data, ?) > 0
            """)
        try statement.bind([SQLValue(after), SQLValue(end), Self.needle(person)])
        var named: [TicketID] = []
        while try statement.step() { named.append(try rows.id(in: statement, 0)) }
        return (named, end)
    }

    func rename(_ renaming: PersonRenaming, in ticket: TicketID) throws(StoreError) {
        let rows = TicketRows(database: database)
        for (seq, record) in try events(naming: renaming.id, ticket, rows) {
            let event = try read(renaming.rename(record), "event \(seq) of ticket \(ticket)")
            try database.run(
                "UPDATE events SET data = ?, author = ?, key = ? WHERE ticket = ? AND seq = ?",
                [
                    .json(JSONWriter.bytes(of: event.record)), .text(event.by.id.string),
                    SQLValue(event.key), SQLValue(ticket), SQLValue(seq),
                ])
        }
        guard let snapshot = try rows.repairedSnapshot(of: ticket) else { return }
        try SnapshotRow(try renamed(snapshot, renaming)).write(to: database)
    }

    private func renamed(_ snapshot: Ticket, _ renaming: PersonRenaming) throws(StoreError)
        -> Ticket
    {
        do throws(RecordError) {
            return try renaming.rename(snapshot)
        } catch {
            throw .corrupt("\(database.path): the snapshot of \(snapshot.ref): \(error)")
        }
    }

    private func read(_ record: Tree, _ place: String) throws(StoreError) -> TicketEvent {
        do throws(RecordError) {
            return try TicketEvent(record: record)
        } catch {
            throw .corrupt("\(database.path): \(place): \(error)")
        }
    }

    private func events(
        naming person: ExactText, _ ticket: TicketID, _ rows: TicketRows
    ) throws(StoreError) -> [(seq: Int, record: Tree)] {
        let statement = try database.prepareOnce(
            "SELECT seq, data FROM events WHERE ticket = ? AND instr(data, ?) > 0 ORDER BY seq")
        try statement.bind([SQLValue(ticket), Self.needle(person)])
        var found: [(seq: Int, record: Tree)] = []
        while try statement.step() {
            let record = try rows.decode(statement, 1, "an event of ticket \(ticket)") {
                record throws(RecordError) in record
            }
            found.append((Int(statement.int(0)), record))
        }
        return found
    }

    // MARK: Everything else

    func forget(_ renaming: PersonRenaming) throws(StoreError) {
        let id = SQLValue.text(renaming.id.string)
        try database.run("DELETE FROM people WHERE id = ?", [id])
        try database.run("DELETE FROM reads WHERE person = ?", [id])
        try database.run("DELETE FROM contacts WHERE person = ?", [id])
        // The search words of their names and address.
        let words = PersonWords(database: database)
        try words.forget(id)
        try words.note(
            Person(id: renaming.pseudonym, name: Person.erasedName, role: .client))
        try database.run("DELETE FROM notifications WHERE person = ?", [id])
        // An e-mail without a recipient has no address.
        try database.run(
            "DELETE FROM outbox WHERE target = 'mail' AND instr(data, ?) > 0",
            [Self.needle(renaming.id)])
        for (table, key) in [
            ("notifications", "serial"), ("outbox", "id"), ("erasures", "pseudonym"),
        ] {
            try rename(renaming, in: table, key)
        }
        try forgetFiles(of: renaming)
        try renameCatalog(renaming)
        for table in ["statistics", "statistics_quarters"] {
            try database.run(
                "UPDATE \(table) SET scope = ? WHERE scope = ?",
                [
                    .text(StatisticsScope.technician(renaming.pseudonym).code.string),
                    .text(StatisticsScope.technician(renaming.id).code.string),
                ])
        }
    }

    /// Tables and columns are constants of this file, not input. An unfinished erasure names its
    /// person in a field of its own, which is not a person record and stays.
    private func rename(
        _ renaming: PersonRenaming, in table: String, _ key: String
    ) throws(StoreError) {
        let rows = TicketRows(database: database)
        let statement = try database.prepareOnce(
            "SELECT \(key), data FROM \(table) WHERE instr(data, ?) > 0")
        try statement.bind([Self.needle(renaming.id)])
        var found: [(key: SQLValue, data: [UInt8])] = []
        while try statement.step() {
            let record = try rows.decode(statement, 1, "a row of \(table)") {
                record throws(RecordError) in record
            }
            let own: SQLValue =
                key == "serial" ? .int(statement.int(0)) : .text(statement.text(0) ?? "")
            found.append((own, JSONWriter.bytes(of: renaming.rename(record))))
        }
        for row in found {
            try database.run(
                "UPDATE \(table) SET data = ? WHERE \(key) = ?", [.json(row.data), row.key])
        }
    }

    private func forgetFiles(of renaming: PersonRenaming) throws(StoreError) {
        let free = try database.prepareOnce(
            "SELECT location FROM files WHERE owner = ? AND ticket IS NULL")
        try free.bind([.text(renaming.id.string)])
        var locations: [String] = []
        while try free.step() { if let location = free.text(0) { locations.append(location) } }
        for location in locations { try RedactionRows(database: database).sweepLater(location) }
        try database.run(
            "DELETE FROM files WHERE owner = ? AND ticket IS NULL", [.text(renaming.id.string)])
        try database.run(
            "UPDATE files SET owner = ? WHERE owner = ?",
            [.text(renaming.pseudonym.string), .text(renaming.id.string)])
    }

    private func renameCatalog(_ renaming: PersonRenaming) throws(StoreError) {
        let catalog = CatalogRows(database: database)
        for kind in CatalogKind.allCases {
            for entry in try catalog.allEntries(kind) {
                guard let renamed = renaming.rename(entry) else {
                    try catalog.remove(entry.id, kind)
                    continue
                }
                if renamed != entry { try catalog.put(renamed) }
            }
        }
    }
}

extension SQLiteTicketStore: ErasureStore {
    package func erasures() throws(StoreError) -> [Erasure] {
        try ErasureRows(database: database()).erasures()
    }

    package func keep(_ erasure: Erasure) throws(StoreError) {
        let database = try database()
        try database.write { () throws(StoreError) in
            try ErasureRows(database: database).keep(erasure)
            // The replaced row may have held the person's id.
            try RedactionRows(database: database).sweepLater(nil)
        }
    }

    package func tickets(
        naming person: ExactText, after: TicketID, limit: Int
    ) throws(StoreError) -> (named: [TicketID], end: TicketID?) {
        try ErasureRows(database: database()).tickets(naming: person, after: after, limit: limit)
    }

    package func rename(
        _ renaming: PersonRenaming, in tickets: [TicketID]
    ) throws(StoreError) {
        let database = try database()
        try database.write { () throws(StoreError) in
            let rows = ErasureRows(database: database)
            for ticket in tickets { try rows.rename(renaming, in: ticket) }
            try RedactionRows(database: database).sweepLater(nil)
        }
    }

    package func forget(_ renaming: PersonRenaming) throws(StoreError) {
        let database = try database()
        try database.write { () throws(StoreError) in
            try ErasureRows(database: database).forget(renaming)
            try RedactionRows(database: database).sweepLater(nil)
        }
    }
}
