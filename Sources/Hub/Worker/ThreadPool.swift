// Threads that share jobs: each has a mailbox, and a job goes to the least busy thread.

import Observability
import Reactor

struct ThreadPool<Message: Sendable>: Sendable {
    private let inboxes: [Mailbox<Message>]
    /// Jobs of each thread that wait or are in progress.
    private let loads: [Counter]

    init(count: Int) throws(SystemError) {
        var inboxes: [Mailbox<Message>] = []
        for _ in 0..<max(1, count) { inboxes.append(try Mailbox()) }
        self.inboxes = inboxes
        loads = inboxes.map { _ in Counter() }
    }

    /// Starts the threads, `name-0` and on. Each runs `body` with its number, its mailbox and its
    /// load, from which it subtracts every job that is done.
    func start(
        name: String,
        _ body: @escaping @Sendable (Int, Mailbox<Message>, Counter) -> Void
    ) throws(SystemError) -> [LoopThread] {
        var threads: [LoopThread] = []
        for (index, inbox) in inboxes.enumerated() {
            let load = loads[index]
            threads.append(
                try LoopThread.start(name: "\(name)-\(index)") { body(index, inbox, load) })
        }
        return threads
    }

    /// Jobs that wait or are in progress.
    var waiting: Int { loads.reduce(0) { $0 + $1.current } }

    var leastBusy: Int { loads.indices.min { loads[$0].current < loads[$1].current } ?? 0 }

    /// Gives a job to the least busy thread; false when that has `waitingMax` jobs.
    func ask(_ job: Message, waitingMax: Int) -> Bool {
        let thread = leastBusy
        guard loads[thread].current < waitingMax else { return false }
        begin(job, on: thread)
        return true
    }

    /// Gives a job to one thread.
    func begin(_ job: Message, on thread: Int) {
        loads[thread].add(1)
        inboxes[thread].post(job)
    }

    /// Sends what is not a job, or is part of one.
    func post(_ message: Message, to thread: Int) { inboxes[thread].post(message) }

    func postToAll(_ message: Message) { for inbox in inboxes { inbox.post(message) } }
}
