// A worker's requests to other threads: commands, read marks and queries.

import Reactor
import Text
import Tickets

extension Worker {
    /// Sends a command to the journal; `then` runs on this worker with the outcome.
    func submit(
        _ command: TicketCommand, then: @escaping (Result<Decided, TicketRejection>) -> Void
    ) {
        let reply = replies.awaitJournal { outcome in
            then(
                outcome.flatMap { decided in
                    decided.map { .success($0) } ?? .failure(.unavailable("No outcome."))
                })
        }
        context.journal.post(.command(command, reply))
    }

    /// Stores a read mark, and publishes it when stored; then runs `then`, if given.
    func mark(
        _ ticket: TicketID, by caller: Caller, seq: Int,
        then: ((Result<Void, TicketRejection>) -> Void)? = nil
    ) {
        let reply = then.map { then in replies.awaitJournal { then($0.map { _ in }) } }
        let mark = ReadMark(ticket: ticket, person: caller.person.id, seq: seq)
        context.journal.post(.read(mark, by: caller, reply))
        context.notifications.post(.read(mark, nil))
    }

    /// Asks a reader thread, of `pool` if given; `then` runs on this worker with the answer.
    func ask<Answer: Sendable>(
        of pool: ReaderPool? = nil,
        _ work: @escaping @Sendable (any TicketReader) throws(StoreError) -> Answer,
        then: @escaping (Result<Answer, TicketRejection>) -> Void
    ) {
        let reply = replies.awaitAnswer(then)
        let job = ReaderJob(reply: reply) { reader throws(StoreError) in try work(reader) }
        if !(pool ?? context.pools.readers).ask(job) { replies.refuse(reply) }
    }

    /// Marks notifications as read; `then` runs on this worker when it is done.
    func markRead(
        _ which: ReadNotifications, of person: ExactText,
        then: @escaping (Result<Void, TicketRejection>) -> Void
    ) {
        let reply = replies.awaitCompletion(then)
        context.notifications.post(.markRead(which, of: person, reply))
    }

    /// The same for the notifications of one ticket.
    func markRead(
        _ mark: ReadMark, then: @escaping (Result<Void, TicketRejection>) -> Void
    ) {
        context.notifications.post(.read(mark, replies.awaitCompletion(then)))
    }
}
