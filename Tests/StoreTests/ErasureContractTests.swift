// What an erasure takes from every store: a person's id and name, wherever they stand, and their
// messages if that was asked for. Logs stay whole, heads their fold.

import Foundation
import SQLiteStore
import Testing
import Text
import Tickets

@Suite struct ErasureContractTests {
    /// A store in which Théo and Cléa are named in every way there is.
    private static func fill(_ opener: any TicketStoreOpener, _ desk: Desk) throws {
        let store = try opener.openStore()
        let file = StoredFile(
            id: .make(at: desk.now), name: "a.txt", type: "text/plain", size: 1,
            owner: Desk.otherClient.id, location: try write(try opener.openFiles()))
        let loose = StoredFile(
            id: .make(at: desk.now), name: "b.txt", type: "text/plain", size: 1,
            owner: Desk.otherClient.id, location: try write(try opener.openFiles()))
        desk.files = [file, loose]
        let every = try desk.holdEveryKindOfEvent()
        let own = try desk.create(by: Desk.otherClient, attachments: [file.id], key: "k").id
        try desk.say("Words of hers", on: own, by: Desk.otherClient, key: "k")
        try desk.say("Words of his", on: own, by: Desk.tech)
        for person in [Desk.tech, Desk.otherClient] {
            try desk.edit(own, by: person) { $0.edits.watchers = ["me"] }
        }
        try desk.edit(own, by: Desk.admin) {
            $0.draft = Draft(body: "Look at it")
            $0.draft?.mentions = [Desk.tech.id, Desk.otherClient.id]
        }
        let note = try #require(
            try desk.say("For them", on: every, by: Desk.admin, isInternal: true))
        let other = try desk.create(by: Desk.client).id
        var batch = desk.takeBatch()
        batch.people = Desk.people
        batch.files = [file, loose]
        batch.reads = Desk.people.map { ReadMark(ticket: own, person: $0.id, seq: 1) }
        for log in desk.logs.values { batch.statistics.note(log: log) }
        batch.outbox = [
            OutboxEntry(
                target: .people, ticket: every, seq: note.seq, at: desk.now,
                recipients: [Desk.otherClient, Desk.admin].map { .init(person: $0, kind: .reply) })
        ]
        try store.commit(batch)
        let outbox = try opener.openOutbox()
        try outbox.save(
            [Desk.otherClient, Desk.tech].map {
                Contact(person: $0, email: "\($0.id)@example.org", locale: nil, projects: [])
            })
        let head = try #require(desk.heads[own])
        let said = try #require(desk.logs[own]?[1])
        _ = try outbox.deposit(
            [Desk.tech, Desk.admin, Desk.otherClient].enumerated().map { number, person in
                Notice(
                    serial: Int64(number + 1), recipient: Recipient(person: person, kind: .reply),
                    event: said, head: head, as: .staff)
            },
            [
                OutboxEntry(
                    target: .mail, ticket: own, seq: 2, at: desk.now,
                    recipients: [Recipient(person: Desk.otherClient, kind: .reply)])
            ])
        for (isShared, name) in [(true, "shared"), (false, "mine")] as [(Bool, ExactText)] {
            let view = CatalogEntry.Content.view(
                SavedView(
                    name: name, filter: #"{"client":["cléa"],"assignedTo":["theo","me"]}"#,
                    sort: .urgency, isShared: isShared))
            try store.put(
                CatalogEntry(
                    id: .make(at: desk.now), owner: Desk.tech, content: view, version: 1,
                    createdAt: desk.now, updatedAt: desk.now, key: "k", created: view))
        }
        _ = other
    }

    private static func write(_ files: any FileStore) throws -> String {
        let writer = try files.begin(.make(at: Desk().now))
        try writer.append([7])
        return try writer.finish()
    }

    private static func erasure(
        of person: Person, redacts: Bool, _ desk: Desk
    ) -> Erasure {
        .begin(
            person.id, redactsMessages: redacts, by: Desk.admin, at: desk.now, reason: "asked for")
    }

    /// - Parameter steps: so many and no more; nil: to the end.
    private static func run(
        _ erasure: Erasure, on store: any TicketStore, _ desk: Desk, steps: Int? = nil
    ) throws -> Erasure {
        var run = ErasureRun(erasure)
        var left = steps ?? .max
        while left > 0 {
            left -= 1
            let rules = TicketRules(
                policy: SLAPolicy(), limits: ContentLimits(), now: desk.now, person: { _ in nil })
            switch try run.step(on: store, rules) {
            case .redact(let made):
                var batch = StoreBatch()
                batch.events = made.map(\.event)
                batch.rewrites = made.map(\.rewrite)
                batch.heads = made.last.map { [$0.after] } ?? []
                try store.commit(batch)
            case .renamed, .passed: break
            case .allTicketsDone:
                try run.finish(on: store)
                return run.erasure
            }
        }
        return run.erasure
    }

    private static func names(_ record: Record, _ texts: [String]) -> Bool {
        let json = String(decoding: RecordJSON.encode(record), as: UTF8.self)
        return texts.contains { json.contains($0) }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a pseudonym stands wherever the person stood`(_ kind: StoreUnderTest) throws {
        let desk = Desk()
        try kind.open { opener in
            try Self.fill(opener, desk)
            let store = try opener.openStore()
            let before = try opener.openReader().storedStatistics()
            #expect(before == (try opener.openReader().countedStatistics()))
            var pseudonyms: [ExactText] = []
            for person in [Desk.otherClient, Desk.tech] {
                let erasure = Self.erasure(of: person, redacts: false, desk)
                try store.keep(erasure)
                let done = try Self.run(erasure, on: store, desk)
                #expect(done.person == nil && done.tickets > 0)
                #expect(done.pseudonym.utf8.count == 39 && Person.isErased(done.pseudonym))
                pseudonyms.append(done.pseudonym)
            }
            #expect(try store.erasures().map(\.pseudonym).sorted() == pseudonyms.sorted())
            let gone = [#""theo""#, "Théo", #""cléa""#, "Cléa"]
            let reader = try opener.openReader()
            try reader.visitLogs { id, head, events throws(StoreError) in
                #expect(head == Ticket.fold(events))
                #expect(events.count == desk.logs[id]?.count)
                for event in events { #expect(!Self.names(event.record, gone)) }
                if let head { #expect(!Self.names(head.record, gone)) }
                #expect(events.allSatisfy { $0.by.isErased ? $0.key == nil : true })
            }
            #expect(
                try store.people()
                    == Desk.people.filter {
                        ![Desk.tech.id, Desk.otherClient.id].contains($0.id)
                    }.sorted { ($0.name, $0.id) < ($1.name, $1.id) })
            #expect(try reader.storedStatistics() == reader.countedStatistics())
            #expect(try Self.find("cléa", reader).isEmpty)
            #expect(try !Self.find("effacée", reader).isEmpty)
            #expect(try Self.find("hers", reader).count == 1, "Messages were to be kept.")
            let views = try store.entries(.views, sharedOrOf: Desk.tech.id)
            #expect(views.count == 1 && views[0].owner.isErased && views[0].key == nil)
            for view in views { #expect(!Self.names(view.record, ["theo", "cléa"])) }
            let outbox = try opener.openOutbox()
            #expect(try outbox.contact(of: "theo") == nil)
            #expect(try outbox.depths().allSatisfy { $0.target != "mail" })
            let admin = NoticeQuery(.newest, limit: 9, caller: Caller(person: Desk.admin))
            #expect(try reader.notices(admin).notices.map(\.by.name) == [Person.erasedName])
            let taken = try outbox.take(
                .people, now: desk.now.advanced(byMilliseconds: 1000), leasedUntil: desk.now,
                limit: 9)
            #expect(
                taken.compactMap(\.entry).flatMap(\.recipients).map(\.person.isErased).sorted {
                    !$0 && $1
                } == [false, true])
            let own = Caller(person: Desk.otherClient)
            let page = try reader.tickets(TicketQuery(caller: own, sort: .createdAt, limit: 9))
            #expect(page.tickets.isEmpty, "Whoever has the id now is somebody else.")
            _ = try opener.openFiles().removeTraces()
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `an erasure that was cut off goes on, and takes the messages too`(
        _ kind: StoreUnderTest
    ) throws {
        let desk = Desk()
        try kind.open { opener in
            try Self.fill(opener, desk)
            let erasure = Self.erasure(of: Desk.tech, redacts: true, desk)
            let first = try opener.openStore()
            try first.keep(erasure)
            _ = try Self.run(erasure, on: first, desk, steps: 2)
            let store = try opener.openStore()
            let unfinished = try #require(try store.erasures().first)
            #expect(unfinished.person == Desk.tech.id)
            _ = try Self.run(unfinished, on: store, desk)
            #expect(try store.erasures().map(\.person) == [nil])
            var redacted = 0
            try opener.openReader().visitLogs { _, head, events throws(StoreError) in
                #expect(head == Ticket.fold(events))
                for event in events where event.by.isErased && event.message != nil {
                    #expect(event.isRedacted && event.message?.body == "")
                    redacted += 1
                }
                #expect(events.filter { $0.kind == .redaction }.allSatisfy { $0.by == Desk.admin })
            }
            #expect(redacted == 3)
            #expect(try Self.find("hers", try opener.openReader()).count == 1)
            #expect(try Self.find("his", try opener.openReader()).isEmpty)
        }
    }

    @Test func `no byte of the person is left in the files of SQLite`() throws {
        try ScratchDirectory.with { directory in
            let opener = SQLiteStoreOpener(path: directory + "/guichet.db")
            let desk = Desk()
            try Self.fill(opener, desk)
            let store = try opener.openStore()
            for person in [Desk.otherClient, Desk.tech] {
                let erasure = Self.erasure(of: person, redacts: false, desk)
                try store.keep(erasure)
                _ = try Self.run(erasure, on: store, desk)
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
