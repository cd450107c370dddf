// Lists match the definitions in TicketQuery.swift and `Caller.canAccess`, applied in memory.

import TestSupport
import Testing
import Text
import Tickets

@Suite struct ListContractTests {
    @Test(arguments: StoreUnderTest.all)
    func `every list is what its definition says, page after page`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        var random = SeededGenerator(seed: 42)
        try journal.holdRandomConversations(count: 160, &random)
        try Self.requireVariety(journal.tickets)
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            let reader = try opener.openReader()
            for round in 0..<225 {
                var query = TicketQuery(
                    caller: random.pick(from: Self.callers),
                    sort: TicketSort.allCases[round % TicketSort.allCases.count],
                    limit: random.pick(from: [7, 20, 200, 10_000]))
                query.filter = Self.randomFilter(&random)
                try Self.compare(query, reader, journal)
            }
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `an older store gets the order by waiting time when it is opened`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = InMemoryJournal()
        var random = SeededGenerator(seed: 7)
        try journal.holdRandomConversations(count: 60, &random)
        #expect(Set(journal.tickets.map { $0.waitingSince == nil }).count == 2)
        try kind.open { opener in
            try opener.openStore().commit(journal.takeBatch())
            try kind.loseWaiting(of: opener)
            _ = try opener.openStore()
            let reader = try opener.openReader()
            for sort in [TicketSort.waitingSince, .waitingSinceDescending] {
                try Self.compare(TicketQuery(caller: .hub, sort: sort, limit: 7), reader, journal)
            }
        }
    }

    /// Without it the comparison would prove little.
    private static func requireVariety(_ tickets: [Ticket]) throws {
        #expect(Set(tickets.map(\.status)).count == Status.allCases.count)
        #expect(Set(tickets.map(\.slaFilter)).count == SLAFilter.allCases.count)
        #expect(Set(tickets.map(\.assigneeFilter)).count == 3)
        #expect(tickets.contains { $0.activity.updatedAt != $0.publicActivity.updatedAt })
        let urgencies = Set(tickets.map { TicketSort.urgency.values(of: $0, for: .staff) })
        #expect(urgencies.count < tickets.count, "Some tickets tie.")
    }

    private static let callers = [
        Caller(person: InMemoryJournal.admin), Caller.hub, Caller(person: InMemoryJournal.tech),
        Caller(person: InMemoryJournal.otherTech, reachesAllTickets: true),
        Caller(person: InMemoryJournal.client),
        Caller(person: InMemoryJournal.otherClient, projects: ["Réseau", "a.b$c"]),
        Caller(person: Person(id: "nobody", name: "N", role: .client)),
        Caller(person: Person(id: "' OR 1=1 --", name: "N", role: .client), projects: ["print"]),
        Caller(person: Person(id: "new", name: "N", role: .technician)),
    ]

    private static func randomFilter(_ random: inout SeededGenerator) -> TicketFilter {
        var filter = TicketFilter()
        func asks(_ random: inout SeededGenerator) -> Bool { random.chance(1, in: 5) }
        if asks(&random) { filter.status = random.some(of: Status.allCases) }
        if asks(&random) { filter.priority = random.some(of: Priority.allCases) }
        if asks(&random) { filter.category = random.some(of: Tickets.Category.allCases) }
        if asks(&random) { filter.project = random.some(of: RandomWords.projects + ["none"]) }
        if asks(&random) { filter.client = random.some(of: ["carl", "cléa", "x"]) }
        if asks(&random) {
            filter.assignedTo = random.some(
                of: [.nobody, .person("theo"), .person("tara"), .person("x")])
        }
        if asks(&random) { filter.watchedBy = random.pick(from: ["theo", "carl", "x"]) }
        if asks(&random) { filter.tag = random.some(of: RandomWords.tags + ["none"]) }
        if asks(&random) { filter.sla = random.some(of: SLAFilter.allCases) }
        if asks(&random) {
            filter.text = random.pick(from: RandomWords.texts)
            filter.looksIntoMessages = random.chance(2, in: 3)
        }
        return filter
    }

    private static func compare(
        _ query: TicketQuery, _ reader: any TicketReader, _ journal: InMemoryJournal
    ) throws {
        let expected = definition(of: query, journal)
        var query = query
        var found: [Ticket] = []
        repeat {
            let page = try reader.tickets(query)
            #expect(page.tickets.count <= min(query.limit, 200))
            #expect(page.next == nil || !page.tickets.isEmpty)
            for status in Status.allCases {
                #expect(page.counts[status, default: 0] == expected.counts[status, default: 0])
            }
            found += page.tickets
            // As callers do it: through text.
            query.cursor = try page.next.map { try #require(TicketCursor($0.text)) }
        } while query.cursor != nil && found.count <= expected.tickets.count
        #expect(found.map(\.number) == expected.tickets.map(\.number), "\(query)")
        #expect(found == expected.tickets)
    }

    private static func definition(
        of query: TicketQuery, _ journal: InMemoryJournal
    ) -> (tickets: [Ticket], counts: [Status: Int]) {
        var anyStatus = query.filter
        anyStatus.status = []
        anyStatus.text = nil
        let accessible = journal.tickets.filter { query.caller.canAccess($0) }
        let counted = accessible.filter {
            // That clients cannot ask for tags is the hub's to see to.
            anyStatus.matchesFields(of: $0) && hasWords(query, $0, journal.logs[$0.id] ?? [])
        }
        let status = query.filter.status
        let sorted = counted.filter { status.isEmpty || status.contains($0.status) }.sorted {
            precedes($0, $1, query.sort, query.caller.audience)
        }
        return (sorted, Dictionary(grouping: counted, by: \.status).mapValues(\.count))
    }

    private static func hasWords(
        _ query: TicketQuery, _ ticket: Ticket, _ log: [TicketEvent]
    ) -> Bool {
        guard let text = query.filter.text else { return true }
        let words = SearchWords(text)
        return query.filter.looksIntoMessages
            ? words.isFound(in: ticket, log, for: query.caller.audience)
            : words.isFound(in: ticket, for: query.caller.audience)
    }

    private static func precedes(
        _ left: Ticket, _ right: Ticket, _ sort: TicketSort, _ audience: Audience
    ) -> Bool {
        for (key, ascending) in sort.keys {
            let values = (left.sortValue(key, for: audience), right.sortValue(key, for: audience))
            if values.0 != values.1 { return ascending == (values.0 < values.1) }
        }
        return sort.idAscending == (left.id < right.id)
    }

    /// The hub's counts: partly its own, partly the store's.
    @Test(arguments: StoreUnderTest.all)
    func `kept counts and counted ones make the counts of a list`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        var random = SeededGenerator(seed: 6)
        try journal.holdRandomConversations(count: 120, &random)
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            let grouped = try store.ticketCounts()
            let reader = try opener.openReader()
            for _ in 0..<120 {
                var query = TicketQuery(
                    caller: random.pick(from: Self.callers), sort: .urgency, limit: 1)
                query.filter = Self.randomFilter(&random)
                let counts = grouped.counts(of: query.filter, for: query.caller)
                let asksStoreOnly =
                    query.caller.audience == .client || query.filter.text != nil
                    || query.filter.watchedBy != nil || !query.filter.tag.isEmpty
                    || !query.filter.client.isEmpty
                #expect((counts == nil) == asksStoreOnly)
                guard let counts else { continue }
                let reachesAll = query.caller.reachesWhatOthersHave
                query.counting = reachesAll ? .nothing : .watchedOfOthers
                let rest = try reader.tickets(query).counts
                #expect(!reachesAll || rest.isEmpty)
                #expect(
                    counts.merging(rest, uniquingKeysWith: +)
                        == Self.definition(of: query, journal).counts)
            }
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a page ends exactly at its limit`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        for _ in 1...5 { try journal.create() }
        try kind.open { opener in
            try opener.openStore().commit(journal.takeBatch())
            let reader = try opener.openReader()
            for (limit, count, isLast) in [
                (-1, 1, false), (0, 1, false), (1, 1, false), (4, 4, false), (5, 5, true),
                (6, 5, true),
            ] {
                let page = try reader.tickets(
                    TicketQuery(caller: .hub, sort: .createdAt, limit: limit))
                #expect(page.tickets.count == count)
                #expect((page.next == nil) == isLast)
            }
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `projects are those of the tickets that a caller can access`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = InMemoryJournal()
        var random = SeededGenerator(seed: 3)
        try journal.holdRandomConversations(count: 80, &random)
        try kind.open { opener in
            try opener.openStore().commit(journal.takeBatch())
            let reader = try opener.openReader()
            for caller in Self.callers {
                let accessible = journal.tickets.filter { caller.canAccess($0) }
                let expected = Dictionary(grouping: accessible, by: \.project)
                    .map { name, tickets in
                        ProjectSummary(
                            id: name, open: tickets.count { $0.status.isActive },
                            waiting: tickets.count { $0.status == .waiting },
                            lastActivityAt: tickets.map {
                                $0.activity(for: caller.audience).updatedAt
                            }.max())
                    }
                    .sorted { $0.id < $1.id }
                #expect(try reader.projects(for: caller) == expected)
            }
        }
    }
}
