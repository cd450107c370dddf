// Searches use their own reader threads, so that an expensive one does not delay pages of tickets.
// People take turns: many searches of one person wait behind each other, not before other
// people's.

import Reactor
import Synchronization
import Text
import Tickets

final class SearchLimiter: Sendable {
    /// Searches in progress at once, one per person.
    private static let threads = 2
    /// Searches that may wait, per person and in total.
    static let waitingOfPersonMax = 8
    static let waitingMax = 64

    private struct State {
        var underWay: Set<ExactText> = []
        var waiting: [ExactText: [ReaderJob]] = [:]
        /// People who wait, in the order of their turns.
        var turns: [ExactText] = []
        var waitingCount = 0
    }

    let readers: ReaderPool
    private let state = Mutex(State())

    init() throws(SystemError) { readers = try ReaderPool(count: Self.threads, name: "search") }

    /// Starts the search, or queues it.
    func submit(_ job: ReaderJob, of person: ExactText) throws(TicketRejection) {
        let next: Result<ReaderJob?, TicketRejection> = state.withLock { state in
            if state.underWay.count < Self.threads, !state.underWay.contains(person) {
                state.underWay.insert(person)
                return .success(job)
            }
            let ofPerson = state.waiting[person]?.count ?? 0
            guard ofPerson < Self.waitingOfPersonMax else {
                var rejection = TicketRejection(
                    .rateLimited, "Too many of your searches wait; let them end first.")
                rejection.retryAfter = 1
                return .failure(rejection)
            }
            guard state.waitingCount < Self.waitingMax else {
                return .failure(.unavailable("Too many searches wait; try again."))
            }
            if ofPerson == 0 { state.turns.append(person) }
            state.waiting[person, default: []].append(job)
            state.waitingCount += 1
            return .success(nil)
        }
        if let job = try next.get() { start(job, of: person) }
    }

    private func start(_ job: ReaderJob, of person: ExactText) {
        let work = job.work
        let counted = ReaderJob(reply: job.reply) {
            [self] reader throws(StoreError) in
            defer { leave(person) }
            return try work(reader)
        }
        // Never refused: the pool takes many more than run here.
        if !readers.ask(counted) { leave(person) }
    }

    /// Starts the next search in turn, of a person without one in progress.
    private func leave(_ person: ExactText) {
        let next: (ReaderJob, ExactText)? = state.withLock { state in
            state.underWay.remove(person)
            guard
                let turn = state.turns.firstIndex(where: { !state.underWay.contains($0) })
            else { return nil }
            let person = state.turns.remove(at: turn)
            guard let job = state.waiting[person]?.removeFirst() else { return nil }
            state.waitingCount -= 1
            if state.waiting[person]?.isEmpty == true {
                state.waiting[person] = nil
            } else {
                state.turns.append(person)
            }
            state.underWay.insert(person)
            return (job, person)
        }
        if let (job, person) = next { start(job, of: person) }
    }

    /// Searches in progress and waiting.
    var waiting: Int { state.withLock { $0.underWay.count + $0.waitingCount } }
}
