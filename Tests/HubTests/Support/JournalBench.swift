// A journal on the test's own thread: each `run` is one batch, and the test reads what it posts.

import Observability
import Outbox
import Reactor
import SQLiteStore
import TestSupport
import Testing
import Text
import Tickets
import Wire

@testable import Hub

final class JournalBench {
    typealias Outcome = Result<Decided?, TicketRejection>

    let folder: TemporaryFolder
    let store: FaultyStore
    let context: HubContext
    let journal: Journal
    /// Everything published so far to worker 0.
    private(set) var published: [Publication] = []
    private(set) var publishedElsewhere: [Publication] = []
    private var nextRequest: UInt64 = 0

    /// `prepare` fills the store before the journal opens it.
    init(
        in folder: TemporaryFolder? = nil, _ prepare: ((any TicketStore) throws -> Void)? = nil
    ) throws {
        self.folder = try folder ?? TemporaryFolder()
        let path = "\(self.folder.path)/hub.db"
        let isNew = folder == nil
        if isNew {
            let store = try SQLiteStoreOpener(path: path).openStore()
            var batch = StoreBatch()
            batch.people = Person.everybody
            try store.commit(batch)
            try prepare?(store)
        }
        store = try FaultyStore(path: path)
        context = try HubContext.forTests(workers: 2)
        journal = try Journal(context: context, store: store)
    }

    /// Restarts the journal, as after a crash: the same file, empty caches.
    func restarted() throws -> JournalBench { try JournalBench(in: folder) }

    /// Sends the commands as one batch, in order, and returns the result of each.
    @discardableResult
    func run(_ commands: [TicketCommand]) throws -> [Outcome] {
        var requests: [UInt64] = []
        for command in commands {
            nextRequest += 1
            requests.append(nextRequest)
            context.journal.post(
                .command(
                    command, ReplyAddress(worker: 0, request: RequestID(rawValue: nextRequest))))
        }
        let answers = runOnce()
        return try requests.map { try #require(answers[$0], "a command has no answer") }
    }

    @discardableResult
    func run(_ command: TicketCommand) throws -> Outcome { try run([command])[0] }

    /// One pass of the journal's loop; answers by request.
    @discardableResult
    func runOnce() -> [UInt64: Outcome] {
        context.journal.post(.stop)
        journal.run()
        var answers: [UInt64: Outcome] = [:]
        for case .journal(let publications, let replies) in context.workers[0].drain() {
            published += publications
            for reply in replies {
                if answers[reply.request.rawValue] != nil {
                    Issue.record("a command was answered twice")
                }
                answers[reply.request.rawValue] = reply.outcome
            }
        }
        for case .journal(let publications, let replies) in context.workers[1].drain() {
            publishedElsewhere += publications
            if !replies.isEmpty { Issue.record("a worker got another worker's answers") }
        }
        return answers
    }

    /// Repeats the command until the journal trusts its store again.
    func runUntilAnswered(_ command: TicketCommand) throws -> Outcome {
        let pause = try Mailbox<Bool>()
        let deadline = monotonicMilliseconds() + 10_000
        while true {
            let outcome = try run(command)
            guard outcome.refusal?.code == .unavailable, monotonicMilliseconds() < deadline else {
                return outcome
            }
            pause.wait(timeoutMilliseconds: 20)
        }
    }

    /// A new ticket of Clara's.
    func create(_ title: String = "Printer") throws -> Ticket {
        let outcome = try run(.create(.about(title), by: .clara))
        return try #require(outcome.decided).snapshot.ticket
    }

    /// The read marks in the file.
    func reads(of id: TicketID) throws -> [ExactText: Int] {
        let reader = try SQLiteStoreOpener(path: "\(folder.path)/hub.db").openReader()
        let page = try reader.page(of: id, EventQuery(.newest, limit: 1, audience: .staff))
        return Dictionary(
            (page?.reads ?? []).map { ($0.person, $0.seq) }, uniquingKeysWith: { $1 })
    }

    /// The events in the file.
    func stored(_ id: TicketID) throws -> [TicketEvent] {
        try SQLiteStoreOpener(path: "\(folder.path)/hub.db").openStore()
            .events(of: id, after: 0, limit: 1000)
    }
}

extension Result where Success == Decided?, Failure == TicketRejection {
    var decided: Decided? { if case .success(let decided) = self { decided } else { nil } }
    var refusal: TicketRejection? { if case .failure(let error) = self { error } else { nil } }
}

extension TicketCommand {
    static func create(_ new: NewTicket, by person: Person, key: ExactText? = nil) -> TicketCommand
    {
        TicketCommand(caller: person.caller, request: .create(new), key: key)
    }

    static func edit(
        _ id: TicketID, _ edit: TicketEdit, by person: Person, key: ExactText? = nil
    ) -> TicketCommand {
        TicketCommand(caller: person.caller, request: .edit(.id(id), edit), key: key)
    }
}

extension HubContext {
    static func forTests(
        workers: Int = 1, _ change: (inout HubSettings) -> Void = { _ in }
    ) throws -> HubContext {
        var settings = HubSettings()
        settings.port = 0
        settings.budgets = .unlimited
        change(&settings)
        var mailboxes: [Mailbox<WorkerMessage>] = []
        for _ in 0..<workers { mailboxes.append(try Mailbox()) }
        return HubContext(
            settings: settings, authenticator: try Tokens.authenticator(settings),
            journal: try Mailbox(), workers: mailboxes, notifications: try Mailbox(),
            outbox: OutboxSignal(), pools: try HubPools(settings),
            limits: HubLimits(settings, connectionsMax: 1000),
            metrics: HubMetrics(workers: workers), ticketCounts: TicketCounts(),
            directory: PeopleDirectory(), assets: StaticAssets(directory: nil),
            log: try Log(format: .json), hubID: "test", build: "test")
    }
}
