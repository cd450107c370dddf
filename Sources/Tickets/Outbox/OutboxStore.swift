// Store interface for the outbox. Every entry is written with its event (`StoreBatch.outbox`); this
// interface leases, settles, lists and retries entries. One contract suite tests both stores.

package import Text

/// An entry leased to one taker until the lease ends.
package struct LeasedEntry: Sendable {
    package let id: ExactText
    /// Identifies this lease: a result with another lease comes too late.
    package let lease: String
    package let leasedUntil: Timestamp
    /// Including this one. Counted when taken, so that an entry that crashes the process each time
    /// runs out of tries too.
    package let attempts: Int
    /// Its last lease has ended without a result: perhaps it was delivered, perhaps it crashed the
    /// process.
    package let isRetaken: Bool
    /// Its due time before it was taken.
    package let due: Timestamp
    /// nil: the stored entry cannot be read.
    package let entry: OutboxEntry?

    package init(
        id: ExactText, lease: String, leasedUntil: Timestamp, attempts: Int, isRetaken: Bool,
        due: Timestamp, entry: OutboxEntry?
    ) {
        self.id = id
        self.lease = lease
        self.leasedUntil = leasedUntil
        self.attempts = attempts
        self.isRetaken = isRetaken
        self.due = due
        self.entry = entry
    }
}

/// Result of a delivery.
package enum OutboxOutcome: Hashable, Sendable {
    case sent
    /// Due again at that time.
    case retry(at: Timestamp, reason: String)
    /// Becomes a dead letter.
    case dead(reason: String)
    /// Not tried: back to its state and due time before it was taken.
    case released
}

package struct OutboxResult: Sendable {
    package let entry: LeasedEntry
    package let outcome: OutboxOutcome

    package init(_ entry: LeasedEntry, _ outcome: OutboxOutcome) {
        self.entry = entry
        self.outcome = outcome
    }

    /// What a store writes for it.
    package func settled(at now: Timestamp) -> OutboxSettlement {
        switch outcome {
        case .sent: OutboxSettlement(state: .sent, due: now)
        case .dead(let reason): OutboxSettlement(state: .dead, due: now, reason: reason)
        case .retry(let at, let reason):
            OutboxSettlement(state: .waiting, due: at, reason: reason)
        case .released: OutboxSettlement(state: .waiting, due: entry.due, uncounted: 1)
        }
    }
}

/// The state of an entry after its lease.
package struct OutboxSettlement: Hashable, Sendable {
    package let state: OutboxState
    /// When it is due, or when it was settled.
    package let due: Timestamp
    package var reason = ""
    /// Attempts to take back.
    package var uncounted = 0
}

package enum OutboxState: String, Sendable, Hashable, CaseIterable {
    case waiting, sent, dead
}

/// An entry as an operator sees it.
package struct OutboxLine: Hashable, Sendable {
    package let id: ExactText
    package let target: ExactText
    package let state: OutboxState
    package let attempts: Int
    /// When it is due, or when it was settled.
    package let at: Timestamp
    package let reason: String

    package init(
        id: ExactText, target: ExactText, state: OutboxState, attempts: Int, at: Timestamp,
        reason: String
    ) {
        self.id = id
        self.target = target
        self.state = state
        self.attempts = attempts
        self.at = at
        self.reason = reason
    }
}

package struct OutboxDepth: Hashable, Sendable {
    package let target: ExactText
    package let state: OutboxState
    package let count: Int

    package init(target: ExactText, state: OutboxState, count: Int) {
        self.target = target
        self.state = state
        self.count = count
    }
}

/// Notifications of a person that become read.
package enum ReadNotifications: Hashable, Sendable {
    case these([Int64])
    case upTo(Int64)
}

/// Used by one thread, beside the writer; calls may block.
package protocol OutboxStore: AnyObject {
    /// Takes up to `limit` due entries of `target`, the longest due first and those of one time in
    /// the order of their events, until `leasedUntil`. In a target that keeps order, the entries of
    /// a ticket are taken by seq, and wait for one that is not due.
    func take(
        _ target: OutboxTarget, now: Timestamp, leasedUntil: Timestamp, limit: Int
    ) throws(StoreError) -> [LeasedEntry]
    /// Settles each entry whose lease is still valid, and returns their ids; the others have been
    /// taken by another.
    func settle(_ results: [OutboxResult], now: Timestamp) throws(StoreError) -> Set<ExactText>
    /// Makes due what a clock that was set back has put into the future: entries that were never
    /// tried, and leases beyond `leasedUntil`. The other entries come `milliseconds` earlier.
    func bringForward(
        _ target: OutboxTarget, now: Timestamp, leasedUntil: Timestamp, by milliseconds: Int64
    ) throws(StoreError)
    /// Adds missing notifications (by person and event) and entries (by id); existing ones stay
    /// unchanged. Returns the new notifications.
    func deposit(_ notifications: [TicketNotification], _ entries: [OutboxEntry]) throws(StoreError)
        -> [TicketNotification]
    /// Whether the person has an unread notification of one of `kinds` on the ticket since then,
    /// about an event before `seq`.
    func hasUnread(
        _ kinds: [NotificationKind], of person: ExactText, on ticket: TicketID, since: Timestamp,
        before seq: Int
    ) throws(StoreError) -> Bool
    func markRead(_ notifications: ReadNotifications, of person: ExactText) throws(StoreError)
    /// Marks notifications of read events as read. Cheap where there are none.
    func markRead(_ marks: [ReadMark]) throws(StoreError)

    func save(_ contacts: [Contact]) throws(StoreError)
    func contact(of person: ExactText) throws(StoreError) -> Contact?
    /// The event and the ticket's current snapshot; nil: no such event.
    func event(
        _ seq: Int, of ticket: TicketID
    ) throws(StoreError) -> (event: TicketEvent, snapshot: Ticket)?

    /// Counts of waiting entries and dead letters, also of those still in their events.
    func depths() throws(StoreError) -> [OutboxDepth]
    /// Entries in one state, the newest first.
    func list(_ state: OutboxState, limit: Int) throws(StoreError) -> [OutboxLine]
    /// Makes entries due at once with all their tries: those with `ids`, or all dead letters.
    /// Returns their number.
    func replay(_ ids: [ExactText]?, now: Timestamp) throws(StoreError) -> Int
    /// Deletes entries sent before `sent`, dead letters from before `dead` and read notifications
    /// from before `notifications`.
    func purge(sent: Timestamp, dead: Timestamp, notifications: Timestamp) throws(StoreError)
}

/// Query for a page of a person's notifications.
package struct NotificationQuery: Sendable {
    package enum Slice: Hashable, Sendable {
        /// The newest notifications.
        case newest
        /// Notifications after the bound, the oldest first.
        case after(Int64)
        /// The newest notifications before the bound.
        case before(Int64)
    }

    package var slice: Slice
    package var limit: Int
    package var caller: Caller
    package var unreadOnly: Bool

    package init(_ slice: Slice, limit: Int, caller: Caller, unreadOnly: Bool = false) {
        self.slice = slice
        self.limit = limit
        self.caller = caller
        self.unreadOnly = unreadOnly
    }
}

/// Oldest first.
package struct NotificationPage: Sendable {
    package let notifications: [TicketNotification]
    /// The slice has more entries than returned.
    package let more: Bool

    package init(notifications: [TicketNotification], more: Bool) {
        self.notifications = notifications
        self.more = more
    }
}

/// Reader of notifications, for `GET /api/notifications`.
package protocol NotificationReader: AnyObject {
    /// The caller's notifications on tickets that they can access now.
    func notifications(_ query: NotificationQuery) throws(StoreError) -> NotificationPage
}
