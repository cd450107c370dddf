// The SQL of the order of lists and of the queue: one column for each sort key, then the id. A page
// begins behind the cursor of the page before, in the same order.

import Text
import Tickets

extension TicketSort.Key {
    func column(for audience: Audience) -> String {
        switch self {
        case .overdueRank: "overdue_rank"
        case .nextDueAt: "next_due_at"
        case .deadlineAt: "deadline_at"
        case .priorityRank: "priority_rank"
        case .createdAt: "created_at"
        case .updatedAt: audience == .staff ? "updated_at" : "public_updated_at"
        case .waitingSince: "waiting_since"
        }
    }
}

extension TicketSort {
    /// The terms after ORDER BY.
    func order(for audience: Audience) -> String {
        keys.map { "\($0.key.column(for: audience)) \($0.ascending ? "ASC" : "DESC"), " }.joined()
            + (idAscending ? "id ASC" : "id DESC")
    }
}

extension SQLConditions {
    /// Only rows after `cursor`: greater in the first key, or equal there and greater in the next,
    /// the id last.
    mutating func require(behind cursor: TicketCursor, for audience: Audience) {
        var columns = cursor.sort.keys.map {
            (name: $0.key.column(for: audience), ascending: $0.ascending)
        }
        columns.append((name: "id", ascending: cursor.sort.idAscending))
        let bounds = cursor.values.map { SQLValue.int($0) } + [SQLValue(cursor.id)]
        requireStart(columns, bounds)
        var alternatives: [String] = []
        var values: [SQLValue] = []
        for (index, column) in columns.enumerated() {
            let level = columns[..<index].map { "\($0.name) = ? AND " }.joined()
            alternatives.append("(\(level)\(column.name) \(column.ascending ? ">" : "<") ?)")
            values += bounds[...index]
        }
        require("(\(alternatives.joined(separator: " OR ")))", values)
    }

    /// Repeats, as one comparison of the leading keys of one direction, what the alternatives
    /// imply: SQLite can start from it in an index, but not from an OR.
    private mutating func requireStart(
        _ columns: [(name: String, ascending: Bool)], _ bounds: [SQLValue]
    ) {
        guard let first = columns.first else { return }
        let count = columns.prefix { $0.ascending == first.ascending }.count
        let names = columns.prefix(count).map(\.name).joined(separator: ", ")
        require(
            "(\(names)) \(first.ascending ? ">=" : "<=") \(Self.marks(count))",
            Array(bounds.prefix(count)))
    }
}
