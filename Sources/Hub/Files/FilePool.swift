// Threads with a file store each: bytes come from the workers and go to them, and no worker ever
// waits for a disk.

import Observability
import Reactor
import Synchronization
import Tickets

final class FilePool: Sendable {
    /// Questions that may wait for a thread before the next is refused.
    static let waitingMax = 5000
    let quota = UploadQuota()
    let metrics = FileMetrics()
    private let inboxes: [Mailbox<FileMessage>]
    /// Uploads under way and questions that wait.
    private let loads: [Counter]

    init(count: Int) throws(SystemError) {
        var inboxes: [Mailbox<FileMessage>] = []
        for _ in 0..<max(1, count) { inboxes.append(try Mailbox()) }
        self.inboxes = inboxes
        loads = inboxes.map { _ in Counter() }
    }

    /// The first thread reports whether files can be kept at all.
    func start(
        _ opener: any TicketStoreOpener, _ settings: UploadSettings, _ log: Log,
        workers: [Mailbox<WorkerMessage>], journal: Mailbox<JournalMessage>,
        started: Mailbox<Result<UInt16, HubStartError>>
    ) throws(SystemError) -> [LoopThread] {
        var threads: [LoopThread] = []
        for (index, inbox) in inboxes.enumerated() {
            let load = loads[index]
            threads.append(
                try LoopThread.start(name: "files-\(index)") { [self] in
                    let thread = FileThread(
                        pool: self, inbox: inbox, load: load, opener: opener, settings: settings,
                        log: log, workers: workers)
                    if index == 0 {
                        guard thread.open(reportingTo: started) else { return }
                        thread.run(FileSweep(settings: settings, journal: journal))
                    } else {
                        thread.run(nil)
                    }
                })
        }
        return threads
    }

    /// Gives the job to the least busy thread; false when all have too much to do.
    func ask(_ job: FileJob) -> Bool {
        let best = leastBusy
        guard loads[best].current < Self.waitingMax else { return false }
        loads[best].add(1)
        inboxes[best].post(.job(job))
        return true
    }

    /// The same thread for all jobs of a kind that must not run beside each other.
    func askFirst(_ job: FileJob) {
        loads[0].add(1)
        inboxes[0].post(.job(job))
    }

    /// Where nobody waits for it.
    func removeTracesUnasked() { inboxes[0].post(.removeTraces) }

    /// Begins an upload; the thread that has it from here on.
    func begin(_ opening: UploadOpening) -> Int {
        let best = leastBusy
        loads[best].add(1)
        inboxes[best].post(.begin(opening))
        return best
    }

    func post(_ message: FileMessage, to thread: Int) { inboxes[thread].post(message) }

    func remove(_ files: [StoredFile]) { inboxes[0].post(.remove(files)) }

    func stop() { for inbox in inboxes { inbox.post(.stop) } }

    private var leastBusy: Int {
        loads.indices.min { loads[$0].current < loads[$1].current } ?? 0
    }
}

/// Counters behind /metrics.
final class FileMetrics: Sendable {
    let uploads = Counter()
    let uploadedBytes = Counter()
    let downloads = Counter()
    let downloadedBytes = Counter()
    /// Files that nobody attached in time.
    let expired = Counter()
    /// What crashes have left.
    let debris = Counter()
}
