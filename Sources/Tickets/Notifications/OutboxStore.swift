// Store interface for the outbox. Every entry is written with its event (`StoreBatch.outbox`); this
// interface leases, settles, lists and retries entries. One contract suite tests both stores.

package import Text

/// An entry that its taker alone may deliver until the lease ends.
package struct LeasedEntry: Sendable {
    package let id: ExactText
    /// Names this taking: whoever comes back with another has been overtaken.
    package let lease: String
    package let leasedUntil: Timestamp
    /// This one included. Counted when taken, so that an entry which ends the process each time
    /// runs out of tries too.
    package let attempts: Int
    /// When it was due before it was taken.
    package let due: Timestamp
    /// nil: what is stored cannot be read.
    package let entry: OutboxEntry?

    package init(
        id: ExactText, lease: String, leasedUntil: Timestamp, attempts: Int, due: Timestamp,
        entry: OutboxEntry?
    ) {
        self.id = id
        self.lease = lease
        self.leasedUntil = leasedUntil
        self.attempts = attempts
        self.due = due
        self.entry = entry
    }
}

/// What came of an entry.
package enum OutboxOutcome: Hashable, Sendable {
    case sent
    /// Due again then.
    case retry(at: Timestamp, reason: String)
    /// To the dead letters.
    case dead(reason: String)
    /// Not tried after all: as it was before it was taken, due as it was.
    case released
}

package struct OutboxResult: Sendable {
    package let entry: LeasedEntry
    package let outcome: OutboxOutcome

    package init(_ entry: LeasedEntry, _ outcome: OutboxOutcome) {
        self.entry = entry
        self.outcome = outcome
    }
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
    /// When it is due, or was settled.
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

/// Which notifications of a person become read.
package enum ReadNotifications: Hashable, Sendable {
    case these([Int64])
    case upTo(Int64)
}

/// Used by one thread, beside the writer; calls may block.
package protocol OutboxStore: AnyObject {
    /// Takes up to `limit` due entries of `target`, the longest due first and those of one moment in
    /// the order of their events, until `leasedUntil`. Of a target that keeps order, what comes
    /// behind an earlier entry of its ticket that is not due waits for that one.
    func take(
        _ target: OutboxTarget, now: Timestamp, leasedUntil: Timestamp, limit: Int
    ) throws(StoreError) -> [LeasedEntry]
    /// Settles each that is still leased to whom it was given, and returns their ids: of the others
    /// somebody else has taken charge.
    func settle(_ results: [OutboxResult], now: Timestamp) throws(StoreError) -> Set<ExactText>
    /// Adds what lacks, by person and event and by id: what was there stays as it is. Returns
    /// the notifications that were new.
    func deposit(_ notifications: [TicketNotification], _ entries: [OutboxEntry]) throws(StoreError)
        -> [TicketNotification]
    /// Whether the person has an unread notification of one of `kinds` on the ticket since then, of an
    /// event before `seq`.
    func hasUnread(
        _ kinds: [NotificationKind], of person: ExactText, on ticket: TicketID, since: Timestamp,
        before seq: Int
    ) throws(StoreError) -> Bool
    func markRead(_ notifications: ReadNotifications, of person: ExactText) throws(StoreError)
    /// Those of events that people have read. Cheap where there are none.
    func markRead(_ marks: [ReadMark]) throws(StoreError)

    func save(_ contacts: [Contact]) throws(StoreError)
    func contact(of person: ExactText) throws(StoreError) -> Contact?
    /// The event and the ticket's present snapshot; nil: there is no such event.
    func event(
        _ seq: Int, of ticket: TicketID
    ) throws(StoreError) -> (event: TicketEvent, snapshot: Ticket)?

    func depths() throws(StoreError) -> [OutboxDepth]
    /// In one state, the newest first.
    func list(_ state: OutboxState, limit: Int) throws(StoreError) -> [OutboxLine]
    /// Makes entries due at once with all their tries: those with `ids`, or all that are dead.
    /// Returns how many.
    func replay(_ ids: [ExactText]?, now: Timestamp) throws(StoreError) -> Int
    /// Forgets what was sent before `sent`, dead letters from before `dead` and read notifications from
    /// before `notifications`.
    func purge(sent: Timestamp, dead: Timestamp, notifications: Timestamp) throws(StoreError)
}

/// A page of somebody's notifications.
package struct NotificationQuery: Sendable {
    package enum Slice: Hashable, Sendable {
        /// The newest.
        case newest
        /// Those beyond the bound, the oldest of them first.
        case after(Int64)
        /// The newest of those before the bound.
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
    /// More of the slice were left out.
    package let more: Bool

    package init(notifications: [TicketNotification], more: Bool) {
        self.notifications = notifications
        self.more = more
    }
}

/// The reader's part: what `GET /api/notifications` shows.
package protocol NotificationReader: AnyObject {
    /// Notifications of the caller on tickets that they can access now.
    func notifications(_ query: NotificationQuery) throws(StoreError) -> NotificationPage
}
