// What every store must do for the reports: counts that are those of the logs, whatever the batches.

import Testing
import Tickets

@Suite struct StatisticsContractTests {
    private static let ever = StatisticsDay(number: 0)...StatisticsDay(number: 100_000)

    /// Commits all that the desk holds, with its counts, in batches of some events.
    private static func commitAll(
        _ desk: Desk, to store: any TicketStore, eventsEach: Int
    ) throws {
        let whole = desk.takeBatch()
        var heads: [TicketID: Ticket] = [:]
        var rest = whole.events[...]
        while !rest.isEmpty {
            var batch = StoreBatch()
            for event in rest.prefix(eventsEach) {
                let head = try #require(
                    heads[event.ticket].map { $0.applying(event) } ?? event.created)
                heads[event.ticket] = head
                batch.events.append(event)
                batch.statistics.note(event, head)
            }
            rest = rest.dropFirst(eventsEach)
            batch.heads = Set(batch.events.map(\.ticket)).compactMap { heads[$0] }
            try store.commit(batch)
        }
    }

    private static func filledDesk() throws -> Desk {
        let desk = Desk()
        var random = SeededGenerator(seed: 11)
        try desk.holdRandomConversations(count: 60, &random)
        _ = try desk.holdEveryKindOfEvent()
        return desk
    }

    @Test(arguments: StoreUnderTest.all, [3, 40])
    func `the counts are those of the logs`(_ kind: StoreUnderTest, _ eventsEach: Int) throws {
        let desk = try Self.filledDesk()
        try kind.open { opener in
            try Self.commitAll(desk, to: opener.openStore(), eventsEach: eventsEach)
            let reader = try opener.openReader()
            var expected = StatisticsChange()
            for log in desk.logs.values { expected.note(log: log) }
            #expect(try reader.storedStatistics() == expected)
            #expect(try reader.countedStatistics() == expected)
            #expect(expected.cells.count > 20)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `days and scopes are told apart`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            var batch = StoreBatch()
            batch.people = [Desk.tech]
            let scopes: [StatisticsScope] = [.all, .technician("a.b$c"), .project("Réseau:2")]
            for number in 100...103 {
                for scope in scopes {
                    let cell = StatisticsCell(day: StatisticsDay(number: number), scope: scope)
                    batch.statistics.add(StatisticsChange(cells: [cell: ["created": number]]))
                }
            }
            batch.events = [try Desk().takeFirstEvent()]
            batch.heads = batch.events.compactMap(\.created)
            try store.commit(batch)
            let reader = try opener.openReader()
            let days = StatisticsDay(number: 101)...StatisticsDay(number: 102)
            let rows = try reader.statistics(days, totalsOnly: false)
            #expect(rows.count == 6 && Set(rows.map(\.cell.scope)) == Set(scopes))
            #expect(rows.allSatisfy { $0.counts == ["created": $0.cell.day.number] })
            let totals = try reader.statistics(days, totalsOnly: true)
            #expect(totals.count == 2 && totals.allSatisfy { $0.cell.scope == .all })
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `open tickets are grouped by age, priority and technician`(
        _ kind: StoreUnderTest
    ) throws {
        let desk = try Self.filledDesk()
        let times = desk.tickets.map(\.createdAt).sorted()
        let moments = [times[times.count * 3 / 4], times[times.count / 4]]
        try kind.open { opener in
            try opener.openStore().commit(desk.takeBatch())
            let groups = try opener.openReader().openTickets(createdUpTo: moments)
            var expected: [OpenTicketGroup: Int] = [:]
            for ticket in desk.tickets where ticket.status.isActive {
                let group = OpenTicketGroup(
                    priority: ticket.priority, assignedTo: ticket.assignedTo?.id,
                    age: moments.count { ticket.createdAt <= $0 }, count: 0)
                expected[group, default: 0] += 1
            }
            let found = groups.map { group in
                (
                    OpenTicketGroup(
                        priority: group.priority, assignedTo: group.assignedTo, age: group.age,
                        count: 0), group.count
                )
            }
            #expect(Dictionary(uniqueKeysWithValues: found) == expected)
            #expect(Set(expected.keys.map(\.age)) == [0, 1, 2])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `repair puts the counts of the logs in place of others`(_ kind: StoreUnderTest) throws {
        let desk = try Self.filledDesk()
        try kind.open { opener in
            let store = try opener.openStore()
            // Uncounted, as events of a crash between the two.
            try store.commit(desk.takeBatch())
            let reader = try opener.openReader()
            #expect(try reader.storedStatistics().isEmpty)
            let counted = try reader.countedStatistics()
            try opener.repair(counted)
            #expect(try reader.storedStatistics() == counted)
            // What comes later is added to it.
            let cell = StatisticsCell(day: StatisticsDay(number: 7), scope: .all)
            var batch = StoreBatch()
            batch.statistics.add(StatisticsChange(cells: [cell: ["created": 2]]))
            batch.events = [try Desk(lastNumber: 900).takeFirstEvent()]
            batch.heads = batch.events.compactMap(\.created)
            try store.commit(batch)
            #expect(try reader.storedStatistics().cells[cell] == ["created": 2])
            // And opening again counts nothing a second time.
            _ = try opener.openStore()
            #expect(try reader.storedStatistics().cells.count == counted.cells.count + 1)
        }
    }
}

extension Desk {
    fileprivate func takeFirstEvent() throws -> TicketEvent {
        try create()
        return try #require(takeBatch().events.first)
    }
}
