// Reading one ticket in every store: pages, read marks, checks.

import TestSupport
import Testing
import Text
import Tickets

@Suite struct ReaderContractTests {
    @Test(arguments: StoreUnderTest.all)
    func `a page is the slice that its audience sees`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        let id = try journal.holdMixedConversation(count: 10)
        let log = try #require(journal.logs[id])
        try kind.open { opener in
            try opener.openStore().commit(journal.takeBatch())
            let reader = try opener.openReader()
            for audience in Audience.allCases {
                let visible = log.filter { $0.isVisible(to: audience) }
                for limit in 1...11 {
                    for slice in Self.slices(upTo: 11) {
                        let page = try #require(
                            try reader.page(
                                of: id, EventQuery(slice, limit: limit, audience: audience)))
                        let expected = Self.events(of: slice, limit, in: visible)
                        let isExpected =
                            page.events == expected.events && page.more == expected.more
                            && page.snapshot == journal.snapshots[id]
                        #expect(isExpected, "\(slice), \(limit), for \(audience)")
                    }
                }
            }
        }
    }

    private static func slices(upTo seq: Int) -> [EventQuery.Slice] {
        [.newest] + (0...seq).map { .after($0) } + (0...seq).map { .before($0) }
            + [.after(.max), .before(.max), .after(-1), .before(-1)]
    }

    private static func events(
        of slice: EventQuery.Slice, _ limit: Int, in visible: [TicketEvent]
    ) -> (events: [TicketEvent], more: Bool) {
        switch slice {
        case .newest: (visible.suffix(limit), visible.count > limit)
        case .after(let seq):
            (
                Array(visible.filter { $0.seq > seq }.prefix(limit)),
                visible.count { $0.seq > seq } > limit
            )
        case .before(let seq):
            (visible.filter { $0.seq < seq }.suffix(limit), visible.count { $0.seq < seq } > limit)
        }
    }

    // MARK: 256 KiB

    private static let pageBytes = 256 * 1024

    @Test(arguments: StoreUnderTest.all)
    func `a page ends at 256 KiB, and the next goes on from there`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        let id = try journal.create().id
        for letter in "abcdefghijklmnopqrstuvwxyzabcdefghijklmn" {
            try journal.say(String(repeating: letter, count: 16 * 1024), on: id)
        }
        try kind.open { opener in
            try opener.openStore().commit(journal.takeBatch())
            let reader = try opener.openReader()
            #expect(try Self.walk(reader, id, forwards: true) == journal.logs[id])
            #expect(try Self.walk(reader, id, forwards: false) == journal.logs[id])
        }
    }

    /// The whole log, page by page.
    private static func walk(
        _ reader: any TicketReader, _ id: TicketID, forwards: Bool
    ) throws -> [TicketEvent] {
        var log: [TicketEvent] = []
        var slice = forwards ? EventQuery.Slice.after(0) : .newest
        for _ in 1...20 {
            let page = try #require(
                try reader.page(of: id, EventQuery(slice, limit: 500, audience: .client)))
            log = forwards ? log + page.events : page.events + log
            let bytes = page.events.compactMap { $0.message?.body.utf8.count }.reduce(0, +)
            #expect(bytes <= pageBytes)
            guard page.more else { return log }
            #expect(bytes > pageBytes * 3 / 4, "A page that says “more” is nearly full.")
            slice = forwards ? .after(log.last?.seq ?? 0) : .before(log.first?.seq ?? 0)
        }
        Issue.record("The pages do not end.")
        return log
    }

    @Test(arguments: StoreUnderTest.all)
    func `an event longer than a page is a page`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        journal.limits.bodyBytes = 1 << 20
        let id = try journal.create().id
        for _ in 1...3 { try journal.say(String(repeating: "x", count: 300_000), on: id) }
        let log = try #require(journal.logs[id])
        try kind.open { opener in
            try opener.openStore().commit(journal.takeBatch())
            let reader = try opener.openReader()
            func page(_ slice: EventQuery.Slice) throws -> EventPage? {
                try reader.page(of: id, EventQuery(slice, limit: 50, audience: .staff))
            }
            let newest = try page(.newest)
            #expect(newest?.events == [log[3]] && newest?.more == true)
            let next = try page(.after(1))
            #expect(next?.events == [log[1]] && next?.more == true)
            let last = try page(.after(3))
            #expect(last?.events == [log[3]] && last?.more == false)
        }
    }

    // MARK: Read marks

    @Test(arguments: StoreUnderTest.all)
    func `read marks only move forward`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        let id = try journal.holdMixedConversation(count: 9)
        let other = try journal.create().id
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            let reader = try opener.openReader()
            for (seq, expected) in [(5, 5), (3, 5), (5, 5), (9, 9), (1, 9)] {
                var batch = StoreBatch()
                batch.reads = [
                    ReadMark(ticket: id, person: "theo", seq: seq),
                    ReadMark(ticket: id, person: "carl", seq: 2),
                    ReadMark(ticket: other, person: "theo", seq: 1),
                ]
                try store.commit(batch)
                let page = try reader.page(of: id, .init(.newest, limit: 1, audience: .client))
                #expect(
                    Set(page?.reads ?? []) == [
                        ReadMark(ticket: id, person: "theo", seq: expected),
                        ReadMark(ticket: id, person: "carl", seq: 2),
                    ])
            }
        }
    }

    // MARK: Check and repair

    @Test(arguments: StoreUnderTest.all)
    func `a check sees every log and stored snapshot, and repair writes snapshots`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = InMemoryJournal()
        var random = SeededGenerator(seed: 5)
        try journal.holdRandomConversations(count: 30, &random)
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            let behind = try #require(journal.tickets.first { $0.status != .closed })
            try journal.say("Head lost", on: behind.id)
            let headless = try journal.create(tags: ["vip"]).id
            try store.commit(journal.takeBatchWithoutSnapshots())

            var stored = journal.snapshots
            stored[behind.id] = behind
            stored[headless] = nil
            let reader = try opener.openReader()
            #expect(try Self.visited(reader, journal) == stored)

            let snapshots = [behind.id, headless].compactMap { journal.snapshots[$0] }
            try opener.repair(snapshots)
            #expect(try Self.visited(reader, journal) == journal.snapshots)
            #expect(
                try store.ticketID(number: #require(journal.snapshots[headless]).number) == headless
            )
            var query = TicketQuery(caller: .hub, sort: .createdAt, limit: 200)
            query.filter.tag = ["vip"]
            #expect(try reader.tickets(query).tickets.contains { $0.id == headless })
        }
    }

    /// The stored snapshots; also checks that all logs equal the journal's.
    private static func visited(
        _ reader: any TicketReader, _ journal: InMemoryJournal
    ) throws -> [TicketID: Ticket] {
        var ids: [TicketID] = []
        var snapshots: [TicketID: Ticket] = [:]
        try reader.visitLogs { id, snapshot, log throws(StoreError) in
            ids.append(id)
            snapshots[id] = snapshot
            #expect(log == journal.logs[id])
        }
        #expect(ids == journal.tickets.map(\.id))
        return snapshots
    }
}
