// Erasure in every store: removes a person's id and name everywhere, and on request their messages.
// Logs stay complete, and snapshots stay their fold.

import Foundation
import SQLiteStore
import Testing
import Text
import Tickets
import Wire

@Suite struct ErasureContractTests {
    /// A store in which Théo and Cléa are named in every way there is.
    private static func fill(_ opener: any TicketStoreOpener, _ journal: InMemoryJournal) throws {
        let store = try opener.openStore()
        let attached = try file("a.txt", opener, journal)
        let loose = try file("b.txt", opener, journal)
        journal.files = [attached, loose]
        let every = try journal.holdEveryKindOfEvent()
        let own = try journal.create(
            by: InMemoryJournal.otherClient, attachments: [attached.id], key: "k"
        ).id
        try talk(in: own, journal)
        let note = try #require(
            try journal.say("For them", on: every, by: InMemoryJournal.admin, isInternal: true))
        _ = try journal.create(by: InMemoryJournal.client)
        var batch = journal.takeBatch()
        batch.people = InMemoryJournal.people
        batch.files = [attached, loose]
        batch.reads = InMemoryJournal.people.map { ReadMark(ticket: own, person: $0.id, seq: 1) }
        for log in journal.logs.values { batch.statistics.note(log: log) }
        batch.outbox = [
            OutboxEntry(
                target: .people, ticket: every, seq: note.seq, at: journal.now,
                recipients: [InMemoryJournal.otherClient, InMemoryJournal.admin].map {
                    .init(person: $0, kind: .reply)
                })
        ]
        try store.commit(batch)
        try fillOutbox(try opener.openOutbox(), about: own, journal)
        try fillCatalog(store, journal)
    }

    /// A file of Cléa's.
    private static func file(
        _ name: String, _ opener: any TicketStoreOpener, _ journal: InMemoryJournal
    ) throws -> StoredFile {
        StoredFile(
            id: .make(at: journal.now), name: name, type: "text/plain", size: 1,
            owner: InMemoryJournal.otherClient.id, location: try write(try opener.openFiles()))
    }

    /// Both speak in Cléa's ticket, watch it and are mentioned there.
    private static func talk(in own: TicketID, _ journal: InMemoryJournal) throws {
        try journal.say("Words of hers", on: own, by: InMemoryJournal.otherClient, key: "k")
        try journal.say("Words of his", on: own, by: InMemoryJournal.tech)
        for person in [InMemoryJournal.tech, InMemoryJournal.otherClient] {
            try journal.edit(own, by: person) { $0.edits.watchers = ["me"] }
        }
        try journal.edit(own, by: InMemoryJournal.admin) {
            $0.draft = Draft(body: "Look at it")
            $0.draft?.mentions = [InMemoryJournal.tech.id, InMemoryJournal.otherClient.id]
        }
    }

    private static func fillOutbox(
        _ outbox: any OutboxStore, about own: TicketID, _ journal: InMemoryJournal
    ) throws {
        try outbox.save(
            [InMemoryJournal.otherClient, InMemoryJournal.tech].map {
                Contact(person: $0, email: "\($0.id)@example.org", locale: nil, projects: [])
            })
        let snapshot = try #require(journal.snapshots[own])
        let said = try #require(journal.logs[own]?[1])
        _ = try outbox.deposit(
            [InMemoryJournal.tech, InMemoryJournal.admin, InMemoryJournal.otherClient].enumerated()
                .map { number, person in
                    TicketNotification(
                        serial: Int64(number + 1),
                        recipient: Recipient(person: person, kind: .reply),
                        event: said, snapshot: snapshot, as: .staff)
                },
            [
                OutboxEntry(
                    target: .mail, ticket: own, seq: 2, at: journal.now,
                    recipients: [Recipient(person: InMemoryJournal.otherClient, kind: .reply)])
            ])
    }

    /// Views of Théo's that name both.
    private static func fillCatalog(
        _ store: any TicketStore, _ journal: InMemoryJournal
    ) throws {
        for (isShared, name) in [(true, "shared"), (false, "mine")] as [(Bool, ExactText)] {
            let view = CatalogEntry.Content.view(
                SavedView(
                    name: name, filter: #"{"client":["cléa"],"assignedTo":["theo","me"]}"#,
                    sort: .urgency, isShared: isShared))
            try store.put(
                CatalogEntry(
                    id: .make(at: journal.now), owner: InMemoryJournal.tech, content: view,
                    version: 1,
                    createdAt: journal.now, updatedAt: journal.now, key: "k", created: view))
        }
    }

    private static func write(_ files: any FileStore) throws -> String {
        let writer = try files.begin(.make(at: InMemoryJournal().now))
        try writer.append([7])
        return try writer.finish()
    }

    private static func erasure(
        of person: Person, redacts: Bool, _ journal: InMemoryJournal
    ) -> Erasure {
        .begin(
            person.id, redactsMessages: redacts, by: InMemoryJournal.admin, at: journal.now,
            reason: "asked for")
    }

    /// - Parameter steps: so many and no more; nil: to the end.
    private static func run(
        _ erasure: Erasure, on store: any TicketStore, _ journal: InMemoryJournal, steps: Int? = nil
    ) throws -> Erasure {
        var run = ErasureRun(erasure)
        var left = steps ?? .max
        while left > 0 {
            left -= 1
            let rules = TicketRules(
                policy: SLAPolicy(), limits: ContentLimits(), now: journal.now, person: { _ in nil }
            )
            switch try run.step(on: store, rules) {
            case .redact(let made):
                try store.commit(StoreBatch(made))
            case .renamed, .passed: break
            case .allTicketsDone:
                try run.finish(on: store)
                return run.erasure
            }
        }
        return run.erasure
    }

    private static func names(_ record: Tree, _ texts: [String]) -> Bool {
        let json = String(decoding: JSONWriter.bytes(of: record), as: UTF8.self)
        return texts.contains { json.contains($0) }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a pseudonym stands wherever the person stood`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        try kind.open { opener in
            try Self.fill(opener, journal)
            let store = try opener.openStore()
            let before = try opener.openReader().storedStatistics()
            #expect(before == (try opener.openReader().countedStatistics()))
            var pseudonyms: [ExactText] = []
            for person in [InMemoryJournal.otherClient, InMemoryJournal.tech] {
                let erasure = Self.erasure(of: person, redacts: false, journal)
                try store.keep(erasure)
                let done = try Self.run(erasure, on: store, journal)
                #expect(done.person == nil && done.tickets > 0)
                #expect(done.pseudonym.utf8.count == 39 && Person.isErased(done.pseudonym))
                pseudonyms.append(done.pseudonym)
            }
            #expect(try store.erasures().map(\.pseudonym).sorted() == pseudonyms.sorted())
            let gone = [#""theo""#, "Théo", #""cléa""#, "Cléa"]
            let reader = try opener.openReader()
            try reader.visitLogs { id, snapshot, events throws(StoreError) in
                #expect(snapshot == Ticket.fold(events))
                #expect(events.count == journal.logs[id]?.count)
                for event in events { #expect(!Self.names(event.record, gone)) }
                if let snapshot { #expect(!Self.names(snapshot.record, gone)) }
                #expect(events.allSatisfy { $0.by.isErased ? $0.key == nil : true })
            }
            #expect(
                try store.people()
                    == InMemoryJournal.people.filter {
                        ![InMemoryJournal.tech.id, InMemoryJournal.otherClient.id].contains($0.id)
                    }.sorted { ($0.name, $0.id) < ($1.name, $1.id) })
            #expect(try reader.storedStatistics() == reader.countedStatistics())
            #expect(try Self.find("cléa", reader).isEmpty)
            #expect(try !Self.find("effacée", reader).isEmpty)
            #expect(try Self.find("hers", reader).count == 1, "Messages were to be kept.")
            let views = try store.entries(.views, sharedOrOf: InMemoryJournal.tech.id)
            #expect(views.count == 1 && views[0].owner.isErased && views[0].key == nil)
            for view in views { #expect(!Self.names(view.record, ["theo", "cléa"])) }
            let outbox = try opener.openOutbox()
            #expect(try outbox.contact(of: "theo") == nil)
            #expect(try outbox.depths().allSatisfy { $0.target != "mail" })
            let admin = NotificationQuery(
                .newest, limit: 9, caller: Caller(person: InMemoryJournal.admin))
            #expect(
                try reader.notifications(admin).notifications.map(\.by.name) == [Person.erasedName])
            let taken = try outbox.take(
                .people, now: journal.now.advanced(byMilliseconds: 1000), leasedUntil: journal.now,
                limit: 9)
            #expect(
                taken.compactMap(\.entry).flatMap(\.recipients).map(\.person.isErased).sorted {
                    !$0 && $1
                } == [false, true])
            let own = Caller(person: InMemoryJournal.otherClient)
            let page = try reader.tickets(TicketQuery(caller: own, sort: .createdAt, limit: 9))
            #expect(page.tickets.isEmpty, "Whoever has the id now is somebody else.")
            _ = try opener.openFiles().removeTraces()
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `an erasure that was cut off goes on, and takes the messages too`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = InMemoryJournal()
        try kind.open { opener in
            try Self.fill(opener, journal)
            let erasure = Self.erasure(of: InMemoryJournal.tech, redacts: true, journal)
            let first = try opener.openStore()
            try first.keep(erasure)
            _ = try Self.run(erasure, on: first, journal, steps: 2)
            let store = try opener.openStore()
            let unfinished = try #require(try store.erasures().first)
            #expect(unfinished.person == InMemoryJournal.tech.id)
            _ = try Self.run(unfinished, on: store, journal)
            #expect(try store.erasures().map(\.person) == [nil])
            var redacted = 0
            try opener.openReader().visitLogs { _, snapshot, events throws(StoreError) in
                #expect(snapshot == Ticket.fold(events))
                for event in events where event.by.isErased && event.message != nil {
                    #expect(event.isRedacted && event.message?.body == "")
                    redacted += 1
                }
                #expect(
                    events.filter { $0.kind == .redaction }.allSatisfy {
                        $0.by == InMemoryJournal.admin
                    })
            }
            #expect(redacted == 3)
            #expect(try Self.find("hers", try opener.openReader()).count == 1)
            #expect(try Self.find("his", try opener.openReader()).isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a few steps take the messages of many tickets`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        try kind.open { opener in
            let store = try opener.openStore()
            for _ in 1...45 {
                let id = try journal.create(by: InMemoryJournal.otherClient).id
                try journal.say("Words of hers", on: id, by: InMemoryJournal.otherClient)
            }
            try store.commit(journal.takeBatch())
            let erasure = Self.erasure(of: InMemoryJournal.otherClient, redacts: true, journal)
            let done = try Self.run(erasure, on: store, journal, steps: 9)
            #expect(done.person == nil && done.tickets == 45)
            #expect(try Self.find("hers", try opener.openReader()).isEmpty)
            try opener.openReader().visitLogs { _, snapshot, events throws(StoreError) in
                #expect(snapshot == Ticket.fold(events))
                #expect(events.map(\.kind) == [.created, .message, .redaction, .redaction])
                #expect(events.prefix(2).allSatisfy { $0.by.isErased && $0.isRedacted })
            }
        }
    }

    @Test func `no byte of the person is left in the files of SQLite`() throws {
        try ScratchDirectory.with { directory in
            let opener = SQLiteStoreOpener(path: directory + "/guichet.db")
            let journal = InMemoryJournal()
            try Self.fill(opener, journal)
            let store = try opener.openStore()
            for person in [InMemoryJournal.otherClient, InMemoryJournal.tech] {
                let erasure = Self.erasure(of: person, redacts: false, journal)
                try store.keep(erasure)
                _ = try Self.run(erasure, on: store, journal)
            }
            _ = try opener.openFiles().removeTraces()
            for name in try FileManager.default.subpathsOfDirectory(atPath: directory) {
                let data = FileManager.default.contents(atPath: "\(directory)/\(name)") ?? Data()
                for gone in [#""theo"#, "Théo", "cléa", "Cléa", "clea", "theo@"] {
                    #expect(data.range(of: Data(gone.utf8)) == nil, "\(gone) in \(name)")
                }
            }
        }
    }

    private static func find(_ text: String, _ reader: any TicketReader) throws -> [Int] {
        var query = TicketQuery(caller: .hub, sort: .createdAt, limit: 200)
        query.filter.text = text
        query.filter.looksIntoMessages = true
        return try reader.tickets(query).tickets.map(\.number)
    }
}
