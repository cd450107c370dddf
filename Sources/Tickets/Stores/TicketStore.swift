// Store interface of the hub. One contract suite (Tests/StoreTests) tests every store.

package import Text

package enum StoreError: Error, Sendable, CustomStringConvertible {
    /// Nothing was written; the store may become available again.
    case unavailable(String)
    /// The write may or may not have happened: read again before continuing.
    case unknownOutcome(String)
    /// Another writer used the same seq, number or key first: read again and decide again.
    case conflict(String)
    /// The store has data that this program cannot read.
    case corrupt(String)
    /// A query over its time limit; the store itself works.
    case timeLimit(String)

    package var description: String {
        switch self {
        case .unavailable(let reason): "store unavailable: \(reason)"
        case .unknownOutcome(let reason): "store outcome unknown: \(reason)"
        case .conflict(let reason): "store conflict: \(reason)"
        case .corrupt(let reason): "store damaged: \(reason)"
        case .timeLimit(let reason): "store query took too long: \(reason)"
        }
    }
}

/// The scope in which an author's key is unique for good.
package struct CommandKey: Hashable, Sendable {
    package let author: ExactText
    /// nil: the keys of `create`.
    package let ticket: TicketID?
    package let key: ExactText

    package init(author: ExactText, ticket: TicketID?, key: ExactText) {
        self.author = author
        self.ticket = ticket
        self.key = key
    }
}

extension TicketEvent {
    /// The scope of this event's key, the same for the hub, the stores, the check and the import:
    /// the author for `create`, otherwise the author and the ticket. So one key may occur twice in
    /// a log, at the `created` event and at a later one.
    package var commandKey: CommandKey? {
        key.map { CommandKey(author: by.id, ticket: seq == 1 ? nil : ticket, key: $0) }
    }
}

package struct ReadMark: Hashable, Sendable {
    package let ticket: TicketID
    package let person: ExactText
    package let seq: Int

    package init(ticket: TicketID, person: ExactText, seq: Int) {
        self.ticket = ticket
        self.person = person
        self.seq = seq
    }
}

/// The content of one durable write.
package struct StoreBatch: Sendable {
    /// In order; the events of one ticket continue its log without a gap.
    package var events: [TicketEvent] = []
    /// The newest snapshot of each ticket that `events` touches, once each.
    package var snapshots: [Ticket] = []
    /// Events without the words that redactions among `events` remove. The store's other copies of
    /// the words are removed too.
    package var rewrites: [TicketEvent] = []
    /// New or changed people.
    package var people: [Person] = []
    /// Marks only move forward.
    package var reads: [ReadMark] = []
    /// Files whose bytes are durable. Writing one again changes nothing.
    package var files: [StoredFile] = []
    /// Files to delete, except those that have been attached.
    package var expired: [FileID] = []
    /// Pending deliveries of `events`, durable with them.
    package var outbox: [OutboxEntry] = []
    /// Counts that `events` add to the statistics.
    package var statistics = StatisticsChange()

    package init() {}

    package var isEmpty: Bool {
        events.isEmpty && people.isEmpty && reads.isEmpty && files.isEmpty && expired.isEmpty
    }
}

/// What became of the events of a batch: all are durable but those of a ticket from the given seq
/// on, which another writer's event or key kept out.
package struct CommitReport: Sendable, Equatable {
    package var lost: [TicketID: Int] = [:]

    package init(lost: [TicketID: Int] = [:]) { self.lost = lost }

    package func isStored(_ event: TicketEvent) -> Bool {
        lost[event.ticket].map { event.seq < $0 } ?? true
    }
}

/// What follows from durable events and is written after them: snapshots, search words, counts.
package struct DerivedState: Sendable, Equatable {
    /// Events that lists, the search or the counts may still lack.
    package var eventsBehind = 0
    /// How long the oldest of them has been durable.
    package var msBehind: Int64 = 0
    /// Attempts to write that failed, since the store was opened.
    package var failures = 0
    /// Written again, as a new primary may have lacked it, since the store was opened.
    package var repeats = 0
    /// Of the newest failure.
    package var reason: String?

    package init() {}
}

/// The single writer. Confined to the journal's thread; calls may block.
package protocol TicketStore: CatalogStore, ErasureStore {
    /// The snapshot, repaired from its events if a crash left it behind; nil: no such ticket.
    func snapshot(of id: TicketID) throws(StoreError) -> Ticket?
    func ticketID(number: Int) throws(StoreError) -> TicketID?
    /// The highest ticket number in use; 0: none.
    func highestNumber() throws(StoreError) -> Int
    /// The stored events with these keys.
    func events(for keys: [CommandKey]) throws(StoreError) -> [CommandKey: TicketEvent]
    /// Events of one ticket with `seq` > `seq`, oldest first, at most `limit`.
    func events(
        of id: TicketID, after seq: Int, limit: Int
    ) throws(StoreError) -> [TicketEvent]
    /// Writes the whole batch; durable when it returns (SQLite: synced; MongoDB: majority,
    /// journaled). Claims the files that its events attach.
    func commit(_ batch: StoreBatch) throws(StoreError)
    /// Like `commit`, but a conflict concerns its own ticket alone where the store can tell; if
    /// nothing was written, it throws.
    func commitByTicket(_ batch: StoreBatch) throws(StoreError) -> CommitReport
    /// Every ticket with a clock that can still give an alarm, and the time of that alarm, in the
    /// order of these times.
    func alarms() throws(StoreError) -> [(ticket: TicketID, at: Timestamp)]
    /// Alarms due by `moment`, earliest first, at most `limit`.
    func alarms(
        dueBy moment: Timestamp, limit: Int
    ) throws(StoreError) -> [(ticket: TicketID, at: Timestamp)]
    func people() throws(StoreError) -> [Person]
    /// The existing files among `ids`, with their claims.
    func files(_ ids: [FileID]) throws(StoreError) -> [FileID: StoredFile]
    /// The file that `owner` uploaded under `key`; nil: none, or it is gone.
    func file(of owner: ExactText, key: ExactText) throws(StoreError) -> StoredFile?
    /// The counts of all tickets.
    func ticketCounts() throws(StoreError) -> GroupedTicketCounts
    /// Whether each write is a trip to a server. People and marks are then written apart from events,
    /// which would wait for them, and keys are looked for only where an index has refused one.
    var isRemote: Bool { get }
    var derived: DerivedState { get }
    /// Called once a second: makes up for what is still to be written, and makes it certain that
    /// what is written lasts. A failure shows in `derived`.
    func retryPendingWrites()
}

extension TicketStore {
    /// People before the events that name them: a run that was killed in between would find its
    /// tickets whole, and not look for their people again.
    package func commitPeopleFirst(_ batch: StoreBatch) throws(StoreError) {
        var (people, rest) = (StoreBatch(), batch)
        (people.people, rest.people) = (batch.people, [])
        if !people.isEmpty { try commit(people) }
        if !rest.isEmpty { try commit(rest) }
    }

    /// For a store that writes it together with the events.
    package var derived: DerivedState { DerivedState() }
    package var isRemote: Bool { false }
    package func retryPendingWrites() {}

    /// For a store that writes a batch as a whole.
    package func commitByTicket(_ batch: StoreBatch) throws(StoreError) -> CommitReport {
        try commit(batch)
        return CommitReport()
    }
}

/// A slice of one ticket's log, as an audience sees it.
package struct EventQuery: Sendable {
    package enum Slice: Sendable, Hashable {
        /// The newest `limit` events.
        case newest
        /// `seq` > the bound, oldest first.
        case after(Int)
        /// `seq` < the bound: the newest `limit` of those, still oldest first.
        case before(Int)
    }

    package var slice: Slice
    package var limit: Int
    package var audience: Audience

    package init(_ slice: Slice, limit: Int, audience: Audience) {
        self.slice = slice
        self.limit = limit
        self.audience = audience
    }
}

package struct EventPage: Sendable {
    /// Repaired, and as of the same moment as `events`: no event of the page is newer.
    package let snapshot: Ticket
    package let events: [TicketEvent]
    /// The slice has more visible events than returned.
    package let more: Bool
    package let reads: [ReadMark]

    package init(snapshot: Ticket, events: [TicketEvent], more: Bool, reads: [ReadMark]) {
        self.snapshot = snapshot
        self.events = events
        self.more = more
        self.reads = reads
    }
}

package struct ProjectSummary: Hashable, Sendable {
    package let id: ExactText
    /// Tickets that are neither resolved nor closed.
    package let open: Int
    /// Tickets that wait for the client.
    package let waiting: Int
    package let lastActivityAt: Timestamp?

    package init(id: ExactText, open: Int, waiting: Int, lastActivityAt: Timestamp?) {
        self.id = id
        self.open = open
        self.waiting = waiting
        self.lastActivityAt = lastActivityAt
    }
}

/// Answers queries on a thread of its own, beside the writer.
package protocol TicketReader: CatalogReader, NotificationReader, ExportReader, StatisticsReader {
    func ticketID(number: Int) throws(StoreError) -> TicketID?
    /// nil: no such ticket. The caller must check access, on the page's snapshot.
    func page(of id: TicketID, _ query: EventQuery) throws(StoreError) -> EventPage?
    func tickets(_ query: TicketQuery) throws(StoreError) -> TicketPage
    /// Projects of the tickets that `caller` can access, by name.
    func projects(for caller: Caller) throws(StoreError) -> [ProjectSummary]
    /// People in one of `roles`, by name then id; empty: everybody.
    func people(in roles: [Role]) throws(StoreError) -> [Person]
    /// Every ticket, by id, for `guichet check`: `visit` gets the stored snapshot (nil: missing) and log.
    func visitLogs(
        _ visit: (TicketID, Ticket?, [TicketEvent]) throws(StoreError) -> Void
    ) throws(StoreError)
    /// Whether the store answers now.
    func ping() throws(StoreError)
    /// nil: unknown.
    func size() throws(StoreError) -> StoreSize?
}

/// Opens the two sides of one store; each is used by one thread only.
package protocol TicketStoreOpener: Sendable {
    /// Kind and place for log lines, without secrets.
    var label: String { get }
    /// Creates missing tables or indexes. `progress` reports long steps.
    func openStore(
        progress: (StoreProgress) -> Void
    ) throws(StoreError) -> any TicketStore
    func openReader() throws(StoreError) -> any TicketReader
    func openFiles() throws(StoreError) -> any FileStore
    /// For a store that `openStore` has prepared.
    func openOutbox() throws(StoreError) -> any OutboxStore
    /// Claims the store for one writer, or throws an error that names the current writer.
    func claim(by claimant: StoreClaimant) throws(StoreError) -> any StoreClaim
    /// Removes other users' access to the store's files, and refuses a store that cannot be
    /// written. Returns what was open. Only for the holder of the claim.
    func repairPermissions() throws(StoreError) -> [RepairedPermission]
    /// The store's settings and state, for `guichet doctor`. Changes nothing.
    func diagnose() throws(StoreError) -> [Finding]
    /// Opens the store for an inspection.
    func openInspector() throws(StoreError) -> any StoreInspector
    /// Writes the repairs of `guichet check --repair`, except statistics and search. Goes on where
    /// something cannot be written, and returns what that was and why.
    @discardableResult
    func repair(_ repair: StoreRepair) throws(StoreError) -> [String]
    /// Writes snapshots as their logs make them, for `guichet check --repair`.
    func repair(_ snapshots: [Ticket]) throws(StoreError)
    /// Recounts the statistics from the logs, and replaces the stored ones.
    func recountStatistics() throws(StoreError)
    /// Prepares the store for very many tickets. For the holder of the claim.
    func beginBulk() throws(StoreError) -> any BulkLoad
    /// Lanes of a bulk that help: more write no faster.
    var bulkLanes: Int { get }
    /// For a store that `openStore` has prepared. For the holder of the claim.
    func openBulkLane() throws(StoreError) -> any BulkLane
    /// For a lane. Snapshots and events may change places, but not the events of one ticket.
    func encode(_ batch: StoreBatch) -> EncodedBatch
    /// Rebuilds the search index from the logs, for `guichet check --repair`.
    func rebuildSearch(progress: (StoreProgress) -> Void) throws(StoreError)
    /// For a store that `openStore` has prepared: adds what its search index lacks.
    func openIndexer() throws(StoreError) -> any SearchIndexer
}

extension TicketStoreOpener {
    package func openStore() throws(StoreError) -> any TicketStore { try openStore { _ in } }
}

/// Adds older tickets to the search index, beside the writer: those from before the index, or
/// before its current version. Used by one thread.
package protocol SearchIndexer: AnyObject {
    /// Indexes a small part of the rest; durable when it returns. nil: nothing is left.
    func step() throws(StoreError) -> StoreProgress?
}

/// Long steps of opening a store.
package enum StoreProgress: Sendable, Hashable {
    /// Number of tickets in the search index so far.
    case search(done: Int, tickets: Int)
    /// Indexes of a large collection are being built.
    case indexes(collection: String)
    /// The statistics are counted from the logs, once.
    case statistics
    /// Data of a redaction or an erasure is still in some files.
    case tracesLeft(reason: String)
}
