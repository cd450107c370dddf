// A worker's requests to other threads: commands and writes to the journal, queries to the threads
// that read the store or hold the files, read marks to the notifications. `then` always runs on the
// worker, with the reply.

import Reactor
import Text
import Tickets

/// Confined to the worker's thread.
final class WorkerRequests {
    let replies: ReplyTable
    private let journal: Mailbox<JournalMessage>
    private let notifications: Mailbox<NotificationMessage>
    private let pools: HubPools
    private let accounts: PersonAccounts
    private let ticketCounts: TicketCounts
    private let directory: PeopleDirectory
    private let loop: EventLoop

    init(worker: Int, _ context: HubContext, _ loop: EventLoop) {
        replies = ReplyTable(worker: worker, log: context.log)
        journal = context.journal
        notifications = context.notifications
        pools = context.pools
        accounts = context.limits.accounts
        ticketCounts = context.ticketCounts
        directory = context.directory
        self.loop = loop
    }

    // MARK: Commands and writes

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
        journal.post(.command(command, reply))
    }

    /// Stores a read mark, and publishes it when stored; then runs `then`, if given.
    func mark(
        _ ticket: TicketID, by caller: Caller, seq: Int,
        then: ((Result<Void, TicketRejection>) -> Void)? = nil
    ) {
        let reply = then.map { then in replies.awaitJournal { then($0.map { _ in }) } }
        let mark = ReadMark(ticket: ticket, person: caller.person.id, seq: seq)
        journal.post(.read(mark, by: caller, reply))
        notifications.post(.read(mark, nil))
    }

    /// Runs on the journal's thread; `then` runs on the worker with the durable result.
    func write<Answer: Sendable>(
        _ work: @escaping @Sendable (any TicketStore) throws(StoreError) -> Answer,
        then: @escaping (Result<Answer, TicketRejection>) -> Void
    ) {
        let reply = replies.awaitAnswer(then)
        journal.post(
            .write(
                WriterJob(reply: reply) { store throws(StoreError) in
                    try work(store)
                }))
    }

    /// Asks the journal for the entry of a file whose bytes are durable.
    func store(
        _ file: StoredFile, then: @escaping (Result<Void, TicketRejection>) -> Void
    ) {
        journal.post(.stored(file, replies.awaitJournal { then($0.map { _ in }) }))
    }

    // MARK: The store

    /// Asks a reader thread, of `pool` if given; `then` runs on this worker with the answer.
    func ask<Answer: Sendable>(
        of pool: ReaderPool? = nil,
        _ work: @escaping @Sendable (any TicketReader) throws(StoreError) -> Answer,
        then: @escaping (Result<Answer, TicketRejection>) -> Void
    ) {
        let reply = replies.awaitAnswer(then)
        let job = ReaderJob(reply: reply) { reader throws(StoreError) in try work(reader) }
        if !(pool ?? pools.readers).ask(job) { replies.refuse(reply) }
    }

    // MARK: Tickets

    /// The id of a ticket. A reader thread looks up a number; an id needs no lookup.
    func find(
        _ reference: TicketReference, then: @escaping (Result<TicketID, TicketRejection>) -> Void
    ) {
        if case .id(let id) = reference { return then(.success(id)) }
        ask { reader throws(StoreError) in
            try reader.ticketID(reference)
        } then: { (answer: Result<TicketID?, TicketRejection>) in
            then(answer.flatMap { id in id.map { .success($0) } ?? .failure(.notFound) })
        }
    }

    /// The newest event at or below `seq` that clients see; nil: not found.
    func findVisible(
        in ticket: TicketID, atOrBelow seq: Int, _ then: @escaping (Int?) -> Void
    ) {
        ask { reader throws(StoreError) in
            try reader.newestVisible(in: ticket, atOrBelow: seq)
        } then: { (answer: Result<Int, TicketRejection>) in
            if case .success(let visible) = answer { then(visible) } else { then(nil) }
        }
    }

    /// Asks for tickets: on the search threads if words are searched, otherwise on a reader thread.
    func askForTickets<Answer: Sendable>(
        _ query: TicketQuery,
        _ answer: @escaping @Sendable (TicketPage) -> Answer,
        then: @escaping (Result<Answer, TicketRejection>) -> Void
    ) {
        let directory = directory
        let answer = { @Sendable (page: TicketPage) in
            answer(
                TicketPage(
                    tickets: page.tickets.map { directory.shown($0) }, next: page.next,
                    counts: page.counts, asOf: page.asOf))
        }
        guard query.filter.text != nil else {
            let ticketCounts = ticketCounts
            let query = ticketCounts.prepare(query)
            return ask(
                { reader throws(StoreError) in
                    answer(ticketCounts.complete(try reader.tickets(query), of: query))
                }, then: then)
        }
        search(
            for: query.caller.person,
            { reader throws(StoreError) in
                answer(try reader.tickets(query))
            }, then: then)
    }

    /// A person's search: charged to them, and answered in their turn.
    func search<Answer: Sendable>(
        for person: Person,
        _ work: @escaping @Sendable (any TicketReader) throws(StoreError) -> Answer,
        then: @escaping (Result<Answer, TicketRejection>) -> Void
    ) {
        do throws(TicketRejection) {
            try accounts.account(of: person.id, now: loop.now).charge(.searches, now: loop.now)
            let job = ReaderJob(reply: replies.awaitAnswer(then)) {
                reader throws(StoreError) in try work(reader)
            }
            do throws(TicketRejection) {
                try pools.searches.submit(job, of: person.id)
            } catch {
                replies.forget(job.reply)
                throw error
            }
        } catch {
            then(.failure(error))
        }
    }

    func askQueue(
        _ filter: TicketFilter, caller: Caller, limit: Int?,
        then: @escaping (Result<TicketPage, TicketRejection>) -> Void
    ) {
        var query = TicketQuery(
            caller: caller, sort: .urgency, limit: min(max(1, limit ?? 50), 200))
        query.filter = filter
        askForTickets(query, { $0 }, then: then)
    }

    // MARK: Files

    /// Asks a file thread; `then` runs on the worker with the answer.
    func askFiles<Answer: Sendable>(
        _ work: @escaping @Sendable (any FileStore) throws(StoreError) -> Answer,
        then: @escaping (Result<Answer, TicketRejection>) -> Void
    ) {
        let reply = replies.awaitAnswer(then)
        let job = FileJob(reply: reply) { store throws(StoreError) in
            try work(store)
        }
        if !pools.files.ask(job) { replies.refuse(reply) }
    }

    /// Removes traces of redactions and erasures from the store's files; `then` runs on the worker
    /// with the copies out of its reach.
    func removeTraces(_ then: @escaping (Result<[CopyElsewhere], TicketRejection>) -> Void) {
        let reply = replies.awaitAnswer(then)
        let job = FileJob(reply: reply) { store throws(StoreError) in
            try store.removeTraces()
        }
        pools.files.askFirst(job)
    }

    // MARK: Notifications

    /// Marks notifications as read; `then` runs on this worker when it is done.
    func markRead(
        _ which: ReadNotifications, of person: ExactText,
        then: @escaping (Result<Void, TicketRejection>) -> Void
    ) {
        let reply = replies.awaitCompletion(then)
        notifications.post(.markRead(which, of: person, reply))
    }

    /// The same for the notifications of one ticket.
    func markRead(
        _ mark: ReadMark, then: @escaping (Result<Void, TicketRejection>) -> Void
    ) {
        notifications.post(.read(mark, replies.awaitCompletion(then)))
    }
}
