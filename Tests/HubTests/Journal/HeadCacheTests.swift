// Two generations of heads: bounded, and what is used stays.

import Testing
import Tickets

@testable import Hub

@Suite struct HeadCacheTests {
    private func heads(_ count: Int) throws -> [HeadBox] {
        try (0..<count).map { try Story(number: 1000 + $0).head }
    }

    @Test func `finds what was put in, as the same box`() throws {
        var cache = HeadCache(generationMax: 4)
        let head = try heads(1)[0]
        cache.insert(head)
        #expect(cache[head.ticket.id] === head)
        cache.remove(head.ticket.id)
        #expect(cache[head.ticket.id] == nil)
    }

    @Test func `a newer head takes the place of the older, in either generation`() throws {
        var cache = HeadCache(generationMax: 2)
        var story = try Story()
        cache.insert(story.head)
        for head in try heads(2) { cache.insert(head) }
        try story.send(.say("more"), by: .clara)
        cache.insert(story.head)
        #expect(cache[story.id]?.ticket.seq == 2)
        cache.remove(story.id)
        #expect(cache[story.id] == nil, "the old generation must not bring it back")
    }

    @Test func `forgets what nobody asked for over two generations`() throws {
        var cache = HeadCache(generationMax: 2)
        let all = try heads(6)
        for head in all { cache.insert(head) }
        #expect(cache[all[0].ticket.id] == nil)
        #expect(cache[all[5].ticket.id] === all[5])
    }

    @Test func `what is asked for survives`() throws {
        var cache = HeadCache(generationMax: 2)
        let all = try heads(20)
        cache.insert(all[0])
        for head in all.dropFirst() {
            cache.insert(head)
            #expect(cache[all[0].ticket.id] === all[0])
        }
    }
}
