// Checks every table against the events. A ticket's rows and its log are read in one transaction,
// so the check can run beside a hub.

import Glibc
import Text
import Tickets

final class SQLiteInspector: StoreInspector {
    private let path: String
    private let database: Database
    private let rows: TicketRows
    private let folder: FileFolder
    private let isSearchWhole: Bool
    private var words = SearchInspection()
    private var attached: Set<FileID> = []
    private var named = NamedPeople()
    private var newestSeqs: [TicketID: Int] = [:]
    /// Tickets with events that cannot be read: what else is kept of them is not compared.
    private var unreadable: Set<TicketID> = []
    /// What stands in place of a ticket's id.
    private var misnamed: [String] = []

    init(path: String) throws(StoreError) {
        self.path = path
        database = try DatabaseFile.openForCheck(path)
        rows = TicketRows(database: database)
        folder = FileFolder(besides: path)
        isSearchWhole = try SearchBacklog.isOver(in: database)
        _ = try database.word("PRAGMA temp_store = MEMORY")
    }

    func visit(_ visit: (InspectedTicket) throws(StoreError) -> Void) throws(StoreError) {
        var last = ""
        while let name = try rows.nextName(after: last) {
            last = name
            guard let id = TicketID(name), "\(id)" == name else {
                misnamed.append(name)
                continue
            }
            try visit(try database.read { () throws(StoreError) in try inspected(id) })
        }
        try FileSurroundings(of: path).requireUnmoved(database)
    }

    private func inspected(_ id: TicketID) throws(StoreError) -> InspectedTicket {
        let snapshot = try rows.readableSnapshot(of: id)
        let (events, unreadable) = try rows.readableEvents(of: id)
        newestSeqs[id] = max(events.last?.seq ?? 0, unreadable.last?.seq ?? 0)
        for event in events { attached.formUnion(event.claims.keys) }
        guard unreadable.isEmpty else {
            self.unreadable.insert(id)
            words.skip(try rows.number(of: id) ?? events.first?.created?.number)
            return InspectedTicket(
                id: id, snapshot: snapshot, events: events, unreadable: unreadable)
        }
        guard let folded = Ticket.fold(events) else {
            return InspectedTicket(id: id, snapshot: snapshot, events: events)
        }
        words.expect(folded, events)
        named.note(events, folded)
        return InspectedTicket(
            id: id, snapshot: snapshot, events: events,
            differences: try TicketInspection(
                database, folder, folded, events, isSearchWhole: isSearchWhole
            ).differences())
    }

    func remainder() throws(StoreError) -> [StoreDifference] {
        let found = try database.read { () throws(StoreError) in
            try misnamedEvents() + MissingTables(database: database).differences()
                + MissingIndexes(database: database).differences()
                + StrayRows.found(in: database)
                + OutboxInspection(database: database).differences()
                + CatalogInspection(database: database).differences()
                + NotificationInspection(database: database).differences()
                + named.differences(from: try PeopleRows(database: database).readability())
                + ErasureRows(database: database).differences()
                + PeopleInspection(database: database).differences()
                + strayFiles() + (try words.differences(in: database))
        }
        try FileSurroundings(of: path).requireUnmoved(database)
        return found
    }

    func openReader() throws(StoreError) -> any TicketReader {
        try SQLiteTicketReader(forCheckOf: path)
    }

    /// A batch is one transaction here: nothing is left uncounted.
    func pendingStatistics() throws(StoreError) -> PendingCounts { PendingCounts() }

    private func misnamedEvents() throws(StoreError) -> [StoreDifference] {
        var found: [StoreDifference] = []
        for name in misnamed {
            let statement = try database.prepared("SELECT count(*) FROM events WHERE ticket = ?")
            try statement.bind([.text(name)])
            defer { statement.reset() }
            // A row of `tickets` alone: see StrayRows.
            guard try statement.step(), statement.int(0) > 0 else { continue }
            found.append(
                StoreDifference(
                    "events: \(statement.int(0)) are of “\(ExactText(name).excerpt)”, which is no "
                        + "ticket's id", .restoring("their owners are not stored elsewhere")))
        }
        return found
    }

    /// Files marked as attached that no event attaches.
    private func strayFiles() throws(StoreError) -> [StoreDifference] {
        let statement = try database.prepared(
            "SELECT id, ticket FROM files WHERE ticket IS NOT NULL ORDER BY id")
        try statement.bind([])
        defer { statement.reset() }
        var found: [StoreDifference] = []
        while try statement.step() {
            let (name, ticket) = (statement.text(0) ?? "", statement.text(1) ?? "")
            if let id = FileID(name), attached.contains(id) { continue }
            if let ticket = TicketID(ticket) {
                if unreadable.contains(ticket) { continue }
                // A ticket that was created or changed since its visit may attach it.
                let seq = newestSeqs[ticket] ?? 0
                guard try rows.events(of: ticket, after: seq, limit: 1).isEmpty else { continue }
            }
            found.append(
                StoreDifference(
                    "files: \(name) says that it is attached to \(ExactText(ticket).excerpt), and no event does",
                    .clearing))
        }
        return found
    }
}
