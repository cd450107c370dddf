// Checks the rows of one ticket against its events.

import Glibc
import Text
import Tickets

struct TicketInspection {
    private let database: Database
    private let folder: FileFolder
    private let snapshot: Ticket
    private let log: [TicketEvent]
    private let isSearchWhole: Bool

    init(
        _ database: Database, _ folder: FileFolder, _ snapshot: Ticket, _ log: [TicketEvent],
        isSearchWhole: Bool
    ) {
        self.isSearchWhole = isSearchWhole
        self.database = database
        self.folder = folder
        self.snapshot = snapshot
        self.log = log
    }

    func differences() throws(StoreError) -> [StoreDifference] {
        try columns() + names("watchers", "person", snapshot.watchers.map(\.id))
            + names("own_watches", "person", snapshot.selfWatching)
            + names("tags", "tag", snapshot.tags)
            + people() + face() + eventColumns() + reads() + redactions()
            + files()
    }

    private func differs(_ text: String) -> StoreDifference { StoreDifference(text, .rewriting) }

    private func columns() throws(StoreError) -> [StoreDifference] {
        let row = SnapshotRow(snapshot)
        let statement = try database.prepared(SnapshotRow.comparing)
        try statement.bind(row.compared)
        defer { statement.reset() }
        guard try statement.step() else { return [differs("it has no row in tickets")] }
        return SnapshotRow.comparedColumns.enumerated().filter {
            statement.int(Int32($0.offset)) == 0
        }
        .map { differs("tickets.\($0.element) differs from its events") }
    }

    private func names(
        _ table: String, _ column: String, _ expected: [ExactText]
    ) throws(StoreError) -> [StoreDifference] {
        let statement = try database.prepared("SELECT \(column) FROM \(table) WHERE ticket = ?")
        try statement.bind([SQLValue(snapshot.id)])
        defer { statement.reset() }
        var stored: Set<ExactText> = []
        while try statement.step() { stored.insert(ExactText(statement.text(0) ?? "")) }
        return stored == Set(expected)
            ? [] : [differs("\(table) differ from its events")]
    }

    /// People on the ticket can be found by their names.
    private func people() throws(StoreError) -> [StoreDifference] {
        guard isSearchWhole else { return [] }
        let words = PersonWords(database: database)
        var found: [StoreDifference] = []
        for person in log.flatMap(\.searchedPeople) where try !words.hasNames(of: person.id) {
            found.append(differs("names: it has none of \(person.id)"))
        }
        return found
    }

    private func face() throws(StoreError) -> [StoreDifference] {
        let face = snapshot.searchFace
        let statement = try database.prepared(
            """
            SELECT title IS ?1 AND project IS ?2 AND tags IS ?3, live_from BETWEEN 1 AND ?4 + 1
            FROM faces WHERE number = ?5
            """)
        try statement.bind([
            .text(face.title), .text(face.project), .text(face.tagLines), SQLValue(snapshot.seq),
            SQLValue(snapshot.number),
        ])
        defer { statement.reset() }
        guard try statement.step() else {
            // The ticket may not be in the search index yet.
            return isSearchWhole ? [differs("faces differ from its events")] : []
        }
        if statement.int(0) == 0 { return [differs("faces differ from its events")] }
        // Within the log any value is right: it says where the index was begun anew.
        if statement.int(1) != 0 { return [] }
        return [
            StoreDifference("faces.live_from is neither an event of it nor the next one", .indexing)
        ]
    }

    private func eventColumns() throws(StoreError) -> [StoreDifference] {
        let statement = try database.prepared(
            "SELECT seq, is_public, author, key FROM events WHERE ticket = ? ORDER BY seq")
        try statement.bind([SQLValue(snapshot.id)])
        defer { statement.reset() }
        var found: [StoreDifference] = []
        var events = log.makeIterator()
        while try statement.step(), let event = events.next() {
            let isSame =
                statement.int(1) == (event.isPublic ? 1 : 0)
                && statement.text(2).map { ExactText($0) } == event.by.id
                && statement.text(3).map { ExactText($0) } == event.key
            if !isSame { found.append(differs("the columns of event \(event.seq) differ from it")) }
        }
        return found
    }

    private func reads() throws(StoreError) -> [StoreDifference] {
        let statement = try database.prepared(
            "SELECT count(*) FROM reads WHERE ticket = ? AND seq > ?")
        try statement.bind([SQLValue(snapshot.id), SQLValue(snapshot.seq)])
        defer { statement.reset() }
        guard try statement.step(), statement.int(0) > 0 else { return [] }
        return [differs("reads: \(statement.int(0)) marks are beyond its last event")]
    }

    private func redactions() throws(StoreError) -> [StoreDifference] {
        let statement = try database.prepared("SELECT seq FROM redacted WHERE ticket = ?")
        try statement.bind([SQLValue(snapshot.id)])
        defer { statement.reset() }
        var stored: Set<Int> = []
        while try statement.step() { stored.insert(Int(statement.int(0))) }
        return stored == Set(log.filter(\.isRedacted).map(\.seq))
            ? [] : [differs("redacted differs from its events")]
    }

    // MARK: Files

    private func files() throws(StoreError) -> [StoreDifference] {
        var found: [StoreDifference] = []
        let rows = FileRows(database: database)
        for event in log {
            let claims = event.claims
            for attachment in event.attachments {
                guard let claim = claims[attachment.id] else { continue }
                let name = "file \(attachment.id) of event \(event.seq)"
                let stored: StoredFile?
                do throws(StoreError) {
                    stored = try rows.file(attachment.id)
                } catch {
                    guard case .corrupt = error else { throw error }
                    found.append(differs("files: the entry of \(name) cannot be read"))
                    continue
                }
                guard let file = stored else {
                    found.append(
                        StoreDifference(
                            "\(name) has no entry",
                            .none("nothing says which bytes are its own; restore a backup")))
                    continue
                }
                let isSame =
                    file.claim == claim && file.isSame(as: attachment)
                    && file.owner == event.by.id
                let isPlain = try rows.hasPlainFlag(file.id)
                if !isSame || !isPlain {
                    found.append(differs("files: the entry of \(name) differs from it"))
                }
                if let damage = folder.damage(of: file.location, bytes: attachment.size) {
                    found.append(
                        StoreDifference(
                            "\(name): \(damage)",
                            .none("the bytes are nowhere else; restore the folder from a backup")))
                }
            }
        }
        return found
    }
}

extension FileFolder {
    /// Describes the damage of the stored bytes; nil: the size is right.
    func damage(of name: String, bytes: Int) -> String? {
        guard let place = place(of: name) else { return "its place “\(name)” is not one of ours" }
        var status = stat()
        guard unsafe lstat(place, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return "its bytes are missing at \(place)"
        }
        return status.st_size == bytes
            ? nil : "\(place) has \(status.st_size) bytes and not \(bytes)"
    }
}
