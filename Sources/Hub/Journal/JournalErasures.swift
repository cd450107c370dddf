// Erases people from the store, one step between two batches, so that other work goes on. Durable
// erasures are resumed when a hub opens the store.

import Observability
import Outbox
import Reactor
import Text
import Tickets

struct ErasureRequest: Sendable {
    let person: ExactText
    let redactsMessages: Bool
    let by: Person
    let reason: String
}

/// The result of an erasure.
struct Erased: Sendable {
    let pseudonym: ExactText
    let tickets: Int
}

struct RunningErasures {
    struct Running {
        var run: ErasureRun
        let person: ExactText
        var waiters: [ReplyAddress] = []
        /// The notification thread holds nothing about the person any more.
        var isForgottenByNotifications = false
        var allTicketsDone = false
        var loggedAt = monotonicMilliseconds()
    }

    var asked: [(request: ErasureRequest, reply: ReplyAddress)] = []
    var running: [Running] = []

    var isBusy: Bool { running.contains { !$0.allTicketsDone || $0.isForgottenByNotifications } }

    func covers(_ person: ExactText) -> Bool { running.contains { $0.person == person } }

    mutating func notificationsForgot(_ person: ExactText) {
        for index in running.indices where running[index].person == person {
            running[index].isForgottenByNotifications = true
        }
    }
}

extension Journal {
    /// Resumes the erasures that an earlier hub has begun.
    func resumeErasures() throws(StoreError) {
        for erasure in try store.erasures() where erasure.person != nil {
            log.info("erasure_resumed", [("pseudonym", erasure.pseudonym.string)])
            start(erasure, [])
        }
    }

    /// Runs one step of each erasure; an unavailable store is retried later.
    func erase() {
        begin()
        guard !erasures.running.isEmpty, !health.isAway else { return }
        for index in erasures.running.indices.reversed() {
            do throws(StoreError) {
                try advance(index)
            } catch {
                return failed(index, error)
            }
        }
    }

    // MARK: Begin

    private func begin() {
        let asked = erasures.asked
        erasures.asked = []
        for (request, reply) in asked { begin(request, reply) }
    }

    private func begin(_ request: ErasureRequest, _ reply: ReplyAddress) {
        if let index = erasures.running.firstIndex(where: { $0.person == request.person }) {
            return erasures.running[index].waiters.append(reply)
        }
        let erasure = Erasure.begin(
            request.person, redactsMessages: request.redactsMessages, by: request.by,
            at: wallClock(), reason: request.reason)
        do throws(StoreError) {
            guard !health.isAway else { throw .unavailable("the last write failed") }
            try store.keep(erasure)
        } catch {
            return answer([reply], .failure(error))
        }
        log.info(
            "erasure_started",
            [("pseudonym", erasure.pseudonym.string), ("by", erasure.by.id.string)])
        start(erasure, [reply])
    }

    private func start(_ erasure: Erasure, _ waiters: [ReplyAddress]) {
        guard let person = erasure.person else { return }
        erasures.running.append(
            .init(run: ErasureRun(erasure), person: person, waiters: waiters))
        directory.forget(person)
        dropPending(of: person)
        tellErasing()
        outlets.notifications.post(.forget(person))
    }

    private func tellErasing() {
        let list = RevocationList(people: erasures.running.map(\.person))
        outlets.tell(.erasing(list))
    }

    // MARK: Steps

    private func advance(_ index: Int) throws(StoreError) {
        if erasures.running[index].allTicketsDone {
            guard erasures.running[index].isForgottenByNotifications else { return }
            return try finish(index)
        }
        var run = erasures.running[index].run
        let step = try run.step(on: store, rules(in: DecisionBatch(nextNumber: nextNumber)))
        switch step {
        case .redact(let made): try redact(made)
        case .renamed(let tickets):
            for ticket in tickets { snapshots.remove(ticket) }
            outlets.tell(.renamed(tickets))
        case .passed: break
        case .allTicketsDone: erasures.running[index].allTicketsDone = true
        }
        erasures.running[index].run = run
        noteProgress(index)
    }

    private func noteProgress(_ index: Int) {
        let now = monotonicMilliseconds()
        guard now - erasures.running[index].loggedAt >= 1000 else { return }
        erasures.running[index].loggedAt = now
        let erasure = erasures.running[index].run.erasure
        log.info(
            "erasure_progress",
            [
                ("pseudonym", erasure.pseudonym.string), ("tickets", "\(erasure.tickets)"),
                ("after", "\(erasure.after)"),
            ])
    }

    /// Ordinary events: made durable, then published.
    private func redact(_ made: [ErasureRun.MadeRedaction]) throws(StoreError) {
        let publications = made.map { made in
            Publication(
                made.event, before: TicketSnapshot(made.before),
                snapshot: TicketSnapshot(made.after))
        }
        var batch = StoreBatch(made)
        batch.outbox = outbox(of: publications)
        for snapshot in batch.snapshots { snapshots.remove(snapshot.id) }
        try store.commit(batch)
        for publication in publications { keep(publication.snapshot) }
        publish(publications, [])
        if !batch.outbox.isEmpty { outlets.outbox.ring() }
    }

    private func finish(_ index: Int) throws(StoreError) {
        var running = erasures.running[index]
        try running.run.finish(on: store)
        erasures.running.remove(at: index)
        let erasure = running.run.erasure
        let counts = readIfPossible("the counts") { () throws(StoreError) in
            try store.ticketCounts()
        }
        if let counts { ticketCounts.begin(with: counts) }
        outlets.tell(.erased(running.person))
        tellErasing()
        outlets.notifications.post(.mayComeAgain(running.person))
        log.info(
            "erasure_finished",
            [("pseudonym", erasure.pseudonym.string), ("tickets", "\(erasure.tickets)")])
        if running.waiters.isEmpty { outlets.files.removeTracesUnasked() }
        answer(
            running.waiters,
            .success(Erased(pseudonym: erasure.pseudonym, tickets: erasure.tickets)))
    }

    /// The caller may ask again; the erasure goes on without them.
    private func failed(_ index: Int, _ error: StoreError) {
        log.error("erasure_failed", [("reason", error.description)])
        answer(erasures.running[index].waiters, .failure(error))
        erasures.running[index].waiters = []
        storeFailed()
    }

    private func answer(
        _ waiters: [ReplyAddress], _ outcome: Result<any Sendable, StoreError>
    ) {
        for reply in waiters { outlets.answer(reply, outcome) }
    }
}
