// The events that a ticket's history shows.

import TestSupport
import Testing
import Tickets

@testable import Hub

@Suite struct TicketDetailTests {
    @Test func `history and detail keep to the audience's events`() throws {
        let conversation = try Conversation.withInternalFacts()
        let forClients = conversation.events.filter {
            $0.isVisible(to: .client) && $0.belongsToHistory(for: .client)
        }
        #expect(forClients.map(\.seq) == [1, 3, 7])
        let forStaff = conversation.events.filter { $0.belongsToHistory(for: .staff) }
        #expect(forStaff.map(\.seq).prefix(8) == [1, 2, 3, 4, 5, 6, 7, 8])
    }
}
