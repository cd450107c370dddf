// Threads with one file store each. They read and write bytes for the workers, so that no worker
// waits for a disk.

import Observability
import Reactor
import Synchronization
import Tickets

final class FilePool: Sendable {
    /// Jobs that may wait for a thread before the next is refused.
    static let waitingMax = 5000
    let quota = UploadQuota()
    let metrics = FileMetrics()
    private let inboxes: [Mailbox<FileMessage>]
    /// Uploads in progress and waiting jobs.
    private let loads: [Counter]

    init(count: Int) throws(SystemError) {
        var inboxes: [Mailbox<FileMessage>] = []
        for _ in 0..<max(1, count) { inboxes.append(try Mailbox()) }
        self.inboxes = inboxes
        loads = inboxes.map { _ in Counter() }
    }

    /// The first thread reports whether the file store works.
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

    /// Gives the job to the least busy thread; false when all are overloaded.
    func ask(_ job: FileJob) -> Bool {
        let best = leastBusy
        guard loads[best].current < Self.waitingMax else { return false }
        loads[best].add(1)
        inboxes[best].post(.job(job))
        return true
    }

    /// Uses the same thread for all jobs of a kind that must not run in parallel.
    func askFirst(_ job: FileJob) {
        loads[0].add(1)
        inboxes[0].post(.job(job))
    }

    /// Without a caller that waits for it.
    func removeTracesUnasked() { inboxes[0].post(.removeTraces) }

    /// Begins an upload; returns the thread that handles it.
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
    /// Files that were not attached in time.
    let expired = Counter()
    /// Files left behind by crashes.
    let debris = Counter()
}
