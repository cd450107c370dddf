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
    /// Their jobs include uploads in progress.
    private let threads: ThreadPool<FileMessage>

    init(count: Int) throws(SystemError) { threads = try ThreadPool(count: count) }

    /// The first thread reports whether the file store works.
    func start(
        _ opener: any TicketStoreOpener, _ settings: UploadSettings, _ log: Log,
        workers: [Mailbox<WorkerMessage>], journal: Mailbox<JournalMessage>,
        started: Mailbox<Result<UInt16, HubStartError>>
    ) throws(SystemError) -> [LoopThread] {
        try threads.start(name: "files") { [self] index, inbox, load in
            let thread = FileThread(
                pool: self, inbox: inbox, load: load, opener: opener, settings: settings,
                log: log, workers: workers)
            if index == 0 {
                guard thread.open(reportingTo: started) else { return }
                thread.run(FileSweep(settings: settings, journal: journal))
            } else {
                thread.run(nil)
            }
        }
    }

    /// Gives the job to the least busy thread; false when all are overloaded.
    func ask(_ job: FileJob) -> Bool { threads.ask(.job(job), waitingMax: Self.waitingMax) }

    /// Uses the same thread for all jobs of a kind that must not run in parallel.
    func askFirst(_ job: FileJob) { threads.begin(.job(job), on: 0) }

    /// Without a caller that waits for it.
    func removeTracesUnasked() { threads.post(.removeTraces, to: 0) }

    /// Begins an upload; returns the thread that handles it.
    func begin(_ opening: UploadOpening) -> Int {
        let thread = threads.leastBusy
        threads.begin(.begin(opening), on: thread)
        return thread
    }

    func post(_ message: FileMessage, to thread: Int) { threads.post(message, to: thread) }

    func remove(_ files: [StoredFile]) { threads.post(.remove(files), to: 0) }

    func stop() { threads.postToAll(.stop) }
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
