// Where followed changes go: to a running hub, or to a store that no hub has open.

import Adoption
import SQLiteStore
import Text
import Tickets

enum FollowError: Error, CustomStringConvertible {
    /// Somebody else wrote the ticket meanwhile: read it again.
    case stale
    /// It may work later.
    case away(String)
    /// It will not work.
    case refused(String)

    var description: String {
        switch self {
        case .stale: "the ticket changes all the time"
        case .away(let reason), .refused(let reason): reason
        }
    }
}

protocol FollowTarget {
    var label: String { get }
    /// Empty: no such ticket.
    func log(of id: TicketID) throws(FollowError) -> [TicketEvent]
    /// Durable when it returns.
    func append(_ events: [TicketEvent], to log: [TicketEvent]) throws(FollowError)
    /// nil: the follower has ended.
    func note(lagSeconds: Double?)
}

/// A store without a hub.
final class StoreTarget: FollowTarget {
    private let store: any TicketStore
    let label: String
    private var knownPeople: Set<ExactText>

    init(_ store: any TicketStore, label: String) throws {
        self.store = store
        self.label = label
        knownPeople = Set(try store.people().map(\.id))
    }

    func log(of id: TicketID) throws(FollowError) -> [TicketEvent] {
        try reporting { () throws(StoreError) in
            // Repairs what a crash left behind.
            guard try store.snapshot(of: id) != nil else { return [] }
            var log: [TicketEvent] = []
            while true {
                let page = try store.events(of: id, after: log.count, limit: 1000)
                log += page
                if page.count < 1000 { return log }
            }
        }
    }

    func append(_ events: [TicketEvent], to log: [TicketEvent]) throws(FollowError) {
        var snapshot = Ticket.fold(log)
        var all = log
        for part in events.parts(countMax: AdoptedEvents.countMax, bytesMax: 4 << 20) {
            var batch = StoreBatch()
            for var event in part {
                if let opening = event.created {
                    event = event.numbered(
                        try reporting { () throws(StoreError) in
                            try free(opening.number)
                        })
                }
                guard let next = snapshot?.applying(event) ?? event.created else { return }
                snapshot = next
                all.append(event)
                batch.events.append(event)
                batch.statistics.note(event, next)
                if let redaction = event.redaction, let mark = event.mark,
                    let target = all.first(where: { $0.seq == redaction.seq })
                {
                    batch.rewrites.append(target.redacted(mark))
                }
            }
            if let snapshot { batch.snapshots = [snapshot] }
            if let ticket = part.first?.ticket {
                for person in AdoptedEvents(ticket: ticket, events: part).people
                where knownPeople.insert(person.id).inserted {
                    batch.people.append(person)
                }
            }
            let full = batch
            try reporting { () throws(StoreError) in try store.commitPeopleFirst(full) }
        }
    }

    func note(lagSeconds: Double?) {}

    private func free(_ wanted: Int) throws(StoreError) -> Int {
        if wanted > 0, try store.ticketID(number: wanted) == nil { return wanted }
        return max(1000, try store.highestNumber()) + 1
    }

    private func reporting<Value>(
        _ work: () throws(StoreError) -> Value
    ) throws(FollowError) -> Value {
        do throws(StoreError) {
            return try work()
        } catch {
            switch error {
            case .conflict: throw .stale
            case .corrupt: throw .refused(error.description)
            default: throw .away(error.description)
            }
        }
    }
}

extension [TicketEvent] {
    /// In their order, cut where a part would be too large. One event is never cut.
    func parts(countMax: Int, bytesMax: Int) -> [[TicketEvent]] {
        var parts: [[TicketEvent]] = []
        var bytes = 0
        for event in self {
            let size = 1000 + (event.message?.body.utf8.count ?? 0)
            if let last = parts.last, last.count < countMax, bytes + size <= bytesMax {
                parts[parts.count - 1].append(event)
                bytes += size
            } else {
                parts.append([event])
                bytes = size
            }
        }
        return parts
    }
}
