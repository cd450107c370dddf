// The uploads that one worker receives, by the tokens that its file threads use.

import Reactor
import Tickets

final class UploadRegistry {
    private var calls: [UInt64: UploadCall] = [:]
    private var nextToken: UInt64 = 0

    func enter(_ call: UploadCall) -> UInt64 {
        nextToken += 1
        calls[nextToken] = call
        return nextToken
    }

    func leave(_ token: UInt64) { calls[token] = nil }

    func receive(_ report: UploadReport, for token: UInt64) { calls[token]?.receive(report) }
}

extension Worker {
    /// Asks a file thread; `then` runs on the worker with the answer.
    func askFiles<Answer: Sendable>(
        _ work: @escaping @Sendable (any FileStore) throws(StoreError) -> Answer,
        then: @escaping (Result<Answer, TicketRejection>) -> Void
    ) {
        let token = awaitAnswer(then)
        let job = FileJob(worker: index, token: token) { store throws(StoreError) in
            try work(store)
        }
        if !context.files.ask(job) { refuseQuestion(token) }
    }

    /// Asks the journal for the entry of a file whose bytes are durable.
    func store(
        _ file: StoredFile, then: @escaping (Result<Void, TicketRejection>) -> Void
    ) {
        context.journal.post(.stored(file, awaitJournal { then($0.map { _ in }) }))
    }
}
