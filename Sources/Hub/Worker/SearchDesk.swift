// Searches have reader threads of their own, so that the dearest word holds up no page of a ticket,
// and only so many are let in at once.

import Reactor
import Synchronization
import Tickets

final class SearchDesk: Sendable {
    /// Searches that wait or are being answered; the next is refused (contract: bounded).
    static let atOnceMax = 4
    private static let threads = 2

    let readers: ReaderPool
    private let admitted = Atomic<Int>(0)

    init() throws(SystemError) { readers = try ReaderPool(count: Self.threads, name: "search") }

    /// Whether there is room. Who is let in must `leave`.
    func enter() -> Bool {
        if admitted.add(1, ordering: .relaxed).newValue <= Self.atOnceMax { return true }
        leave()
        return false
    }

    func leave() { admitted.subtract(1, ordering: .relaxed) }

    var waiting: Int { max(0, admitted.load(ordering: .relaxed)) }
}

extension Worker {
    /// Asks for tickets: by the search's own threads if words are looked for, else by a reader.
    func askForTickets<Answer: Sendable>(
        _ query: TicketQuery,
        _ answer: @escaping @Sendable (TicketPage) -> Answer,
        then: @escaping (Result<Answer, TicketRejection>) -> Void
    ) {
        guard query.filter.text != nil else {
            let tally = context.tally
            let query = tally.prepare(query)
            return ask(
                { reader throws(StoreError) in
                    answer(tally.complete(try reader.tickets(query), of: query))
                }, then: then)
        }
        let desk = context.searches
        guard desk.enter() else {
            return then(.failure(.unavailable("Too many searches are under way; try again.")))
        }
        ask(
            of: desk.readers,
            { reader throws(StoreError) in answer(try reader.tickets(query)) },
            then: { (result: Result<Answer, TicketRejection>) in
                desk.leave()
                then(result)
            })
    }
}
