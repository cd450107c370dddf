// Store interface of the hub. One contract suite (Tests/StoreTests) tests every store.

package import Text

package enum StoreError: Error, Sendable, CustomStringConvertible {
    /// Nothing was written; the store may come back.
    case unavailable(String)
    /// The write may or may not have happened: re-read before going on.
    case unknownOutcome(String)
    /// Somebody else wrote the same seq, number or key first: re-read and decide again.
    case conflict(String)
    /// The store holds what this program cannot read.
    case corrupt(String)
    /// A question that would have taken longer than it may; the store itself is well.
    case timeLimit(String)

    package var description: String {
        switch self {
        case .unavailable(let reason): "store unavailable: \(reason)"
        case .unknownOutcome(let reason): "store outcome unknown: \(reason)"
        case .conflict(let reason): "store conflict: \(reason)"
        case .corrupt(let reason): "store damaged: \(reason)"
        case .timeLimit(let reason): "store question took too long: \(reason)"
        }
    }
}

/// The scope in which an author's key is unique for ever.
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
    /// The scope that this event's key counts in, the same for the hub, the stores, the check and
    /// the import: that of `create` is its author's, any other its author's on its ticket. So one
    /// key may stand twice in a log, at its `created` event and behind it.
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

/// What one durable write makes true.
package struct StoreBatch: Sendable {
    /// In order; the events of one ticket follow its log without a hole.
    package var events: [TicketEvent] = []
    /// The newest snapshot of each ticket that `events` touches, once each.
    package var snapshots: [Ticket] = []
    /// Events as they stand from here on, without the words that the redactions among `events` take.
    /// What else a store has of the words goes with them.
    package var rewrites: [TicketEvent] = []
    /// New or changed people.
    package var people: [Person] = []
    /// Only ever move a mark forward.
    package var reads: [ReadMark] = []
    /// Files whose bytes are durable. To write one again changes nothing.
    package var files: [StoredFile] = []
    /// Files to forget, but for those that have been attached.
    package var expired: [FileID] = []
    /// What `events` are still to be told to, durable with them.
    package var outbox: [OutboxEntry] = []
    /// What `events` add to the statistics.
    package var statistics = StatisticsChange()

    package init() {}

    package var isEmpty: Bool {
        events.isEmpty && people.isEmpty && reads.isEmpty && files.isEmpty && expired.isEmpty
    }
}

/// The one writer. Confined to the journal's thread; calls may block.
package protocol TicketStore: CatalogStore, ErasureStore {
    /// The snapshot, mended from its events when a crash left it behind them; nil: no such ticket.
    func snapshot(of id: TicketID) throws(StoreError) -> Ticket?
    func ticketID(number: Int) throws(StoreError) -> TicketID?
    /// The highest ticket number in use; 0: none.
    func highestNumber() throws(StoreError) -> Int
    /// The events that were stored under these keys.
    func events(for keys: [CommandKey]) throws(StoreError) -> [CommandKey: TicketEvent]
    /// Events of one ticket with `seq` > `seq`, oldest first, at most `limit`.
    func events(
        of id: TicketID, after seq: Int, limit: Int
    ) throws(StoreError) -> [TicketEvent]
    /// Writes the whole batch; durable when it returns (SQLite: synced; MongoDB: majority, journaled).
    /// The files that its events attach are taken with them.
    func commit(_ batch: StoreBatch) throws(StoreError)
    /// Every ticket with a clock that can still give an alarm, with that alarm's time, by which
    /// they are ordered.
    func alarms() throws(StoreError) -> [(ticket: TicketID, at: Timestamp)]
    /// Those of `alarms()` that have come by `moment`, earliest first, at most `limit`.
    func alarms(
        dueBy moment: Timestamp, limit: Int
    ) throws(StoreError) -> [(ticket: TicketID, at: Timestamp)]
    func people() throws(StoreError) -> [Person]
    /// Those of `ids` that there are, with what they are attached to.
    func files(_ ids: [FileID]) throws(StoreError) -> [FileID: StoredFile]
    /// What `owner` uploaded under `key`; nil: nothing, or it is gone.
    func file(of owner: ExactText, key: ExactText) throws(StoreError) -> StoredFile?
    /// Every ticket, counted.
    func tally() throws(StoreError) -> TicketTally
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
    /// Mended, and of the same moment as `events`: no event of the page is newer.
    package let snapshot: Ticket
    package let events: [TicketEvent]
    /// Visible events of the slice were left out.
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

/// Answers questions on a thread of its own, beside the writer.
package protocol TicketReader: CatalogReader, NotificationReader, ExportReader, StatisticsReader {
    func ticketID(number: Int) throws(StoreError) -> TicketID?
    /// nil: no such ticket. Access is the caller's to check, on the page's snapshot.
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
    /// nil: it cannot be told.
    func size() throws(StoreError) -> StoreSize?
}

/// Opens the two sides of one store; each is used by one thread only.
package protocol TicketStoreOpener: Sendable {
    /// For log lines: the kind and place, without secrets.
    var label: String { get }
    /// Creates tables or indexes where they lack. `progress` hears of what takes long.
    func openStore(
        progress: (StoreProgress) -> Void
    ) throws(StoreError) -> any TicketStore
    func openReader() throws(StoreError) -> any TicketReader
    func openFiles() throws(StoreError) -> any FileStore
    /// For a store that `openStore` has made ready.
    func openOutbox() throws(StoreError) -> any OutboxStore
    /// Claims the store for one writer, or says who has it.
    func claim(by claimant: StoreClaimant) throws(StoreError) -> any StoreClaim
    /// Closes to others what is the store's, and refuses a store that cannot be written. Returns what
    /// was open to them. For who holds the claim.
    func mendPermissions() throws(StoreError) -> [MendedPermission]
    /// For a look at everything there is.
    func openInspector() throws(StoreError) -> any StoreInspector
    /// What `guichet check --repair` wants written, but for statistics and search.
    func repair(_ repair: StoreRepair) throws(StoreError)
    /// Writes snapshots as their logs make them, for `guichet check --repair`.
    func repair(_ snapshots: [Ticket]) throws(StoreError)
    /// Counts the statistics anew from the logs, in place of all that is stored of them.
    func recountStatistics() throws(StoreError)
    /// Makes the search index anew from the logs, for `guichet check --repair`.
    func rebuildSearch(progress: (StoreProgress) -> Void) throws(StoreError)
    /// For a store that `openStore` has made ready: takes in what its search index lacks.
    func openIndexer() throws(StoreError) -> any SearchIndexer
}

extension TicketStoreOpener {
    package func openStore() throws(StoreError) -> any TicketStore { try openStore { _ in } }
}

/// Takes into the search index what was there before it, or before this version of it, beside the
/// writer. Each is used by one thread.
package protocol SearchIndexer: AnyObject {
    /// A small part of what is left; durable when it returns. nil: nothing is left.
    func step() throws(StoreError) -> StoreProgress?
}

/// What makes the opening of a store take long.
package enum StoreProgress: Sendable, Hashable {
    /// So many tickets have got into the search index.
    case search(done: Int, tickets: Int)
    /// Indexes of a large collection are being made.
    case indexes(collection: String)
    /// The statistics are counted from the logs, once.
    case statistics
    /// What a redaction or an erasure took is not out of every file yet.
    case tracesLeft(reason: String)
}
