// Counts of tickets by what lists filter by: moved by the journal with every durable event, read by
// whoever answers a list.

import Synchronization
import Tickets

/// Behind a lock that is taken once a batch and once a list, and by no fan-out.
final class TicketCounts: Sendable {
    private let tally = Mutex(TicketTally())

    func begin(with counted: TicketTally) { tally.withLock { $0 = counted } }

    func move(_ publications: [Publication]) {
        guard !publications.isEmpty else { return }
        tally.withLock { tally in
            for publication in publications {
                tally.move(from: publication.before?.ticket, to: publication.snapshot.ticket)
            }
        }
    }

    /// The query with what is left for the store to count.
    func prepare(_ query: TicketQuery) -> TicketQuery {
        guard counts(query) != nil else { return query }
        var query = query
        query.counting = query.caller.reachesWhatOthersHave ? .nothing : .watchedOfOthers
        return query
    }

    /// The page that answers what `prepare` has made, with all its counts.
    func complete(_ page: TicketPage, of query: TicketQuery) -> TicketPage {
        guard query.counting != .everything, let counts = counts(query) else { return page }
        var page = page
        page.counts.merge(counts, uniquingKeysWith: +)
        return page
    }

    private func counts(_ query: TicketQuery) -> [Status: Int]? {
        tally.withLock { $0.counts(of: query.filter, for: query.caller) }
    }
}
