// Hourly sweep: removes files that were not attached in time, and files left behind by crashes.

import Observability
import Reactor
import Tickets

struct FileSweep {
    private let settings: UploadSettings
    private let journal: Mailbox<JournalMessage>
    /// Monotonic milliseconds.
    private var dueAt = monotonicMilliseconds()
    /// At the start no upload is in progress, so every file can be checked.
    private var isFirst = true
    private var hasMore = false

    /// The journal gets at most this many at once.
    private static let filesMax = 500

    init(settings: UploadSettings, journal: Mailbox<JournalMessage>) {
        self.settings = settings
        self.journal = journal
    }

    var waitMilliseconds: Int { Int(max(0, dueAt - monotonicMilliseconds())) }
    var isDue: Bool { dueAt <= monotonicMilliseconds() }

    mutating func run(
        on store: any FileStore, _ metrics: FileMetrics, _ log: Log
    ) throws(StoreError) {
        let now = Timestamp(milliseconds: wallClockMilliseconds())
        let debris = try store.removeDebris(
            before: now.advanced(byMilliseconds: -Int64(UploadSettings.debrisSeconds) * 1000),
            isFull: isFirst)
        isFirst = false
        metrics.debris.add(debris)
        if debris > 0 { log.info("files_debris_removed", [("files", "\(debris)")]) }
        let orphans = try store.unattached(
            before: now.advanced(byMilliseconds: -Int64(settings.orphanSeconds) * 1000),
            limit: Self.filesMax)
        hasMore = orphans.count == Self.filesMax
        // Only the journal knows that none of them is being attached right now.
        if !orphans.isEmpty { journal.post(.expired(orphans)) }
    }

    /// Sets the next time, also after a failure.
    mutating func rest() {
        let seconds = min(UploadSettings.sweepSeconds, max(1, settings.orphanSeconds))
        dueAt = monotonicMilliseconds() + (hasMore ? 1000 : Int64(seconds) * 1000)
        hasMore = false
    }
}
