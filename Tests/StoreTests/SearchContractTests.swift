// Searches find what SearchWords.swift says, in both stores, whatever became of the index meanwhile.

import Testing
import Tickets

@Suite struct SearchContractTests {
    /// Numbers of the tickets that `caller` finds.
    private static func find(
        _ text: String, _ reader: any TicketReader, by caller: Caller = .hub,
        inHeadsOnly: Bool = false
    ) throws -> [Int] {
        var query = TicketQuery(caller: caller, sort: .createdAt, limit: 200)
        query.filter.text = text
        query.filter.looksIntoMessages = !inHeadsOnly
        let page = try reader.tickets(query)
        #expect(page.counts.values.reduce(0, +) == page.tickets.count, "\(text)")
        return page.tickets.map(\.number).sorted()
    }

    @Test(arguments: StoreUnderTest.all)
    func `words are found in heads and messages, by their beginning too`(
        _ kind: StoreUnderTest
    ) throws {
        let desk = Desk()
        let first = try desk.create(title: "Écran bleu")
        let second = try desk.create(by: Desk.otherClient, title: "L'œuvre d'art")
        try desk.say("Le câble réseau est coupé, voir T-2.", on: first.id)
        try desk.say("Nothing to see", on: second.id, by: Desk.otherClient)
        try kind.open { opener in
            try opener.openStore().commit(desk.takeBatch())
            let reader = try opener.openReader()
            for (question, numbers) in [
                ("ecran", [1]), ("ÉCR", [1]), ("bleu cabl", [1]), ("cable reseau", [1]),
                ("oeuvre art", [2]), ("OEU", [2]), ("cléa", [2]), ("carl", [1]),
                ("smokes", [1, 2]),
                ("T-1", [1]), ("t-2", [1, 2]), ("1", [1]), ("reseau rien", []), ("leu", []),
                ("reseau.*", [1]), ("nothing to", [2]), ("nothing OR cable", []),
                ("rese cable", []),
            ] {
                #expect(try Self.find(question, reader) == numbers, "\(question)")
            }
            #expect(try Self.find("cable", reader, inHeadsOnly: true) == [])
            #expect(try Self.find("ecran", reader, inHeadsOnly: true) == [1])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a client's search neither finds nor counts an internal note`(
        _ kind: StoreUnderTest
    ) throws {
        let desk = Desk()
        let id = try desk.create().id
        try desk.say("Reboot it, please.", on: id)
        try desk.say("The canary is yellow.", on: id, isInternal: true)
        try kind.open { opener in
            try opener.openStore().commit(desk.takeBatch())
            let reader = try opener.openReader()
            for question in ["canary", "can", "yellow", "reboot canary", "canary reboot"] {
                #expect(try Self.find(question, reader, by: Caller(person: Desk.client)) == [])
                #expect(try Self.find(question, reader, by: Caller(person: Desk.tech)) == [1])
            }
            #expect(try Self.find("reboot", reader, by: Caller(person: Desk.client)) == [1])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a new title is found and the old one is not`(_ kind: StoreUnderTest) throws {
        let desk = Desk()
        let id = try desk.create(title: "Old words here").id
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(desk.takeBatch())
            let reader = try opener.openReader()
            for title in ["New words there", "Old words here", "New words there"] {
                try desk.edit(id) { $0.edits.title = title }
                try store.commit(desk.takeBatch())
                let isNew = title.hasPrefix("New")
                #expect(try Self.find("new there", reader) == (isNew ? [1] : []))
                #expect(try Self.find("old here", reader) == (isNew ? [] : [1]))
                #expect(try Self.find("smokes", reader) == [1])
            }
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `whatever is asked is words, never syntax`(_ kind: StoreUnderTest) throws {
        let desk = Desk()
        try desk.create(title: "A quiet ticket")
        try kind.open { opener in
            try opener.openStore().commit(desk.takeBatch())
            let reader = try opener.openReader()
            for question in [
                "\"", "'", "*", "^quiet*", "NEAR(a b)", "quiet*", "\"quiet\"", "(quiet", "quiet)",
                "public:quiet", "{public}:quiet", "- quiet", "a\u{0}quiet", "%", "_", ".*", "$ne",
                "{\"$gt\":\"\"}", "a' OR '1'='1", "quiet\\", "[a-z]+", "(a+)+$",
            ] {
                let words = SearchWords(question)
                let isFound = desk.tickets.contains { words.isFound(in: [$0.searchText]) }
                #expect(try Self.find(question, reader) == (isFound ? [1] : []), "\(question)")
            }
            let many = (0..<60).map { "w\($0)" }.joined(separator: " ")
            #expect(try Self.find(many, reader) == [])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `random conversations are found as their words say`(_ kind: StoreUnderTest) throws {
        let desk = Desk()
        var random = SeededGenerator(seed: 11)
        try desk.holdRandomConversations(count: 40, &random)
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(desk.takeBatch())
            for _ in 0..<20 {
                let id = random.pick(from: desk.tickets.map(\.id))
                try desk.say(
                    random.pick(from: RandomWords.titles), on: id, by: Desk.admin,
                    isInternal: true)
                try store.commit(desk.takeBatch())
            }
            let reader = try opener.openReader()
            try Self.requireTruth(desk, reader)
            try opener.rebuildSearch { _ in }
            try Self.requireTruth(desk, reader)
        }
    }

    private static func requireTruth(_ desk: Desk, _ reader: any TicketReader) throws {
        let callers = [Caller.hub, Caller(person: Desk.client, projects: RandomWords.projects)]
        for question in RandomWords.texts {
            for caller in callers {
                let found = desk.tickets.filter {
                    caller.canAccess($0)
                        && SearchWords(question).isFound(
                            in: $0, desk.logs[$0.id] ?? [], for: caller.audience)
                }
                #expect(
                    try find(question, reader, by: caller) == found.map(\.number).sorted(),
                    "\(question)")
            }
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a rebuilt index says how far it is`(_ kind: StoreUnderTest) throws {
        let desk = Desk()
        for number in 1...7 { try desk.create(title: "Ticket number\(number)") }
        try kind.open { opener in
            try opener.openStore().commit(desk.takeBatch())
            var reports: [StoreProgress] = []
            try opener.rebuildSearch { reports.append($0) }
            for case .search(let done, let tickets) in reports { #expect(done <= tickets) }
            #expect(try Self.find("number7", opener.openReader()) == [7])
        }
    }
}
