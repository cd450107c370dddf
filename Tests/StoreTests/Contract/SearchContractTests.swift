// Searches match the definition in SearchWords.swift, in both stores, after every change of the
// index.

import TestSupport
import Testing
import Text
import Tickets

@Suite struct SearchContractTests {
    /// Numbers of the tickets that `caller` finds.
    private static func find(
        _ text: String, _ reader: any TicketReader, by caller: Caller = .hub,
        inSnapshotsOnly: Bool = false
    ) throws -> [Int] {
        var query = TicketQuery(caller: caller, sort: .createdAt, limit: 200)
        query.filter.text = text
        query.filter.looksIntoMessages = !inSnapshotsOnly
        let page = try reader.tickets(query)
        #expect(page.counts.values.reduce(0, +) == page.tickets.count, "\(text)")
        return page.tickets.map(\.number).sorted()
    }

    @Test(arguments: StoreUnderTest.all)
    func `words are found in snapshots and messages, by their beginning too`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = InMemoryJournal()
        let first = try journal.create(title: "Écran bleu")
        let second = try journal.create(by: InMemoryJournal.otherClient, title: "L'œuvre d'art")
        try journal.say("Le câble réseau est coupé, voir T-2.", on: first.id)
        try journal.say("Nothing to see", on: second.id, by: InMemoryJournal.otherClient)
        try kind.open { opener in
            try opener.openStore().commit(journal.takeBatch())
            let reader = try opener.openReader()
            for (query, numbers) in [
                ("ecran", [1]), ("ÉCR", [1]), ("bleu cabl", [1]), ("cable reseau", [1]),
                ("oeuvre art", [2]), ("OEU", [2]), ("cléa", [2]), ("carl", [1]),
                ("smokes", [1, 2]),
                ("T-1", [1]), ("t-2", [1, 2]), ("1", [1]), ("reseau rien", []), ("leu", []),
                ("reseau.*", [1]), ("nothing to", [2]), ("nothing OR cable", []),
                ("rese cable", []),
            ] {
                #expect(try Self.find(query, reader) == numbers, "\(query)")
            }
            #expect(try Self.find("cable", reader, inSnapshotsOnly: true) == [])
            #expect(try Self.find("ecran", reader, inSnapshotsOnly: true) == [1])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a client's search neither finds nor counts an internal note`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = InMemoryJournal()
        let id = try journal.create().id
        try journal.say("Reboot it, please.", on: id)
        try journal.say("The canary is yellow.", on: id, isInternal: true)
        try kind.open { opener in
            try opener.openStore().commit(journal.takeBatch())
            let reader = try opener.openReader()
            for query in ["canary", "can", "yellow", "reboot canary", "canary reboot"] {
                #expect(
                    try Self.find(query, reader, by: Caller(person: InMemoryJournal.client))
                        == [])
                #expect(
                    try Self.find(query, reader, by: Caller(person: InMemoryJournal.tech)) == [1]
                )
            }
            #expect(
                try Self.find("reboot", reader, by: Caller(person: InMemoryJournal.client)) == [1])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a new title is found and the old one is not`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        let id = try journal.create(title: "Old words here").id
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            let reader = try opener.openReader()
            for title in ["New words there", "Old words here", "New words there"] {
                try journal.edit(id) { $0.edits.title = title }
                try store.commit(journal.takeBatch())
                let isNew = title.hasPrefix("New")
                #expect(try Self.find("new there", reader) == (isNew ? [1] : []))
                #expect(try Self.find("old here", reader) == (isNew ? [] : [1]))
                #expect(try Self.find("smokes", reader) == [1])
            }
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a query is words, never syntax`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        try journal.create(title: "A quiet ticket")
        try kind.open { opener in
            try opener.openStore().commit(journal.takeBatch())
            let reader = try opener.openReader()
            for query in [
                "\"", "'", "*", "^quiet*", "NEAR(a b)", "quiet*", "\"quiet\"", "(quiet", "quiet)",
                "public:quiet", "{public}:quiet", "- quiet", "a\u{0}quiet", "%", "_", ".*", "$ne",
                "{\"$gt\":\"\"}", "a' OR '1'='1", "quiet\\", "[a-z]+", "(a+)+$",
            ] {
                let words = SearchWords(query)
                let isFound = journal.tickets.contains { words.isFound(in: $0, for: .staff) }
                #expect(try Self.find(query, reader) == (isFound ? [1] : []), "\(query)")
            }
            let many = (0..<60).map { "w\($0)" }.joined(separator: " ")
            #expect(try Self.find(many, reader) == [])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `random conversations are found as their words say`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        var random = SeededGenerator(seed: 11)
        try journal.holdRandomConversations(count: 40, &random)
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            for _ in 0..<20 {
                let id = random.pick(from: journal.tickets.map(\.id))
                try journal.say(
                    random.pick(from: RandomWords.titles), on: id, by: InMemoryJournal.admin,
                    isInternal: true)
                try store.commit(journal.takeBatch())
            }
            let reader = try opener.openReader()
            try Self.requireTruth(journal, reader)
            try opener.rebuildSearch { _ in }
            try Self.requireTruth(journal, reader)
        }
    }

    private static func requireTruth(_ journal: InMemoryJournal, _ reader: any TicketReader) throws
    {
        let callers = [
            Caller.hub, Caller(person: InMemoryJournal.client, projects: RandomWords.projects),
        ]
        for query in RandomWords.texts {
            for caller in callers {
                let found = journal.tickets.filter {
                    caller.canAccess($0)
                        && SearchWords(query).isFound(
                            in: $0, journal.logs[$0.id] ?? [], for: caller.audience)
                }
                #expect(
                    try find(query, reader, by: caller) == found.map(\.number).sorted(),
                    "\(query)")
            }
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `every script and spelling is found in snapshots and messages`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = InMemoryJournal()
        let first = try journal.create(title: "新しいプリンターが壊れた", project: "Überseehafen")
        let second = try journal.create(title: "本日は e-mail")
        try journal.say("ﾊﾟｽﾜｰﾄﾞ, οδός, Ёлка, مُحَمَّد, 새프린터고장", on: first.id)
        try journal.say("社会 — Wi‑Fi เครื่องพิมพ์เสีย", on: second.id)
        try kind.open { opener in
            try opener.openStore().commit(journal.takeBatch())
            let reader = try opener.openReader()
            for (query, numbers) in [
                ("プリンター", [1]), ("パスワード", [1]), ("ΟΔΟΣ", [1]), ("елка", [1]), ("محمد", [1]),
                ("프린터", [1]), ("日本", []), ("本日", [2]), ("会社", []), ("社会", [2]), ("社", [2]),
                ("email", [2]), ("E-Mail", [2]), ("wifi", [2]), ("wi-fi", [2]), ("พิมพ์", [2]),
                ("ubersee", [1]), ("email プリンター", []), ("email wi-fi", [2]),
                ("Re: [T-2] nothing of this", [2]), ("T 1", [1]), ("#2", [2]), ("T-9", []),
            ] {
                #expect(try Self.find(query, reader) == numbers, "\(query)")
            }
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `versions and telephone numbers are found however they are written`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = InMemoryJournal()
        let first = try journal.create(title: "Since v2.1.3 it crashes")
        try journal.create(title: "Since 3.1.2 too")
        try journal.create(title: "Windows 10.0.19045.3803")
        let fourth = try journal.create(title: "Call 0612345678")
        try journal.say("Or +33 1 23 45 67 89, on 24/12/2026", on: first.id)
        try journal.say("My number is 06 98.76.54-32.", on: fourth.id)
        try kind.open { opener in
            try opener.openStore().commit(journal.takeBatch())
            let reader = try opener.openReader()
            for (query, numbers) in [
                ("2.1.3", [1]), ("v2.1.3", [1]), ("v2.1", [1, 2]), ("v3.1.2", [2]),
                ("10.0.19045", [3]), ("0.19045.3803", [3]), ("06 12 34 56 78", [4]),
                ("+33 6 12 34 56 78", [4]),
                ("06.12.34.56", [4]), ("0123456789", [1]), ("(0)1 23 45 67 89", [1]),
                ("0698765432", [4]), ("0033 (0)6 98 76 54 32", [4]), ("24.12.2026", [1]),
                ("call 06 12 34 56 78 now", []), ("06 12 34 56 78 call", [4]), ("0612345679", []),
            ] {
                #expect(try Self.find(query, reader) == numbers, "\(query)")
            }
        }
    }

    /// A ticket with a tag and a holder, and with three files, the last one in a note.
    private static func createWithFiles(_ journal: InMemoryJournal) throws -> TicketID {
        journal.files = ["photo-of-canary.png", "invoice.pdf", "secret.txt"].enumerated().map {
            StoredFile(
                id: FileID(high: UInt64($0.offset + 1), low: 1), name: $0.element,
                type: "image/png", size: 3, owner: InMemoryJournal.tech.id, location: "\($0.offset)"
            )
        }
        let files = journal.files.map(\.id)
        let id = try journal.create(
            by: InMemoryJournal.tech, tags: ["vip"], attachments: [files[0]]
        ).id
        try journal.edit(id) {
            $0.draft = Draft(body: "")
            $0.draft?.attachments = [files[1]]
        }
        try journal.edit(id) {
            $0.draft = Draft(body: "")
            $0.draft?.attachments = [files[2]]
            $0.draft?.isInternal = true
        }
        try journal.edit(id) { $0.edits.assignedTo = .person(InMemoryJournal.otherTech.id) }
        return id
    }

    @Test(arguments: StoreUnderTest.all)
    func `tags, projects, files and people are found by those with access`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = InMemoryJournal()
        let id = try Self.createWithFiles(journal)
        let client = Caller(person: InMemoryJournal.client, projects: ["print", "plot"])
        try kind.open { opener in
            let store = try opener.openStore()
            var batch = journal.takeBatch()
            batch.files = journal.files
            try store.commit(batch)
            let outbox = try opener.openOutbox()
            try outbox.save([
                Contact(
                    person: InMemoryJournal.tech, email: "theo.dupont@example.org", locale: nil,
                    projects: [])
            ])
            let reader = try opener.openReader()
            for (query, forStaff, forClient) in [
                ("vip", true, false), ("canary", true, true), ("invoice.pdf", true, true),
                ("secret", true, false), ("tara", true, true), ("théo", true, true),
                ("theo.dupont@example.org", true, false), ("dupont", true, false),
                ("print tara vip", true, false), ("print tara", true, true), ("ada", false, false),
            ] {
                #expect(try Self.find(query, reader) == (forStaff ? [1] : []), "\(query)")
                #expect(
                    try Self.find(query, reader, by: client) == (forClient ? [1] : []),
                    "\(query)")
            }
            #expect(try Self.find("dupont", reader, inSnapshotsOnly: true) == [])
            #expect(try Self.find("canary tara vip", reader, inSnapshotsOnly: true) == [1])
            #expect(try Self.find("invoice", reader, inSnapshotsOnly: true) == [])
            try journal.edit(id) {
                $0.edits.tags = ["calm"]
                $0.edits.project = "plot"
                $0.edits.assignedTo = .nobody
            }
            try store.commit(journal.takeBatch())
            try outbox.save([
                Contact(person: InMemoryJournal.tech, email: nil, locale: nil, projects: [])
            ])
            for (query, isFound) in [
                ("vip", false), ("calm", true), ("plot", true), ("tara", false), ("dupont", false),
            ] { #expect(try Self.find(query, reader) == (isFound ? [1] : []), "\(query)") }
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a renamed person is found under both names`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        let id = try journal.create().id
        try journal.edit(id) { $0.edits.assignedTo = .person(InMemoryJournal.tech.id) }
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            var names = StoreBatch()
            names.people = [
                Person(id: InMemoryJournal.client.id, name: "Carl Neumann", role: .client),
                Person(id: InMemoryJournal.tech.id, name: "Theodora", role: .technician),
            ]
            try store.commit(names)
            try journal.create(title: "Another")
            try store.commit(journal.takeBatch())
            func requireNames() throws {
                let reader = try opener.openReader()
                for (query, numbers) in [
                    ("neumann", [1, 2]), ("carl", [1, 2]), ("theodora", [1]), ("théo", [1]),
                    ("theo neumann", [1]),
                ] { #expect(try Self.find(query, reader) == numbers, "\(query)") }
            }
            try requireNames()
            try opener.rebuildSearch { _ in }
            try requireNames()
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a person with ever new names is found under the newest ones`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = InMemoryJournal()
        try journal.create()
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            // A word less in each of them than the index has room for.
            let names = (0..<40).map { number in
                (0..<24).map { "n\(number)x\($0)" }.joined(separator: " ")
            }
            for name in names {
                var batch = StoreBatch()
                batch.people = [
                    Person(id: InMemoryJournal.client.id, name: name, role: .client)
                ]
                try store.commit(batch)
            }
            let reader = try opener.openReader()
            for number in 32..<40 {
                #expect(try Self.find("n\(number)x0", reader) == [1], "\(number)")
            }
            #expect(try Self.find("n0x0", reader) == [])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `an index is rebuilt in steps, while tickets come and move`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = InMemoryJournal()
        var ids: [TicketID] = []
        for number in 1...30 {
            ids.append(try journal.create(title: "old\(number)").id)
            journal.pass(minutes: 1)
        }
        for count in 1...250 { try journal.say("word\(count)", on: ids[0]) }
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            try kind.loseSearch(of: opener)
            _ = try opener.openStore()
            let reader = try opener.openReader()
            #expect(try Self.find("old30", reader) == [])

            var rounds = 0
            var indexer = try opener.openIndexer()
            while try indexer.step() != nil {
                rounds += 1
                // Another process goes on, as after a kill.
                indexer = try opener.openIndexer()
                guard rounds < 6 else { continue }
                try journal.say("live\(rounds)", on: ids[0], isInternal: rounds == 2)
                try journal.edit(ids[29 - rounds]) { $0.edits.title = "new\(rounds)" }
                try journal.create(title: "fresh\(rounds)")
                try store.commit(journal.takeBatch())
                #expect(try Self.find("fresh\(rounds)", reader) == [30 + rounds])
                #expect(try Self.find("live\(rounds)", reader) == [1])
            }
            #expect(rounds > 2)
            for count in 1...250 where count % 10 == 0 {
                #expect(try Self.find("word\(count) x", reader) == [])
                #expect(try Self.find("word\(count) old1", reader) == [1])
            }
            for number in 1...24 { #expect(try Self.find("old\(number)x", reader) == []) }
            for round in 1..<min(rounds, 6) {
                #expect(try Self.find("live\(round) old1", reader) == [1])
                #expect(try Self.find("new\(round)", reader) == [30 - round])
                #expect(try Self.find("old\(30 - round) smokes", reader) == [])
            }
            #expect(try Self.find("old30 carl", reader) == [30])
            #expect(
                try Self.find("live2", reader, by: Caller(person: InMemoryJournal.client)) == [])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a rebuilt index says how far it is`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        for number in 1...7 { try journal.create(title: "Ticket number\(number)") }
        try kind.open { opener in
            try opener.openStore().commit(journal.takeBatch())
            var reports: [StoreProgress] = []
            try opener.rebuildSearch { reports.append($0) }
            for case .search(let done, let tickets) in reports { #expect(done <= tickets) }
            #expect(try Self.find("number7", opener.openReader()) == [7])
        }
    }
}
