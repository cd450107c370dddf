// What a stored notification has to say by its event.

import TestSupport
import Testing
import Text
import Tickets

@Suite struct NotificationCorrectionTests {
    private static let rules = NotificationRules(staff: [.tess, .theo, .ada]) { id in
        Person.everybody.first { $0.id == id }
    }

    /// Every notification of the newest event, as a hub writes them.
    private func notifications(of talk: Conversation) throws -> [TicketNotification] {
        let event = try #require(talk.events.last)
        return Self.rules.recipients(of: event, snapshot: talk.snapshot).filter { !$0.isMailOnly }
            .map {
                TicketNotification(
                    serial: 1, recipient: $0, event: event, snapshot: talk.snapshot,
                    as: $0.audience)
            }
    }

    private func corrected(
        _ notification: TicketNotification, by talk: Conversation, isKnown: Bool = true
    ) throws -> TicketNotification? {
        notification.corrected(
            by: try #require(talk.events.last), after: talk.snapshot, ref: notification.ref,
            isKnown: isKnown)
    }

    /// As stored with another kind or for another person.
    private func changed(
        _ notification: TicketNotification, kind: NotificationKind? = nil, person: ExactText? = nil
    ) throws -> TicketNotification {
        try TicketNotification(
            serial: 1, person: person ?? notification.person,
            kind: (kind ?? notification.kind).rawValue, ticket: notification.ticket,
            seq: notification.seq, at: notification.at, isInternal: notification.isInternal,
            isRead: false, record: notification.record)
    }

    @Test func `what a hub writes is right`() throws {
        var talk = try Conversation(.inProgress, heldBy: .tess)
        try talk.send(.set { $0.watchers = [Person.theo.id] }, by: .ada)
        for body in ["Hello", "Hello too"] {
            try talk.send(.say(body), by: .clara)
            #expect(!(try notifications(of: talk)).isEmpty)
            for one in try notifications(of: talk) { #expect(try corrected(one, by: talk) == one) }
        }
        let created = try Conversation()
        for one in try notifications(of: created) {
            #expect(try corrected(one, by: created) == one)
        }
    }

    @Test func `another kind becomes the one that the event has for the person`() throws {
        var talk = try Conversation(.inProgress, heldBy: .tess)
        try talk.send(.say("Hello"), by: .clara)
        let right = try #require(try notifications(of: talk).first { $0.person == Person.tess.id })
        for kind in NotificationKind.allCases {
            #expect(try corrected(try changed(right, kind: kind), by: talk) == right)
        }
    }

    @Test func `a person whom the event does not concern is told nothing`() throws {
        var talk = try Conversation(.inProgress, heldBy: .tess)
        try talk.send(.say("Hello"), by: .clara)
        let right = try #require(try notifications(of: talk).first)
        for person in [Person.theo.id, "ghost"] {
            #expect(try corrected(try changed(right, person: person), by: talk) == nil)
        }
        // A new ticket is for all staff, whom the store knows.
        let created = try Conversation()
        let one = try changed(try #require(try notifications(of: created).first), person: "ghost")
        #expect(try corrected(one, by: created, isKnown: false) == nil)
        #expect(try corrected(one, by: created) != nil)
    }
}
