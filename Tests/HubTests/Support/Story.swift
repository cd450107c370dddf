// A conversation and its publications.

import TestSupport
import Testing
import Tickets

@testable import Hub

struct Story {
    private var conversation: Conversation
    private(set) var snapshot: TicketSnapshot
    private(set) var publications: [Publication]

    var id: TicketID { snapshot.ticket.id }
    var events: [TicketEvent] { publications.map(\.event) }

    init(
        _ new: NewTicket = .about("Printer"), by author: Person = .clara, number: Int = 1042,
        at now: Timestamp = .start
    ) throws {
        try self.init(Conversation(new, by: author, number: number, at: now))
    }

    init(_ conversation: Conversation) throws {
        self.conversation = conversation
        snapshot = TicketSnapshot(try #require(conversation.events.first?.created))
        publications = [Publication(conversation.events[0], before: nil, snapshot: snapshot)]
        for event in conversation.events.dropFirst() { publish(event) }
    }

    var now: Timestamp { conversation.now }

    /// Applies the event of the command.
    @discardableResult
    mutating func send(_ edit: TicketEdit, by person: Person) throws -> Publication {
        let event = try conversation.send(edit, by: person)
        return publish(try #require(event))
    }

    /// Applies the clock events that are due now.
    @discardableResult
    mutating func ring() throws -> Publication {
        let event = conversation.ring()
        return publish(try #require(event))
    }

    mutating func wait(minutes: Int64) { conversation.wait(minutes: minutes) }

    /// The whole story as a batch for a store.
    var batch: StoreBatch {
        var batch = StoreBatch()
        batch.events = events
        batch.snapshots = [snapshot.ticket]
        batch.people = Person.everybody
        return batch
    }

    @discardableResult
    private mutating func publish(_ event: TicketEvent) -> Publication {
        let before = snapshot
        snapshot = before.applying(event)
        let publication = Publication(event, before: before, snapshot: snapshot)
        publications.append(publication)
        return publication
    }
}
