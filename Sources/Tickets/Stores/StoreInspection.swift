// Store inspection for `guichet check`: compares what a store keeps with its events. A store
// inspects its own rows and reports differences; it writes nothing.

/// Something in a store that its events do not say.
package struct StoreDifference: Sendable, Hashable {
    package enum Remedy: Sendable, Hashable {
        /// The ticket's rows are written anew from its events.
        case rewriting
        /// The search index is made anew.
        case indexing
        /// Rows that nothing stands for are removed, and copies within a row made right.
        case clearing
        /// The person is written anew as events name them.
        case naming(Person)
        /// The reason why nothing here can mend it.
        case none(String)
    }

    /// What and where, without the ticket.
    package let text: String
    package let remedy: Remedy

    package init(_ text: String, _ remedy: Remedy) {
        self.text = text
        self.remedy = remedy
    }
}

/// A ticket as a store has it.
package struct InspectedTicket: Sendable {
    package let id: TicketID
    /// As stored; nil: there is none that can be read.
    package let snapshot: Ticket?
    package let events: [TicketEvent]
    /// Empty where the events make no snapshot.
    package let differences: [StoreDifference]
    /// Its newest events came when a hub was cut off: the next start mends the snapshot.
    package let isMendedAtStart: Bool

    package init(
        id: TicketID, snapshot: Ticket?, events: [TicketEvent], differences: [StoreDifference],
        isMendedAtStart: Bool = false
    ) {
        self.id = id
        self.snapshot = snapshot
        self.events = events
        self.differences = differences
        self.isMendedAtStart = isMendedAtStart
    }
}

package protocol StoreInspector: AnyObject {
    /// Every ticket by id, each of one moment.
    func visit(_ visit: (InspectedTicket) throws(StoreError) -> Void) throws(StoreError)
    /// After `visit`: the rest of the store, and what stands for no ticket.
    func remainder() throws(StoreError) -> [StoreDifference]
    /// Counts of batches that a hub was cut off from counting: the next start adds them.
    func owedStatistics() throws(StoreError) -> StatisticsChange
}

/// What `guichet check --repair` writes.
package struct StoreRepair: Sendable {
    /// As their logs make them: everything that follows from them is written anew.
    package var snapshots: [Ticket] = []
    /// Whom events name and the store does not know.
    package var people: [Person] = []
    /// The store also removes what stands for nothing.
    package var isClearing = false

    package init() {}

    package var isEmpty: Bool { snapshots.isEmpty && people.isEmpty && !isClearing }
}
