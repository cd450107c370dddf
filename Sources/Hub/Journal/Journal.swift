// The single writer: decides commands in memory, makes a batch durable, then publishes it. Confined
// to its thread; workers reach it through its mailbox.

import Observability
import Outbox
import Reactor
import Text
import Tickets

final class Journal {
    static let batchMax = 512
    /// How long commands are decided again while other writers are faster.
    static let conflictMilliseconds: Int64 = 8000
    /// How long a batch waits for a store that does not report whether it was written.
    static let recoveryMilliseconds: Int64 = 10_000

    let inbox: Mailbox<JournalMessage>
    let store: any TicketStore
    private(set) var settings: HubSettings
    let directory: PeopleDirectory
    let accounts: PersonAccounts
    let ticketCounts: TicketCounts
    let metrics: JournalMetrics
    let outlets: JournalOutlets
    let log: Log

    var snapshots = SnapshotCache()
    var numbers = NumberCache()
    var nextNumber = 1
    var alarms: AlarmHeap
    var alarmLateness = AlarmLateness()
    var clockJumps = ClockJumpDetector()
    /// Tests set the clock that deadlines use.
    var readWallClock: () -> Int64 = wallClockMilliseconds
    /// Monotonic.
    var sweptAt = monotonicMilliseconds()
    /// Tickets whose last write has an unknown outcome, with the newest published snapshot.
    var unrecovered: [TicketID: TicketSnapshot?] = [:]
    var accompanying = AccompanyingWrites()
    var erasures = RunningErasures()
    /// Tests wait for less time.
    var conflictMilliseconds = Journal.conflictMilliseconds
    private(set) var health = StoreHealth()
    var derivedWatch = DerivedWatch()

    init(context: HubContext, store: any TicketStore) throws(StoreError) {
        inbox = context.journal
        self.store = store
        settings = context.settings
        directory = context.directory
        accounts = context.limits.accounts
        ticketCounts = context.ticketCounts
        metrics = context.metrics.journal
        outlets = JournalOutlets(context)
        log = context.log
        alarms = AlarmHeap(sorted: try store.alarms())
        metrics.noteAlarms(open: alarms.count)
        ticketCounts.begin(with: try store.ticketCounts())
        for person in try store.people() { _ = directory.note(person) }
        try resumeErasures()
        nextNumber = max(1000, try store.highestNumber()) + 1
    }

    func run() {
        var isStopping = false
        while !isStopping {
            inbox.wait(timeoutMilliseconds: waitMilliseconds())
            var commands: [PendingCommand] = []
            var jobs: [WriterJob] = []
            for message in inbox.drain() {
                switch message {
                case .command(let command, let reply):
                    commands.append(PendingCommand(command, reply: reply))
                case .seen(let person): note(person)
                case .read(let mark, let caller, let reply): note(mark, by: caller, reply)
                case .stored(let file, let reply): note(file, reply)
                case .expired(let expired): accompanying.files.expired += expired
                case .write(let job): jobs.append(job)
                case .reload(let settings): self.settings = settings
                case .erase(let request, let reply): erasures.asked.append((request, reply))
                case .notificationsForgot(let person): erasures.notificationsForgot(person)
                case .stop: isStopping = true
                }
            }
            watchClock()
            if !health.isAway {
                sweepAlarms()
                takeAlarms(into: &commands)
            }
            recoverAll()
            for start in stride(from: 0, to: commands.count, by: Self.batchMax) {
                process(commands[start..<min(start + Self.batchMax, commands.count)])
            }
            for job in jobs { perform(job) }
            erase()
            // An embedded store has them with a batch; else they are written at once.
            if !accompanying.isEmpty { writeMarks() }
            if !isStopping { retryPendingWrites() }
        }
    }

    /// At most a second, so that a jump of the wall clock is noticed within a second.
    private func waitMilliseconds() -> Int {
        var wait: Int64 = unrecovered.isEmpty ? 1000 : 250
        let awayMs = health.msUntilNextTry
        if erasures.isBusy { wait = max(0, awayMs) }
        if let alarm = alarms.earliest {
            // A due alarm waits for an unavailable store instead of spinning.
            wait = min(wait, max(awayMs, alarm.elapsed(since: wallClock())))
        }
        if !accompanying.isEmpty { wait = min(wait, max(0, awayMs)) }
        return Int(wait)
    }

    // MARK: A batch

    private func process(_ commands: ArraySlice<PendingCommand>) {
        var commands = commands
        var timeout = ConflictTimeout(milliseconds: conflictMilliseconds)
        var seeksKeys = mustSeekKeys(of: commands)
        while !health.isAway, timeout.waits() {
            var batch = DecisionBatch(nextNumber: nextNumber)
            do throws(StoreError) {
                let known = seeksKeys ? try store.events(for: keys(of: commands)) : [:]
                batch.files = try files(named: commands)
                for command in commands { try decide(command, known, in: &batch) }
                if !seeksKeys {
                    seeksKeys = true
                    if batch.mayAnswerRepeats { continue }
                }
                let report = try write(batch)
                guard !report.lost.isEmpty else { return conclude(batch) }
                log.warn("store_conflict", [("tickets", "\(report.lost.count)")])
                commands = conclude(batch, report)
                guard !commands.isEmpty else { return }
            } catch {
                switch error {
                case .conflict(let reason):
                    log.warn("store_conflict", [("reason", reason)])
                    forget(batch)
                    follow(batch.before)
                case .unknownOutcome(let reason):
                    log.warn("store_unknown_outcome", [("reason", reason)])
                    metrics.indeterminate.add(1)
                    metrics.noteFailure(at: monotonicMilliseconds())
                    return recover(batch)
                case .unavailable(let reason), .timeLimit(let reason):
                    log.error("store_failed", [("reason", reason)])
                    forget(batch)
                    storeFailed()
                case .corrupt(let reason):
                    log.error("store_damaged", [("reason", reason)])
                    metrics.failures.add(1)
                    forget(batch)
                    guard commands.count > 1 else { return refuse(commands) }
                    // One damaged ticket must not stop the others in its batch.
                    for index in commands.indices { process(commands[index...index]) }
                    return
                }
            }
        }
        refuse(commands)
    }

    func write(_ decided: DecisionBatch) throws(StoreError) -> CommitReport {
        var batch = decided.batch
        batch.outbox = outbox(of: decided)
        let isAccompanied = !store.isRemote || batch.events.isEmpty
        if isAccompanied { accompanying.add(to: &batch) }
        guard !batch.isEmpty else { return CommitReport() }
        let start = monotonicNanoseconds()
        let report = try store.commitByTicket(batch)
        metrics.note(
            events: batch.events.count, nanoseconds: monotonicNanoseconds() - start)
        if isAccompanied {
            marksWritten()
            filesWritten()
        }
        if !batch.outbox.isEmpty { outlets.outbox.ring() }
        noteDerived(store.derived)
        return report
    }

    /// Derived from the events and the snapshots that they have made.
    private func outbox(of batch: DecisionBatch) -> [OutboxEntry] { outbox(of: batch.publications) }

    func outbox(of publications: [Publication]) -> [OutboxEntry] {
        let rules = NotificationRules(staff: directory.staff, person: directory.person)
        return publications.flatMap { publication in
            settings.outbox.plan.entries(
                for: publication.event, snapshot: publication.snapshot.ticket, by: rules)
        }
    }

    /// The batch is durable: publishes it.
    private func conclude(_ batch: DecisionBatch) {
        nextNumber = batch.nextNumber
        for snapshot in batch.snapshots.values { keep(snapshot) }
        publish(batch.publications, batch.outcomes)
    }

    func keep(_ snapshot: TicketSnapshot) {
        snapshots.insert(snapshot)
        if let at = snapshot.ticket.sla.nextAlarm {
            alarms.insert(snapshot.ticket.id, at: at)
        } else {
            alarms.remove(snapshot.ticket.id)
        }
    }

    func forget(_ batch: DecisionBatch) {
        for id in batch.snapshots.keys { snapshots.remove(id) }
    }

    private func refuse(_ commands: ArraySlice<PendingCommand>) {
        let refusal = TicketRejection.unavailable(
            "The store does not answer now. Nothing was written; try again with the same key.")
        for command in commands {
            if case .clockDue(let ticket) = command.command.request {
                alarms.insert(ticket, at: wallClock().advanced(byMilliseconds: 1000))
            }
        }
        publish([], commands.map { ($0, .failure(refusal)) })
    }

    func storeFailed() {
        metrics.noteFailure(at: monotonicMilliseconds())
        health.noteFailure()
    }

    /// What is durable goes to its readers and authors.
    func publish(
        _ publications: [Publication],
        _ outcomes: [(command: PendingCommand, outcome: DecisionBatch.Outcome)]
    ) {
        ticketCounts.move(publications)
        metrics.commands.add(outcomes.count)
        noteAlarms(publications)
        outlets.publish(publications, outcomes)
    }
}
