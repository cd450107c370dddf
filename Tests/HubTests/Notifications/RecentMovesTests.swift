// A notification in transit is not shown to a reader who has lost the ticket.

import TestSupport
import Testing
import Tickets

@testable import Hub

@Suite struct RecentMovesTests {
    @Test func `removed tickets are mentioned only to viewers who may have seen them`() throws {
        var moves = RecentMoves()
        var story = try Story()
        #expect(moves.letPass(story.id, to: Person.theo.caller), "nothing is known of it")
        moves.note(try story.send(.act(.take), by: .tess).snapshot)
        #expect(!moves.letPass(story.id, to: Person.theo.caller))
        #expect(moves.letPass(story.id, to: Person.tess.caller))
        moves.note(try story.send(.act(.release), by: .tess).snapshot)
        #expect(moves.letPass(story.id, to: Person.theo.caller))
    }

    @Test func `what it remembers is bounded, and the newest is in it`() throws {
        var moves = RecentMoves()
        var story = try Story()
        for number in 0...RecentMoves.countMax {
            story = try Story(number: 2000 + number)
            moves.note(try story.send(.act(.take), by: .tess).snapshot)
        }
        #expect(!moves.letPass(story.id, to: Person.theo.caller))
    }
}
