// A write that is not a ticket command: a quick reply, a saved view. It reads, decides and writes
// in one job, without other writes in between.

import Reactor
import Tickets

struct WriterJob: Sendable {
    let reply: ReplyAddress
    let work: @Sendable (any TicketStore) throws(StoreError) -> any Sendable
}

extension Journal {
    func perform(_ job: WriterJob) {
        outlets.answer(job.reply, outcome(of: job))
    }

    private func outcome(of job: WriterJob) -> Result<any Sendable, StoreError> {
        guard !health.isAway else { return .failure(.unavailable("the last write failed")) }
        do throws(StoreError) {
            return .success(try job.work(store))
        } catch {
            if case .unavailable = error { storeFailed() }
            return .failure(error)
        }
    }
}
