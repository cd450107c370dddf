// Notification entries during an erasure.

import Outbox
import SQLiteStore
import TestSupport
import Testing
import Text
import Tickets

@testable import Hub

@Suite struct NotificationWriterTests {
    /// The event still has their name, which would be written after its removal everywhere else.
    @Test func `events of an author during their erasure are published when it is over`() throws {
        let folder = try TemporaryFolder()
        let opener = SQLiteStoreOpener(path: "\(folder.path)/hub.db")
        let story = try Story(by: .clara)
        let event = try #require(story.events.first)
        var batch = story.batch
        batch.outbox = [
            OutboxEntry(
                target: .people, ticket: story.id, seq: 1, at: event.at,
                recipients: [Recipient(person: .tess, kind: .created)])
        ]
        try opener.openStore().commit(batch)
        let outbox = try opener.openOutbox()
        var writer = NotificationWriter(
            settings: OutboxSettings(), techniciansReachAll: true, store: outbox)
        let now = event.at.advanced(byMilliseconds: 1000)
        func take(_ now: Timestamp) throws -> [LeasedEntry] {
            try outbox.take(
                .people, now: now, leasedUntil: now.advanced(byMilliseconds: 30_000), limit: 8)
        }
        writer.forget(Person.clara.id)
        let taken = try take(now)
        let made = try writer.write(taken, now: now)
        #expect(made.notifications.isEmpty)
        guard case .postponed(let until, let reason) = try #require(made.deliveries.first) else {
            return #expect(Bool(false), "it has another time")
        }
        let leased = try #require(taken.first)
        _ = try outbox.settle(
            [OutboxResult(leased, .retry(at: until, reason: reason))], now: now)
        writer.mayComeAgain(Person.clara.id)
        let later = now.advanced(byMilliseconds: 1000)
        #expect(try writer.write(take(later), now: later).notifications.map(\.person) == ["t1"])
    }
}
