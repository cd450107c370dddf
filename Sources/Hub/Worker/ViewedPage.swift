// Reads a ticket for a caller: checks access and determines the audience.

import Protocol
import Text
import Tickets

/// A slice of a ticket's log as one caller may see it.
struct ViewedPage: Sendable {
    let snapshot: Ticket
    let events: [TicketEvent]
    /// The slice left out visible events.
    let more: Bool
    /// As stored: a client's view of them is `visibleReads`.
    let reads: [ReadMark]
    let viewer: Viewer

    var audience: Audience { viewer.audience }
    /// The end of the log in this view.
    var seq: Int { snapshot.activity(for: audience).seq }
}

extension TicketReader {
    /// nil: the ticket does not exist, or `caller` may not see it.
    func page(
        of id: TicketID, _ slice: EventQuery.Slice, limit: Int, for caller: Caller
    ) throws(StoreError) -> ViewedPage? {
        var audience = caller.audience
        guard
            var page = try page(of: id, EventQuery(slice, limit: limit, audience: audience)),
            caller.canAccess(page.snapshot)
        else { return nil }
        if audience == .staff, caller.audience(of: page.snapshot) == .client {
            audience = .client
            guard
                let again = try self.page(
                    of: id, EventQuery(slice, limit: limit, audience: audience)),
                caller.canAccess(again.snapshot)
            else { return nil }
            page = again
        }
        return ViewedPage(
            snapshot: page.snapshot, events: page.events, more: page.more, reads: page.reads,
            viewer: Viewer(caller, as: audience))
    }

    /// The snapshot alone; nil: the ticket does not exist, or `caller` may not see it.
    func snapshot(of id: TicketID, for caller: Caller) throws(StoreError) -> Ticket? {
        let query = EventQuery(.newest, limit: 1, audience: caller.audience)
        guard let snapshot = try page(of: id, query)?.snapshot, caller.canAccess(snapshot) else {
            return nil
        }
        return snapshot
    }

    /// Whether `seq` is beyond the caller's view of the log, and is not an event of their own that
    /// clients do not see and that they know from its acknowledgement.
    func isBeyond(_ seq: Int, _ page: ViewedPage, for caller: Caller) throws(StoreError) -> Bool {
        guard seq > page.seq else { return false }
        guard seq <= page.snapshot.seq else { return true }
        let named = EventQuery(.after(seq - 1), limit: 1, audience: .staff)
        let event = try self.page(of: page.snapshot.id, named)?.events.first
        return event?.seq != seq || event?.by.id != caller.person.id
    }

    /// The newest event at or below `seq` that clients see; 0: none.
    func newestVisible(in id: TicketID, atOrBelow seq: Int) throws(StoreError) -> Int {
        guard seq > 0, seq < .max else { return 0 }
        let query = EventQuery(.before(seq + 1), limit: 1, audience: .client)
        return try page(of: id, query)?.events.last?.seq ?? 0
    }

    /// The page's read marks as clients may see them: each at the newest visible event at or below
    /// it.
    func visibleReads(of page: ViewedPage) throws(StoreError) -> [(person: ExactText, seq: Int)] {
        var known: [Int: Int] = [:]
        var reads: [(person: ExactText, seq: Int)] = []
        for mark in page.reads {
            let seq: Int
            if mark.seq >= page.seq {
                seq = page.seq
            } else if let found = known[mark.seq] {
                seq = found
            } else {
                seq = try newestVisible(in: page.snapshot.id, atOrBelow: mark.seq)
                known[mark.seq] = seq
            }
            reads.append((mark.person, seq))
        }
        return reads
    }
}
