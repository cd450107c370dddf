// Store inspection for `guichet check`: compares what a store keeps with its events. A store
// inspects its own rows and reports differences; it writes nothing.

/// A difference between a store and its events.
package struct StoreDifference: Sendable, Hashable {
    package enum Remedy: Sendable, Hashable {
        /// The ticket's rows are rewritten from its events.
        case rewriting
        /// The search index is rebuilt.
        case indexing
        /// Rows without a source are removed, and copies within a row corrected.
        case clearing
        /// The person is rewritten as events name them.
        case naming(Person)
        /// No repair possible, with the reason.
        case none(String)
        /// Events cannot be read: a backup has to be restored, and until then nothing may be
        /// removed, since it may be all that is left of them.
        case restoring(String)
    }

    /// The difference and its place, without the ticket.
    package let text: String
    package let remedy: Remedy

    package init(_ text: String, _ remedy: Remedy) {
        self.text = text
        self.remedy = remedy
    }
}

/// An event that is stored and cannot be read.
package struct UnreadableEvent: Sendable, Hashable {
    /// nil: not even this can be read.
    package let seq: Int?
    package let reason: String

    package init(seq: Int?, reason: String) {
        self.seq = seq
        self.reason = reason
    }
}

/// A ticket as stored.
package struct InspectedTicket: Sendable {
    package let id: TicketID
    /// As stored; nil: missing or unreadable.
    package let snapshot: Ticket?
    /// Those that can be read.
    package let events: [TicketEvent]
    /// If there are any, nothing else of the ticket is compared: its events may say anything.
    package let unreadable: [UnreadableEvent]
    /// Empty if the events make no snapshot.
    package let differences: [StoreDifference]
    /// A crash cut off its newest events: the next start repairs the snapshot.
    package let isRepairedAtStart: Bool

    package init(
        id: TicketID, snapshot: Ticket?, events: [TicketEvent],
        unreadable: [UnreadableEvent] = [], differences: [StoreDifference] = [],
        isRepairedAtStart: Bool = false
    ) {
        self.id = id
        self.snapshot = snapshot
        self.events = events
        self.unreadable = unreadable
        self.differences = differences
        self.isRepairedAtStart = isRepairedAtStart
    }
}

package protocol StoreInspector: AnyObject {
    /// Reads the statistics of the same store, as far as there are any.
    func openReader() throws(StoreError) -> any TicketReader
    /// Visits every ticket by id, each as of one moment.
    func visit(_ visit: (InspectedTicket) throws(StoreError) -> Void) throws(StoreError)
    /// Differences in the rest of the store, and rows of no ticket. Call it after `visit`.
    func remainder() throws(StoreError) -> [StoreDifference]
    /// What the next start of a hub adds to the statistics.
    func pendingStatistics() throws(StoreError) -> PendingCounts
}

/// What the next start of a hub adds to the statistics.
package struct PendingCounts: Sendable {
    /// Of batches that seem uncounted, such as after a crash.
    package var change = StatisticsChange()
    /// Rows to which it adds a batch that was counted there.
    package var repeated = 0

    package init() {}
}

/// The writes of `guichet check --repair`.
package struct StoreRepair: Sendable {
    /// Snapshots folded from their logs: all derived data is rewritten.
    package var snapshots: [Ticket] = []
    /// People named by events and missing in the store.
    package var people: [Person] = []
    /// Also removes rows without a source.
    package var isClearing = false

    package init() {}

    package var isEmpty: Bool { snapshots.isEmpty && people.isEmpty && !isClearing }
}
