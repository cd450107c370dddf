// Threads with one store connection each, for reads that would block a loop.

import Observability
import Reactor
import Synchronization
import Tickets

/// A job for a reader thread: the work, and where the answer goes.
struct ReaderJob: Sendable {
    let reply: ReplyAddress
    let work: @Sendable (any TicketReader) throws(StoreError) -> any Sendable
}

final class ReaderPool: Sendable {
    private enum Message: Sendable {
        case job(ReaderJob)
        case stop
    }

    /// Jobs that may wait before the next is refused.
    static let waitingMax = 20_000
    private let threads: ThreadPool<Message>
    private let name: String

    /// `name`: the prefix of its threads' names.
    init(count: Int, name: String = "reader") throws(SystemError) {
        self.name = name
        threads = try ThreadPool(count: count)
    }

    func start(
        _ opener: any TicketStoreOpener, answering workers: [Mailbox<WorkerMessage>]
    ) throws(SystemError) -> [LoopThread] {
        try threads.start(name: name) { _, inbox, load in
            Self.run(inbox, load, opener, workers)
        }
    }

    /// Gives the job to the least busy reader; false when all are overloaded.
    func ask(_ job: ReaderJob) -> Bool { threads.ask(.job(job), waitingMax: Self.waitingMax) }

    /// Jobs that wait or are in progress.
    var waiting: Int { threads.waiting }

    func stop() { threads.postToAll(.stop) }

    private static func run(
        _ inbox: Mailbox<Message>, _ load: Counter, _ opener: any TicketStoreOpener,
        _ workers: [Mailbox<WorkerMessage>]
    ) {
        var reader: (any TicketReader)?
        while true {
            inbox.wait(timeoutMilliseconds: nil)
            for message in inbox.drain() {
                guard case .job(let job) = message else { return }
                let answer = perform(job, with: &reader, opener)
                load.add(-1)
                workers.answer(job.reply, answer)
            }
        }
    }

    private static func perform(
        _ job: ReaderJob, with reader: inout (any TicketReader)?, _ opener: any TicketStoreOpener
    ) -> Result<any Sendable, StoreError> {
        do throws(StoreError) {
            let open: any TicketReader
            if let reader { open = reader } else { open = try opener.openReader() }
            reader = open
            return .success(try job.work(open))
        } catch {
            // The next job gets a fresh connection, since this one may be broken.
            reader = nil
            return .failure(error)
        }
    }
}
