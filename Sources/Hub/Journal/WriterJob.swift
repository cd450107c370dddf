// A write that is not a ticket command: a canned reply, a saved view. It reads, decides and writes
// in one job, without other writes in between.

import Reactor
import Tickets

struct WriterJob: Sendable {
    let worker: Int
    let token: UInt64
    let work: @Sendable (any TicketStore) throws(StoreError) -> any Sendable
}

extension Journal {
    func perform(_ job: WriterJob) {
        workers[job.worker].post(.answer(token: job.token, outcome(of: job)))
    }

    private func outcome(of job: WriterJob) -> Result<any Sendable, StoreError> {
        guard !isStoreAway else { return .failure(.unavailable("the last write failed")) }
        do throws(StoreError) {
            return .success(try job.work(store))
        } catch {
            if case .unavailable = error { storeFailed() }
            return .failure(error)
        }
    }
}

extension Worker {
    /// Runs on the journal's thread; `then` runs on the worker with the durable result.
    func write<Answer: Sendable>(
        _ work: @escaping @Sendable (any TicketStore) throws(StoreError) -> Answer,
        then: @escaping (Result<Answer, TicketRejection>) -> Void
    ) {
        let token = awaitAnswer(then)
        context.journal.post(
            .write(
                WriterJob(worker: index, token: token) { store throws(StoreError) in
                    try work(store)
                }))
    }
}
