// Actions: every action in every status, by the ticket's technician and by others.

import TestSupport
import Testing
import Text
import Tickets

private enum Outcome: Equatable {
    /// Accepted, and nothing to do.
    case nothing
    case refused(TicketRejection.Code)
    case becomes(Status, Person?)
}

/// One row of the tables below: outcomes on an open, in progress, waiting, resolved, closed ticket.
private typealias Row = (action: TicketAction, outcomes: [Outcome])

struct TicketActionTests {
    private func check(_ rows: [Row], heldBy holder: Person?, by person: Person) throws {
        for row in rows {
            #expect(row.outcomes.count == Status.allCases.count)
            for (status, expected) in zip(Status.allCases, row.outcomes) {
                var conversation = try Conversation(status, heldBy: holder)
                let outcome: Outcome
                if let refusal = conversation.refusal(of: .act(row.action), by: person) {
                    #expect(refusal.field == "action")
                    outcome = .refused(refusal.code)
                } else if try conversation.send(.act(row.action), by: person) == nil {
                    outcome = .nothing
                } else {
                    outcome = .becomes(
                        conversation.snapshot.status, conversation.snapshot.assignedTo)
                }
                #expect(outcome == expected, "\(row.action) on \(status) by \(person.name)")
            }
        }
    }

    @Test func `shows staff an unassigned ticket`() throws {
        let rows: [Row] = [
            (
                .take,
                [
                    .becomes(.inProgress, .tess), .becomes(.inProgress, .tess),
                    .becomes(.waiting, .tess), .becomes(.resolved, .tess),
                    .refused(.ticketClosed),
                ]
            ),
            (.release, [.nothing, .becomes(.open, nil), .becomes(.open, nil), .nothing, .nothing]),
            (
                .reopen,
                [.nothing, .nothing, .nothing, .becomes(.open, nil), .becomes(.open, nil)]
            ),
        ]
        try check(rows + endings(heldBy: nil), heldBy: nil, by: .tess)
    }

    @Test(arguments: [Person.tess, .ada])
    func `staff on a ticket that a technician has`(person: Person) throws {
        let took: Row = (
            .take,
            person == .tess
                ? [
                    .becomes(.inProgress, .tess), .nothing, .nothing, .nothing,
                    .refused(.ticketClosed),
                ] : Array(repeating: .refused(.alreadyTaken), count: 5)
        )
        let rows: [Row] = [
            took,
            (
                .release,
                [
                    .becomes(.open, nil), .becomes(.open, nil), .becomes(.open, nil),
                    .becomes(.resolved, nil), .becomes(.closed, nil),
                ]
            ),
            (
                .reopen,
                [
                    .nothing, .nothing, .nothing, .becomes(.inProgress, .tess),
                    .becomes(.inProgress, .tess),
                ]
            ),
        ]
        try check(rows + endings(heldBy: .tess), heldBy: .tess, by: person)
    }

    /// Cases that depend neither on the technician nor on the acting staff member.
    private func endings(heldBy holder: Person?) -> [Row] {
        let resolved = Outcome.becomes(.resolved, holder)
        let closed = Outcome.becomes(.closed, holder)
        let waiting = Outcome.becomes(.waiting, holder)
        return [
            (.resolve, [resolved, resolved, resolved, .nothing, .refused(.ticketClosed)]),
            (.close, [closed, closed, closed, closed, .nothing]),
            (.wait, [waiting, waiting, .nothing, waiting, .refused(.ticketClosed)]),
        ]
    }

    @Test(arguments: [nil, Person.tess])
    func `a client on their own ticket`(holder: Person?) throws {
        let resolved = Outcome.becomes(.resolved, holder)
        let reopened = Outcome.becomes(holder == nil ? .open : .inProgress, holder)
        let forbidden = Array(repeating: Outcome.refused(.forbidden), count: 5)
        let rows: [Row] = [
            (.take, forbidden), (.release, forbidden), (.close, forbidden), (.wait, forbidden),
            (.resolve, [resolved, resolved, resolved, .nothing, .refused(.ticketClosed)]),
            (.reopen, [.nothing, .nothing, .nothing, reopened, .refused(.ticketClosed)]),
        ]
        try check(rows, heldBy: holder, by: .clara)
    }

    @Test func `taking is one event with both changes`() throws {
        var conversation = try Conversation()
        let event = try conversation.send(.act(.take), by: .tess)
        #expect(
            event?.changes == [
                .assignedTo(from: nil, to: .tess), .status(from: .open, to: .inProgress),
            ])
        #expect(event?.kind == .change)
        #expect(event?.cause == .user)
    }

    @Test func `an action and the field that it moves exclude each other`() throws {
        let conversation = try Conversation()
        let twice = TicketEdit.act(.resolve).and { $0.status = .closed }
        #expect(conversation.refusal(of: twice, by: .tess)?.code == .badRequest)
        #expect(conversation.refusal(of: twice, by: .tess)?.field == "status")
        let give = TicketEdit.act(.take).and { $0.assignedTo = .person("t2") }
        #expect(conversation.refusal(of: give, by: .tess)?.field == "assignedTo")
    }

    @Test func `an action goes with a message and other fields in one event`() throws {
        var conversation = try Conversation(.inProgress, heldBy: .tess)
        let edit = TicketEdit.say("Done.").and(.resolve).and { $0.tags = ["paper"] }
        let event = try conversation.send(edit, by: .tess)
        #expect(event?.kind == .message)
        #expect(event?.changes.map(\.field) == [.status, .tags])
        #expect(conversation.snapshot.status == .resolved)
        #expect(conversation.snapshot.activity.messageCount == 1)
    }

    @Test func `a client's last words do not reopen what they resolve`() throws {
        var conversation = try Conversation(.waiting, heldBy: .tess)
        let event = try conversation.send(.say("Works, thanks.").and(.resolve), by: .clara)
        #expect(event?.changes == [.status(from: .waiting, to: .resolved)])
        let again = try conversation.send(.say("Really.").and(.resolve), by: .clara)
        #expect(again?.changes == [])
        #expect(conversation.snapshot.status == .resolved)
        #expect(conversation.snapshot.reopenCount == 0)
    }
}
