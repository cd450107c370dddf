// Erasures between the journal's batches: who is refused meanwhile, what is published, what is
// resumed.

import Reactor
import TestSupport
import Testing
import Text
import Tickets

@testable import Hub

@Suite struct JournalErasureTests {
    private func ask(_ bench: JournalBench, redacts: Bool) {
        bench.context.journal.post(
            .erase(
                ErasureRequest(
                    person: Person.clara.id, redactsMessages: redacts, by: .ada,
                    reason: "asked for"),
                ReplyAddress(worker: 1, request: RequestID(rawValue: 7))))
    }

    private func isErased(_ bench: JournalBench) throws -> Bool {
        try bench.store.erasures().allSatisfy { $0.person == nil }
    }

    /// Does the notification thread's part, for as many turns as needed.
    private func finish(_ bench: JournalBench) throws {
        bench.context.journal.post(.notificationsForgot(Person.clara.id))
        for _ in 0..<100 {
            if try isErased(bench) { return }
            bench.runOnce()
        }
        Issue.record("the erasure does not end")
    }

    @Test func `commands are refused during an erasure, then the id is a new person`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        _ = try bench.run(.edit(id, .say("hunter2"), by: .clara, key: "k"))
        ask(bench, redacts: false)
        bench.runOnce()
        #expect(try !isErased(bench), "The notice thread has not let go yet.")
        #expect(bench.context.directory.person(Person.clara.id) == nil)
        #expect(try bench.run(.edit(id, .say("more"), by: .clara)).refusal?.code == .unauthorized)
        #expect(try bench.run(.create(.about("x"), by: .clara)).refusal?.code == .unauthorized)
        #expect(try bench.run(.edit(id, .say("the desk goes on"), by: .tess)).decided != nil)
        try finish(bench)
        let stored = try bench.stored(id)
        #expect(stored.map(\.by.isErased) == [true, true, false])
        #expect(stored[1].message?.body == "hunter2" && stored[1].key == nil)
        let snapshot = try #require(try bench.store.snapshot(of: id))
        #expect(snapshot == Ticket.fold(stored) && snapshot.client.name == Person.erasedName)
        // The id is somebody new: neither their ticket nor their key is known.
        #expect(try bench.run(.edit(id, .say("again"), by: .clara)).refusal?.code == .notFound)
        #expect(try bench.create().id != id)
        let edited = try #require(try bench.run(.edit(id, .say("on"), by: .tess)).decided)
        #expect(edited.snapshot.ticket.client == snapshot.client, "No old head was kept.")
    }

    @Test func `their messages go by events of their own, and a restart goes on`() throws {
        let bench = try JournalBench()
        let id = try bench.create().id
        for number in 0..<120 {
            _ = try bench.run(.edit(id, .say("hunter\(number)"), by: .clara))
        }
        ask(bench, redacts: true)
        bench.runOnce()
        #expect(try !isErased(bench))
        let resumed = try bench.restarted()
        try finish(resumed)
        let stored = try resumed.stored(id)
        #expect(stored.count == 242, "121 events and as many redactions.")
        let left = stored.prefix(121).filter { !$0.isRedacted }
        #expect(left.isEmpty)
        let snapshot = try resumed.store.snapshot(of: id)
        #expect(snapshot == Ticket.fold(stored))
        let published = bench.published + resumed.published
        let redactions = published.filter { $0.event.kind == .redaction }
        #expect(redactions.count == 121)
    }
}
