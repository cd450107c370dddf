// The SQL of the order of lists and queues: one column for each sort key, then the id.

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
