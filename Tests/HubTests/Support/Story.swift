// One ticket and its publications, made by the real rules at times that the test chooses.

import Testing
import Tickets

@testable import Hub

struct Story {
    private(set) var snapshot: TicketSnapshot
    private(set) var publications: [Publication]
    var now: Timestamp

    var id: TicketID { snapshot.ticket.id }
    var events: [TicketEvent] { publications.map(\.event) }

    init(
        _ new: NewTicket = .about("Printer"), by author: Person = .clara, number: Int = 1042,
        at now: Timestamp = .start
    ) throws {
        self.now = now
        let event = try Self.rules(at: now).create(
            new, number: number, by: author.caller, key: nil, fingerprint: 0)
        snapshot = TicketSnapshot(try #require(event.created))
        publications = [Publication(event, before: nil, snapshot: snapshot)]
    }

    /// Applies the event of the command.
    @discardableResult
    mutating func send(_ edit: TicketEdit, by person: Person) throws -> Publication {
        let caller = Caller(person: person, reachesAllTickets: true)
        let event = try Self.rules(at: now).decide(
            edit, on: snapshot.ticket, by: caller, key: nil, fingerprint: 0)
        return append(try #require(event))
    }

    /// Applies the clock events that are due at `now`.
    @discardableResult
    mutating func ring() throws -> Publication {
        append(try #require(Self.rules(at: now).decideAlarm(on: snapshot.ticket)))
    }

    mutating func wait(minutes: Int64) { now = now.advanced(byMilliseconds: minutes * 60_000) }

    /// The whole story as a batch for a store.
    var batch: StoreBatch {
        var batch = StoreBatch()
        batch.events = events
        batch.snapshots = [snapshot.ticket]
        batch.people = Person.everybody
        return batch
    }

    private mutating func append(_ event: TicketEvent) -> Publication {
        let before = snapshot
        snapshot = TicketSnapshot(before.ticket.applying(event))
        let publication = Publication(event, before: before, snapshot: snapshot)
        publications.append(publication)
        return publication
    }

    private static func rules(at now: Timestamp) -> TicketRules {
        TicketRules(policy: SLAPolicy(), limits: ContentLimits(), now: now) { id in
            Person.everybody.first { $0.id == id }
        }
    }
}
