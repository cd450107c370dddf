// The real outbox store in a wrapper that fails on request.

import Text
import Tickets

final class FaultyOutbox: OutboxStore {
    private let store: any OutboxStore
    /// The next so many settlements fail, and write nothing.
    var settleFaults = 0
    private(set) var settlements = 0

    init(_ store: any OutboxStore) { self.store = store }

    func settle(_ results: [OutboxResult], now: Timestamp) throws(StoreError) -> Set<ExactText> {
        settlements += 1
        if settleFaults > 0 {
            settleFaults -= 1
            throw .unavailable("the test says so")
        }
        return try store.settle(results, now: now)
    }

    func take(
        _ target: OutboxTarget, now: Timestamp, leasedUntil: Timestamp, limit: Int
    ) throws(StoreError) -> [LeasedEntry] {
        try store.take(target, now: now, leasedUntil: leasedUntil, limit: limit)
    }
    func bringForward(
        _ target: OutboxTarget, now: Timestamp, leasedUntil: Timestamp, by milliseconds: Int64
    ) throws(StoreError) {
        try store.bringForward(target, now: now, leasedUntil: leasedUntil, by: milliseconds)
    }
    func deposit(
        _ notifications: [TicketNotification], _ entries: [OutboxEntry]
    ) throws(StoreError) -> [TicketNotification] { try store.deposit(notifications, entries) }
    func hasUnread(
        _ kinds: [NotificationKind], of person: ExactText, on ticket: TicketID, since: Timestamp,
        before seq: Int
    ) throws(StoreError) -> Bool {
        try store.hasUnread(kinds, of: person, on: ticket, since: since, before: seq)
    }
    func markRead(_ notifications: ReadNotifications, of person: ExactText) throws(StoreError) {
        try store.markRead(notifications, of: person)
    }
    func markRead(_ marks: [ReadMark]) throws(StoreError) { try store.markRead(marks) }
    func save(_ contacts: [Contact]) throws(StoreError) { try store.save(contacts) }
    func contact(of person: ExactText) throws(StoreError) -> Contact? {
        try store.contact(of: person)
    }
    func event(
        _ seq: Int, of ticket: TicketID
    ) throws(StoreError) -> (event: TicketEvent, snapshot: Ticket)? {
        try store.event(seq, of: ticket)
    }
    func depths() throws(StoreError) -> [OutboxDepth] { try store.depths() }
    func list(_ state: OutboxState, limit: Int) throws(StoreError) -> [OutboxLine] {
        try store.list(state, limit: limit)
    }
    func replay(_ ids: [ExactText]?, now: Timestamp) throws(StoreError) -> Int {
        try store.replay(ids, now: now)
    }
    func purge(sent: Timestamp, dead: Timestamp, notifications: Timestamp) throws(StoreError) {
        try store.purge(sent: sent, dead: dead, notifications: notifications)
    }
}
