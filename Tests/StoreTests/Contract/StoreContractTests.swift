// Writing in every store: batches, keys, snapshots, alarms.

import TestSupport
import Testing
import Text
import Tickets

@Suite struct StoreContractTests {
    @Test(arguments: StoreUnderTest.all)
    func `an empty store has nothing`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            let reader = try opener.openReader()
            let id = TicketID(high: 1, low: 2)
            #expect(try store.snapshot(of: id) == nil)
            #expect(try store.ticketID(number: 1) == nil)
            #expect(try store.highestNumber() == 0)
            #expect(try store.events(for: [.init(author: "a", ticket: nil, key: "k")]).isEmpty)
            #expect(try store.events(of: id, after: 0, limit: 10).isEmpty)
            #expect(try store.alarms().isEmpty)
            #expect(try store.people().isEmpty)
            #expect(try reader.page(of: id, .init(.newest, limit: 10, audience: .staff)) == nil)
            #expect(try reader.projects(for: .hub).isEmpty)
            let page = try reader.tickets(TicketQuery(caller: .hub, sort: .urgency, limit: 50))
            #expect(page.tickets.isEmpty && page.next == nil)
            #expect(page.counts.values.allSatisfy { $0 == 0 })
            try reader.visitLogs { id, _, _ throws(StoreError) in
                Issue.record("An empty store has no ticket \(id).")
            }
            try reader.ping()
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `events and snapshots come back as they were`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        let id = try journal.holdEveryKindOfEvent()
        let log = try #require(journal.logs[id])
        let fields = Set(log.flatMap { $0.changes.map(\.field) })
        #expect(fields == Set(TicketField.allCases), "All fields are in the history: \(fields)")
        #expect(Set(log.map(\.kind)).count == 4)
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            // A second opening sees the file or server alone, nothing that is kept in memory.
            for store in [store, try opener.openStore()] {
                #expect(try store.events(of: id, after: 0, limit: 100) == log)
                #expect(try store.snapshot(of: id) == journal.snapshots[id])
            }
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a log is read from any seq, up to a limit`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        let id = try journal.holdMixedConversation(count: 6)
        let log = try #require(journal.logs[id])
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            for seq in 0...7 {
                for limit in [0, 1, 5, 6, 7] {
                    let slice = Array(log.filter { $0.seq > seq }.prefix(limit))
                    #expect(try store.events(of: id, after: seq, limit: limit) == slice)
                }
            }
        }
    }

    // MARK: Conflicts

    @Test(arguments: StoreUnderTest.all)
    func `a seq is used once, and the loser writes nothing`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        let id = try journal.create().id
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            try journal.say("First", on: id)
            let winner = journal.takeBatch()
            try store.commit(winner)
            let rival = try #require(winner.events.first)
            let other = try InMemoryJournal.with { try $0.create(by: InMemoryJournal.otherClient) }

            var loser = StoreBatch()
            loser.events = [rival] + other.events
            loser.snapshots = other.snapshots
            loser.people = [InMemoryJournal.admin]
            loser.reads = [ReadMark(ticket: id, person: "carl", seq: 2)]
            #expect(conflicts { () throws(StoreError) in try store.commit(loser) })

            let unwritten = try #require(other.events.first)
            #expect(try store.events(of: id, after: 0, limit: 9) == journal.logs[id])
            #expect(try store.snapshot(of: unwritten.ticket) == nil)
            #expect(try store.people().isEmpty)
            let page = try opener.openReader().page(
                of: id, .init(.newest, limit: 9, audience: .staff))
            #expect(page?.reads == [])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a key is taken once by an author on a ticket`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        let id = try journal.create().id
        let elsewhere = try journal.create().id
        try journal.say("One", on: id, key: "k")
        try journal.say("By another author", on: id, by: InMemoryJournal.otherTech, key: "k")
        try journal.say("On another ticket", on: elsewhere, key: "k")
        try journal.say("Without a key", on: id)
        try journal.say("Without a key again", on: id)
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            try journal.say("Two", on: id, key: "k")
            let loser = journal.takeBatch()
            #expect(conflicts { () throws(StoreError) in try store.commit(loser) })
            #expect(try store.snapshot(of: id)?.seq == 5)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `the keys of create are the author's own, apart from those of tickets`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = InMemoryJournal()
        let id = try journal.create(key: "k").id
        try journal.create(by: InMemoryJournal.otherClient, key: "k")
        try journal.say(
            "The same key, on the ticket that it made", on: id, by: InMemoryJournal.client, key: "k"
        )
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            #expect(try store.snapshot(of: id)?.seq == 2)
            try journal.create(key: "k")
            let loser = journal.takeBatch()
            #expect(conflicts { () throws(StoreError) in try store.commit(loser) })
            #expect(try store.snapshot(of: #require(loser.events.first).ticket) == nil)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `events are found by their keys`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        let id = try journal.create(key: "k").id
        try journal.say("One", on: id, key: "k")
        try journal.say("Two", on: id, by: InMemoryJournal.client, key: "k")
        let elsewhere = try journal.create(key: "l").id
        let log = try #require(journal.logs[id])
        let created = try #require(journal.logs[elsewhere]).first
        let expected = [
            CommandKey(author: "carl", ticket: nil, key: "k"): log[0],
            CommandKey(author: "theo", ticket: id, key: "k"): log[1],
            CommandKey(author: "carl", ticket: id, key: "k"): log[2],
            CommandKey(author: "carl", ticket: nil, key: "l"): created,
        ]
        let absent = [
            CommandKey(author: "theo", ticket: nil, key: "k"),
            CommandKey(author: "theo", ticket: elsewhere, key: "k"),
            CommandKey(author: "carl", ticket: elsewhere, key: "l"),
            CommandKey(author: "carl", ticket: id, key: "K"),
        ]
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            #expect(try store.events(for: Array(expected.keys) + absent) == expected)
            #expect(try store.events(for: []).isEmpty)
        }
    }

    // MARK: Snapshots

    @Test(arguments: StoreUnderTest.all)
    func `a snapshot that a crash left behind is repaired from its events`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = InMemoryJournal()
        let id = try journal.create().id
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            try journal.edit(id) { $0.action = .take }
            try journal.say("Public", on: id)
            try journal.say("Internal", on: id, isInternal: true)
            try store.commit(journal.takeBatchWithoutSnapshots())
            #expect(try store.snapshot(of: id) == journal.snapshots[id])
            let reader = try opener.openReader()
            let page = try reader.page(of: id, .init(.newest, limit: 9, audience: .staff))
            #expect(page?.snapshot == journal.snapshots[id])
            #expect(page?.events == journal.logs[id])

            try journal.say("The next commit writes the repaired head", on: id)
            try store.commit(journal.takeBatch())
            try reader.visitLogs { _, snapshot, _ throws(StoreError) in
                #expect(snapshot == journal.snapshots[id])
            }
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a log without a snapshot is a ticket all the same`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        let id = try journal.create().id
        try journal.say("Hello", on: id)
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatchWithoutSnapshots())
            #expect(try store.snapshot(of: id) == journal.snapshots[id])
            let page = try opener.openReader().page(
                of: id, .init(.newest, limit: 9, audience: .staff))
            #expect(page?.snapshot == journal.snapshots[id])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `tickets are found by number`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        for _ in 1...12 { try journal.create() }
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            let reader = try opener.openReader()
            for ticket in journal.tickets {
                #expect(try store.ticketID(number: ticket.number) == ticket.id)
                #expect(try reader.ticketID(number: ticket.number) == ticket.id)
            }
            for number in [Int.min, -1, 0, 13, .max] {
                #expect(try store.ticketID(number: number) == nil)
            }
            #expect(try store.highestNumber() == 12)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `only tickets whose clocks can give an alarm have one`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        var random = SeededGenerator(seed: 11)
        try journal.holdRandomConversations(count: 60, &random)
        var expected: [TicketID: Timestamp] = [:]
        for ticket in journal.tickets { expected[ticket.id] = ticket.sla.nextAlarm }
        #expect(!expected.isEmpty && expected.count < 60)
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            let alarms = try store.alarms()
            #expect(alarms.count == expected.count)
            #expect(Dictionary(uniqueKeysWithValues: alarms.map { ($0.ticket, $0.at) }) == expected)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `one key opens a ticket and speaks on it, and keys are bytes`(
        _ kind: StoreUnderTest
    ) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            let journal = InMemoryJournal()
            let id = try journal.create(by: InMemoryJournal.client, key: "\u{e9}").id
            try journal.say("One", on: id, by: InMemoryJournal.client, key: "\u{e9}")
            try journal.say("Two", on: id, by: InMemoryJournal.client, key: "e\u{301}")
            let other = try journal.create(by: InMemoryJournal.client, key: "e\u{301}").id
            try journal.say("Three", on: other, by: InMemoryJournal.client, key: "\u{e9}")
            try store.commit(journal.takeBatch())
            let events = [id, other].flatMap { journal.logs[$0] ?? [] }
            let keys = events.compactMap(\.commandKey)
            #expect(Set(keys).count == 5)
            for (key, event) in zip(keys, events) {
                let found = try store.events(for: [key])
                #expect(found[key]?.seq == event.seq && found[key]?.ticket == event.ticket)
            }
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a person's newest name and role count`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            var batch = StoreBatch()
            batch.people = InMemoryJournal.people
            try store.commit(batch)
            let promoted = Person(id: "theo", name: "Zoé", role: .admin)
            batch.people = [promoted, InMemoryJournal.client]
            try store.commit(batch)
            let people = InMemoryJournal.people.map { $0.id == "theo" ? promoted : $0 }
            #expect(Set(try store.people()) == Set(people))
            let reader = try opener.openReader()
            let byName = people.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
            #expect(try reader.people(in: []) == byName)
            #expect(try reader.people(in: [.admin]) == byName.filter { $0.role == .admin })
            #expect(
                try reader.people(in: [.client, .technician])
                    == byName.filter { $0.role == .client || $0.role == .technician })
        }
    }
}

extension InMemoryJournal {
    /// The batch that one command on an empty journal makes. Its number is far from other journals'.
    static func with(_ command: (InMemoryJournal) throws -> Void) throws -> StoreBatch {
        let journal = InMemoryJournal(lastNumber: 1_000_000)
        try command(journal)
        return journal.takeBatch()
    }
}

func conflicts(_ body: () throws(StoreError) -> Void) -> Bool {
    do throws(StoreError) {
        try body()
        return false
    } catch {
        if case .conflict = error { return true }
        Issue.record("A conflict was expected, not: \(error)")
        return false
    }
}
