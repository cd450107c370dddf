// A worker's uploads in progress, by the request id that the file threads use.

import Reactor
import Tickets

final class UploadRegistry {
    private var calls: [RequestID: UploadCall] = [:]
    private var latest: UInt64 = 0

    func enter(_ call: UploadCall) -> RequestID {
        latest += 1
        let request = RequestID(rawValue: latest)
        calls[request] = call
        return request
    }

    func leave(_ request: RequestID) { calls[request] = nil }

    func receive(_ report: UploadReport, for request: RequestID) { calls[request]?.receive(report) }
}

extension Worker {
    /// Asks a file thread; `then` runs on the worker with the answer.
    func askFiles<Answer: Sendable>(
        _ work: @escaping @Sendable (any FileStore) throws(StoreError) -> Answer,
        then: @escaping (Result<Answer, TicketRejection>) -> Void
    ) {
        let reply = replies.awaitAnswer(then)
        let job = FileJob(reply: reply) { store throws(StoreError) in
            try work(store)
        }
        if !context.pools.files.ask(job) { replies.refuse(reply) }
    }

    /// Asks the journal for the entry of a file whose bytes are durable.
    func store(
        _ file: StoredFile, then: @escaping (Result<Void, TicketRejection>) -> Void
    ) {
        context.journal.post(.stored(file, replies.awaitJournal { then($0.map { _ in }) }))
    }
}
