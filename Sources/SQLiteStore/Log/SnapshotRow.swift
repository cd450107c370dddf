// Writes a snapshot as rows: sort and filter columns in `tickets`, the whole snapshot in
// `heads`, and its texts, watchers and tags for lists.

import Text
import Tickets
import Wire

struct SnapshotRow {
    private let snapshot: Ticket
    /// Its record; nil: still to be made.
    private let data: [UInt8]?

    init(_ snapshot: Ticket, data: [UInt8]? = nil) {
        self.snapshot = snapshot
        self.data = data
    }

    var ticket: TicketID { snapshot.id }

    /// - Parameter move: the change from the stored snapshot to this one, if it is known.
    func write(to database: Database, after move: SnapshotMove? = nil) throws(StoreError) {
        // A new ticket has no row.
        let isTouched = move?.seqBefore == 0 ? false : try touch(database, after: move)
        if !isTouched {
            try replace(database)
            // Without a move the snapshot comes without events: all its events are stored already.
            let liveFrom = (move?.seqBefore ?? snapshot.seq) + 1
            try SearchIndex(database: database).take(snapshot, liveFrom: liveFrom)
        }
        try database.run(
            "INSERT OR REPLACE INTO heads (number, data) VALUES (?, ?)",
            [
                SQLValue(snapshot.number),
                .json(
                    data
                        ?? JSONWriter.bytes(of: snapshot.record, reserving: Self.dataBytes)),
            ])
        if isTouched, let move, !move.changesNames { return }
        let isNew = move?.seqBefore == 0
        try writeNames(snapshot.watchers.map(\.id), to: Self.watchers, isNew: isNew, database)
        try writeNames(snapshot.selfWatching, to: Self.ownWatches, isNew: isNew, database)
        try writeNames(snapshot.tags, to: Self.tags, isNew: isNew, database)
    }

    /// Room for the JSON of nearly every snapshot.
    static let dataBytes = 2000

    // MARK: The row

    /// Columns that a plain message does not change. Most are indexed, and SQLite rewrites the
    /// indexes of all columns that an UPDATE names, changed or not.
    private var steady: [SQLValue] {
        [
            .text(snapshot.project.string), .text(snapshot.client.id.string),
            SQLValue(snapshot.assignedTo?.id),
            .text(snapshot.category.rawValue), .text(snapshot.status.rawValue),
            .text(snapshot.priority.rawValue), sort(.priorityRank),
            .text(snapshot.slaFilter.rawValue),
            sort(.overdueRank), sort(.nextDueAt), sort(.deadlineAt),
            SQLValue(snapshot.sla.nextAlarm),
            sort(.createdAt),
        ]
    }

    private static let steadyColumns = [
        "project", "client_id", "assigned_to", "category", "status", "priority", "priority_rank",
        "sla_filter", "overdue_rank", "next_due_at", "deadline_at", "alarm_at", "created_at",
    ]

    private var moving: [SQLValue] {
        [
            SQLValue(snapshot.seq), sort(.updatedAt),
            .int(snapshot.sortValue(.updatedAt, for: .client)), sort(.waitingSince),
        ]
    }

    private static let movingColumns = ["seq", "updated_at", "public_updated_at", "waiting_since"]

    private func sort(_ key: TicketSort.Key) -> SQLValue {
        .int(snapshot.sortValue(key, for: .staff))
    }

    /// Returns whether the row existed and only the moving columns had changed. Changes of
    /// searchable texts are left to the search index.
    private func touch(_ database: Database, after move: SnapshotMove?) throws(StoreError) -> Bool {
        let before = move.map { SQLValue($0.seqBefore) } ?? .null
        let face = snapshot.searchFace
        let key = [
            SQLValue(snapshot.id), SQLValue(snapshot.number), before, .text(face.title),
            .text(face.project), .text(face.tagLines),
        ]
        // Not joined to one list: that would copy every value once more for each message.
        try database.run(Self.touching, parts: [moving, key, steady])
        return database.changedRows == 1
    }

    private static let touching =
        "UPDATE tickets SET " + movingColumns.map { "\($0) = ?" }.joined(separator: ", ")
        + " WHERE id = ? AND number = ? AND seq = coalesce(?, seq)"
        + " AND (?, ?, ?) = (SELECT title, faces.project, tags FROM faces"
        + " WHERE faces.number = tickets.number)"
        + steadyColumns.map { " AND \($0) IS ?" }.joined()

    private func replace(_ database: Database) throws(StoreError) {
        try database.run(
            Self.replacing, [SQLValue(snapshot.number), SQLValue(snapshot.id)] + steady + moving)
    }

    /// A number that another ticket has is a conflict, not an update.
    private static let replacing: String = {
        let columns = steadyColumns + movingColumns
        let marks = Array(repeating: "?", count: columns.count + 2).joined(separator: ", ")
        let updates = columns.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        return "INSERT INTO tickets (number, id, \(columns.joined(separator: ", "))) "
            + "VALUES (\(marks)) ON CONFLICT (id) DO UPDATE SET \(updates)"
    }()

    // MARK: Comparing

    static let comparedColumns = ["number"] + steadyColumns + movingColumns

    /// A column of 0 or 1 for each of `comparedColumns`; no row if the ticket is missing.
    static let comparing =
        "SELECT " + comparedColumns.map { "\($0) IS ?" }.joined(separator: ", ")
        + " FROM tickets WHERE id = ?"

    /// Parameters of `comparing`.
    var compared: [SQLValue] {
        [SQLValue(snapshot.number)] + steady + moving + [SQLValue(snapshot.id)]
    }

    // MARK: Watchers and tags

    private struct Names {
        let read: String
        let clear: String
        let add: String

        init(table: String, column: String) {
            read = "SELECT \(column) FROM \(table) WHERE ticket = ?"
            clear = "DELETE FROM \(table) WHERE ticket = ?"
            add = "INSERT OR IGNORE INTO \(table) (ticket, \(column)) VALUES (?, ?)"
        }
    }

    private static let watchers = Names(table: "watchers", column: "person")
    private static let ownWatches = Names(table: "own_watches", column: "person")
    private static let tags = Names(table: "tags", column: "tag")

    private func writeNames(
        _ names: [ExactText], to table: Names, isNew: Bool, _ database: Database
    ) throws(StoreError) {
        let ticket = SQLValue(snapshot.id)
        if !isNew {
            guard try stored(table, database) != Set(names) else { return }
            try database.run(table.clear, [ticket])
        }
        for name in names { try database.run(table.add, [ticket, .text(name.string)]) }
    }

    private func stored(_ table: Names, _ database: Database) throws(StoreError) -> Set<ExactText> {
        let reading = try database.prepared(table.read)
        try reading.bind([SQLValue(snapshot.id)])
        defer { reading.reset() }
        var stored: Set<ExactText> = []
        while try reading.step() { stored.insert(ExactText(reading.text(0) ?? "")) }
        return stored
    }
}

/// The change that a batch's events make to a ticket, as far as its rows need it.
struct SnapshotMove {
    /// The stored snapshot must end with this event; otherwise the events do not follow it.
    let seqBefore: Int
    private(set) var changesNames = false

    init(seqBefore: Int) { self.seqBefore = seqBefore }

    static func of(_ events: [TicketEvent]) -> [TicketID: SnapshotMove] {
        var moves: [TicketID: SnapshotMove] = [:]
        for event in events {
            moves[event.ticket, default: SnapshotMove(seqBefore: event.seq - 1)].note(event)
        }
        return moves
    }

    private mutating func note(_ event: TicketEvent) {
        for change in event.changes {
            switch change.field {
            case .watchers, .tags: changesNames = true
            default: break
            }
        }
    }
}
