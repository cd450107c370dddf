// Two generations of snapshots: bounded, and used snapshots stay.

import TestSupport
import Testing
import Tickets

@testable import Hub

@Suite struct SnapshotCacheTests {
    private func snapshots(_ count: Int) throws -> [TicketSnapshot] {
        try (0..<count).map { try Story(number: 1000 + $0).snapshot }
    }

    @Test func `finds what was put in, as the same box`() throws {
        var cache = SnapshotCache(generationMax: 4)
        let snapshot = try snapshots(1)[0]
        cache.insert(snapshot)
        #expect(cache[snapshot.ticket.id] === snapshot)
        cache.remove(snapshot.ticket.id)
        #expect(cache[snapshot.ticket.id] == nil)
    }

    @Test func `a newer snapshot takes the place of the older, in either generation`() throws {
        var cache = SnapshotCache(generationMax: 2)
        var story = try Story()
        cache.insert(story.snapshot)
        for snapshot in try snapshots(2) { cache.insert(snapshot) }
        try story.send(.say("more"), by: .clara)
        cache.insert(story.snapshot)
        #expect(cache[story.id]?.ticket.seq == 2)
        cache.remove(story.id)
        #expect(cache[story.id] == nil, "the old generation must not bring it back")
    }

    @Test func `forgets what was not requested for two generations`() throws {
        var cache = SnapshotCache(generationMax: 2)
        let all = try snapshots(6)
        for snapshot in all { cache.insert(snapshot) }
        #expect(cache[all[0].ticket.id] == nil)
        #expect(cache[all[5].ticket.id] === all[5])
    }

    @Test func `what is asked for survives`() throws {
        var cache = SnapshotCache(generationMax: 2)
        let all = try snapshots(20)
        cache.insert(all[0])
        for snapshot in all.dropFirst() {
            cache.insert(snapshot)
            #expect(cache[all[0].ticket.id] === all[0])
        }
    }
}
