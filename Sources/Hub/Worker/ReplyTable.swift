// A worker's open requests to other threads, each with the closure that handles its reply.

import Observability
import Reactor
import Tickets

/// Tells the requests of one worker apart, so that each reply finds its request.
struct RequestID: Hashable, Sendable {
    let rawValue: UInt64
}

/// Where a reply goes: a worker, and its request.
struct ReplyAddress: Hashable, Sendable {
    let worker: Int
    let request: RequestID
}

/// Confined to the worker's thread.
final class ReplyTable {
    private let worker: Int
    private let log: Log
    private var latest: UInt64 = 0
    private var awaitingJournal: [RequestID: (Result<Decided?, TicketRejection>) -> Void] = [:]
    private var awaitingAnswer: [RequestID: (Result<any Sendable, StoreError>) -> Void] = [:]

    init(worker: Int, log: Log) {
        self.worker = worker
        self.log = log
    }

    /// Whether commands, read marks or files wait for the journal.
    var isAwaitingJournal: Bool { !awaitingJournal.isEmpty }

    // MARK: Requests

    /// The address for the journal's reply; `then` runs with it.
    func awaitJournal(
        _ then: @escaping (Result<Decided?, TicketRejection>) -> Void
    ) -> ReplyAddress {
        let address = newAddress()
        awaitingJournal[address.request] = then
        return address
    }

    /// The address for the answer of a thread that uses the store; `then` runs with it.
    func awaitAnswer<Answer: Sendable>(
        _ then: @escaping (Result<Answer, TicketRejection>) -> Void
    ) -> ReplyAddress {
        let address = newAddress()
        awaitingAnswer[address.request] = { [log] answer in
            switch answer {
            case .success(let value as Answer): then(.success(value))
            case .success: then(.failure(.unavailable("The answer was lost.")))
            case .failure(.timeLimit(let reason)):
                log.warn("query_too_long", [("reason", reason)])
                then(.failure(.unavailable("The query takes too long; use narrower filters.")))
            case .failure(.unknownOutcome(let reason)):
                log.error("store_unknown_outcome", [("reason", reason)])
                then(.failure(.unavailable("It is not known whether this was stored; try again.")))
            case .failure(let error):
                log.error("store_read_failed", [("reason", error.description)])
                then(.failure(.unavailable("The store does not answer now; try again.")))
            }
        }
        return address
    }

    /// The same, when the answer tells only whether it is done. The other thread logs its failures.
    func awaitCompletion(
        _ then: @escaping (Result<Void, TicketRejection>) -> Void
    ) -> ReplyAddress {
        let address = newAddress()
        awaitingAnswer[address.request] = { answer in
            then(
                answer.map { _ in }.mapError { _ in
                    .unavailable("The store does not answer now; try again.")
                })
        }
        return address
    }

    private func newAddress() -> ReplyAddress {
        latest += 1
        return ReplyAddress(worker: worker, request: RequestID(rawValue: latest))
    }

    // MARK: Replies

    func receive(_ reply: JournalReply) {
        awaitingJournal.removeValue(forKey: reply.request)?(reply.outcome)
    }

    func receive(_ answer: Result<any Sendable, StoreError>, to request: RequestID) {
        awaitingAnswer.removeValue(forKey: request)?(answer)
    }

    /// The other thread has not taken the request.
    func refuse(_ address: ReplyAddress) {
        receive(.failure(.unavailable("too many requests are waiting")), to: address.request)
    }

    /// There will be no answer, and none is awaited.
    func forget(_ address: ReplyAddress) { awaitingAnswer[address.request] = nil }
}

extension [Mailbox<WorkerMessage>] {
    /// Sends the answer of a thread that uses the store.
    func answer(_ address: ReplyAddress, _ answer: Result<any Sendable, StoreError>) {
        self[address.worker].post(.answer(address.request, answer))
    }

    /// Sends one reply of the journal.
    func reply(_ address: ReplyAddress, _ outcome: Result<Decided?, TicketRejection>) {
        self[address.worker].post(
            .journal([], [JournalReply(request: address.request, outcome: outcome)]))
    }
}
