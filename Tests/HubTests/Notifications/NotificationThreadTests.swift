// The end of the thread that makes notifications.

import Outbox
import Reactor
import SQLiteStore
import TestSupport
import Testing
import Tickets

@testable import Hub

@Suite struct NotificationThreadTests {
    /// More than one lease takes.
    private static let count = 450

    private func waiting(afterStopWith lastDeliveriesMs: Int64) throws -> Int {
        let folder = try TemporaryFolder()
        let opener = SQLiteStoreOpener(path: "\(folder.path)/hub.db")
        var story = try Story(by: .clara)
        for number in 1..<Self.count {
            var edit = TicketEdit()
            edit.draft = Draft(body: "line \(number)")
            try story.send(edit, by: .clara)
        }
        var batch = story.batch
        batch.outbox = story.events.map { event in
            OutboxEntry(
                target: .people, ticket: story.id, seq: event.seq, at: event.at,
                recipients: [Recipient(person: .tess, kind: .created)])
        }
        try opener.openStore().commit(batch)
        let context = try HubContext.forTests()
        let outbox = try opener.openOutbox()
        let thread = NotificationThread(context: context, store: outbox)
        thread.lastDeliveriesMs = lastDeliveriesMs
        context.notifications.post(.ring)
        context.notifications.post(.stop)
        thread.run()
        return try outbox.depths().reduce(0) { $0 + ($1.state == .waiting ? $1.count : 0) }
    }

    /// A hub that is behind ends in time all the same.
    @Test func `a stop leaves what is due to the next start`() throws {
        #expect(try waiting(afterStopWith: 0) == Self.count)
    }

    @Test func `what is made in a moment is made before the stop`() throws {
        #expect(try waiting(afterStopWith: 60_000) == 0)
    }
}
