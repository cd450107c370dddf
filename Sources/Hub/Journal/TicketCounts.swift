// Counts of tickets by filter values: updated by the journal with every durable event, read for
// lists.

import Synchronization
import Tickets

/// Uses a lock, taken once per batch and once per list, never by a fan-out.
final class TicketCounts: Sendable {
    private let counts = Mutex(GroupedTicketCounts())

    func begin(with counted: GroupedTicketCounts) { counts.withLock { $0 = counted } }

    func move(_ publications: [Publication]) {
        guard !publications.isEmpty else { return }
        counts.withLock { counts in
            for publication in publications {
                counts.move(from: publication.before?.group, to: publication.snapshot.group)
            }
        }
    }

    /// The query without the counts that the store need not make.
    func prepare(_ query: TicketQuery) -> TicketQuery {
        guard counts(query) != nil else { return query }
        var query = query
        query.counting = query.caller.reachesWhatOthersHave ? .nothing : .watchedOfOthers
        return query
    }

    /// The page for the query of `prepare`, with all its counts.
    func complete(_ page: TicketPage, of query: TicketQuery) -> TicketPage {
        guard query.counting != .everything, let counts = counts(query) else { return page }
        var page = page
        page.counts.merge(counts, uniquingKeysWith: +)
        return page
    }

    private func counts(_ query: TicketQuery) -> [Status: Int]? {
        counts.withLock { $0.counts(of: query.filter, for: query.caller) }
    }
}
