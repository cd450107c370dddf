// Redaction in every store: removes the words from the log, the snapshot, the search and the
// notifications, and the files. The log keeps the author, the time and the reason.

import Foundation
import SQLiteStore
import Synchronization
import TestSupport
import Testing
import Text
import Tickets

@Suite struct RedactionContractTests {
    private static let secret = "zanzibarpassword"

    @Test(arguments: StoreUnderTest.all)
    func `a redacted message is out of the log, the snapshot and the search`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = InMemoryJournal()
        let id = try journal.create().id
        try journal.say("Reboot it", on: id)
        try journal.say("It is \(Self.secret)", on: id, by: InMemoryJournal.client, key: "k")
        try journal.say("My note: \(Self.secret)", on: id, isInternal: true)
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            let reader = try opener.openReader()
            #expect(try Self.find(Self.secret, reader) == [1])
            try journal.redact(3, on: id)
            try journal.redact(4, on: id)
            #expect(try journal.redact(4, on: id) == nil)
            try store.commit(journal.takeBatch())
            _ = try opener.openFiles().removeTraces()
            for store in [store, try opener.openStore()] {
                let log = try store.events(of: id, after: 0, limit: 100)
                #expect(log == journal.logs[id])
                #expect(
                    log[2].message?.body == ""
                        && log[2].message?.redacted?.by == InMemoryJournal.admin)
                #expect(log[2].message?.redacted?.reason == "a password")
                #expect(log[2].fingerprint == 0)
                #expect(log.map(\.seq) == Array(1...6))
                #expect(try store.snapshot(of: id) == Ticket.fold(log))
                #expect(try store.snapshot(of: id)?.activity.lastMessage?.excerpt == "")
                #expect(try store.snapshot(of: id)?.publicActivity.lastMessage?.isRedacted == true)
            }
            #expect(try Self.find(Self.secret, reader) == [])
            #expect(try Self.find("reboot", reader) == [1])
            let known = try store.events(for: [.init(author: "carl", ticket: id, key: "k")])
            #expect(known.values.map(\.seq) == [3], "The key still finds it.")
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `the description goes by its event, the title stays found`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        let id = try journal.create().id
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            let reader = try opener.openReader()
            #expect(try Self.find("smokes", reader) == [1])
            // In one batch with a new title, which the search knows from the snapshot as well.
            try journal.edit(id) { $0.edits.title = "A cold printer" }
            try journal.redact(1, on: id)
            try store.commit(journal.takeBatch())
            #expect(try store.snapshot(of: id)?.description == "")
            #expect(try store.snapshot(of: id) == Ticket.fold(try #require(journal.logs[id])))
            #expect(try store.events(of: id, after: 0, limit: 9) == journal.logs[id])
            #expect(try Self.find("smokes", reader) == [])
            #expect(try Self.find("cold printer", reader) == [1])
            try journal.edit(id) { $0.edits.title = "A warm printer" }
            try store.commit(journal.takeBatch())
            #expect(try Self.find("cold", reader) == [])
            #expect(try Self.find("warm carl", reader) == [1])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a message that is redacted in its own batch never shows`(_ kind: StoreUnderTest) throws {
        let journal = InMemoryJournal()
        let id = try journal.create().id
        try journal.redact(1, on: id)
        try journal.say(Self.secret, on: id)
        try journal.redact(3, on: id)
        try kind.open { opener in
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            #expect(try store.events(of: id, after: 0, limit: 9) == journal.logs[id])
            let reader = try opener.openReader()
            for word in [Self.secret, "smokes"] { #expect(try Self.find(word, reader) == []) }
            #expect(try Self.find("printer", reader) == [1])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `its files are gone, and those of others stay`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            let files = try opener.openFiles()
            let journal = InMemoryJournal()
            let first = try Self.keep(1, store, files)
            let second = try Self.keep(600_000, store, files)
            let third = try Self.keep(2, store, files)
            journal.files = [first, second, third]
            let id = try journal.create(attachments: [first.id]).id
            for file in [second, third] {
                try journal.edit(id, by: InMemoryJournal.client) {
                    $0.draft = Draft(body: "")
                    $0.draft?.attachments = [file.id]
                }
            }
            try store.commit(journal.takeBatch())
            try journal.redact(1, on: id)
            try journal.redact(2, on: id)
            try store.commit(journal.takeBatch())
            _ = try files.removeTraces()
            for file in [first, second] {
                #expect(try files.file(file.id) == nil)
                #expect(try store.files([file.id]).isEmpty)
                #expect(try files.read(file, at: 0, count: 1) != [7])
            }
            #expect(try files.read(third, at: 0, count: 1) == [7])
            #expect(
                try files.removeDebris(
                    before: journal.now.advanced(byMilliseconds: .max / 2), isFull: true)
                    == 0)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `notifications quote it no more, not even one that comes late`(
        _ kind: StoreUnderTest
    ) throws {
        let journal = InMemoryJournal()
        let id = try journal.create().id
        let event = try #require(try journal.say(Self.secret, on: id))
        let snapshot = try #require(journal.snapshots[id])
        func notification(_ serial: Int64, _ person: Person) -> TicketNotification {
            TicketNotification(
                serial: serial, recipient: Recipient(person: person, kind: .reply), event: event,
                snapshot: snapshot, as: .staff)
        }
        try kind.open { opener in
            let store = try opener.openStore()
            let outbox = try opener.openOutbox()
            try store.commit(journal.takeBatch())
            _ = try outbox.deposit([notification(1, InMemoryJournal.client)], [])
            try journal.redact(2, on: id)
            try store.commit(journal.takeBatch())
            _ = try outbox.deposit([notification(2, InMemoryJournal.admin)], [])
            let reader = try opener.openReader()
            for person in [InMemoryJournal.client, InMemoryJournal.admin] {
                let page = try reader.notifications(
                    NotificationQuery(.newest, limit: 9, caller: Caller(person: person)))
                #expect(
                    page.notifications.count == 1
                        && page.notifications.allSatisfy { $0.excerpt == nil })
            }
            #expect(try outbox.event(2, of: id)?.event.message?.body == "")
        }
    }

    // MARK: Traces

    /// Rows that moved from page to page, among them many that were taken.
    @Test func `nothing of it is left in the files of SQLite`() throws {
        try ScratchDirectory.with { directory in
            let path = directory + "/guichet.db"
            let opener = SQLiteStoreOpener(path: path)
            let store = try opener.openStore()
            let journal = InMemoryJournal()
            var random = SeededGenerator(seed: 7)
            let ids = try (0..<20).map { _ in try journal.create().id }
            var taken: [(TicketID, Int)] = []
            for number in 0..<600 {
                let id = random.pick(from: ids)
                let isTaken = random.chance(1, in: 3)
                let words = isTaken ? "\(Self.secret) \(Self.secret)\(number)" : "line \(number)"
                let filling = String(repeating: "x", count: random.pick(from: [1, 300, 3000]))
                let event = try journal.say("\(words) \(filling)", on: id)
                if isTaken, let event { taken.append((id, event.seq)) }
                if number % 10 == 0 { try store.commit(journal.takeBatch()) }
            }
            try store.commit(journal.takeBatch())
            #expect(try Self.isThere(in: directory))
            for (id, seq) in taken {
                try journal.redact(seq, on: id)
                if seq % 7 == 0 { try store.commit(journal.takeBatch()) }
            }
            try store.commit(journal.takeBatch())
            let copies = try opener.openFiles().removeTraces()
            #expect(copies.contains(.backups) && !copies.contains(.unusedPages))
            #expect(try !Self.isThere(in: directory))
            for id in ids {
                #expect(try store.events(of: id, after: 0, limit: 1000) == journal.logs[id])
                #expect(try store.snapshot(of: id) == journal.snapshots[id])
            }
        }
    }

    @Test func `the next opening removes the traces that a crash left`() throws {
        try ScratchDirectory.with { directory in
            let opener = SQLiteStoreOpener(path: directory + "/guichet.db")
            let journal = InMemoryJournal()
            let id = try journal.create().id
            let file: StoredFile
            do {
                let store = try opener.openStore()
                file = try Self.keep(9, store, try opener.openFiles())
                journal.files = [file]
                try journal.edit(id, by: InMemoryJournal.client) {
                    $0.draft = Draft(body: Self.secret)
                    $0.draft?.attachments = [file.id]
                }
                try store.commit(journal.takeBatch())
                try journal.redact(2, on: id)
                try store.commit(journal.takeBatch())
                #expect(try opener.openFiles().read(file, at: 0, count: 1) == [7])
            }
            _ = try opener.openStore()
            #expect(try opener.openFiles().read(file, at: 0, count: 1) == nil)
            #expect(try !Self.isThere(in: directory))
        }
    }

    @Test func `writers go on while a reader delays the removal of traces`() throws {
        try ScratchDirectory.with { directory in
            let path = directory + "/guichet.db"
            let store = try SQLiteStoreOpener(path: path).openStore()
            let journal = InMemoryJournal()
            let id = try journal.create().id
            try journal.say(Self.secret, on: id)
            try store.commit(journal.takeBatch())
            let reader = try DatabaseFile.open(path, for: .read)
            try reader.run("BEGIN")
            #expect(try reader.word("SELECT count(*) FROM events") == "2")
            try journal.redact(2, on: id)
            try store.commit(journal.takeBatch())
            let removal = Removal()
            Thread.detachNewThread { removal.run(path) }
            for number in 0..<10 {
                try journal.say("line \(number)", on: id)
                let taken = try ContinuousClock().measure { try store.commit(journal.takeBatch()) }
                #expect(taken < .seconds(3))
                Thread.sleep(forTimeInterval: 0.1)
            }
            #expect(removal.outcome.withLock { $0 == nil })
            try reader.run("ROLLBACK")
            while removal.outcome.withLock({ $0 == nil }) { Thread.sleep(forTimeInterval: 0.01) }
            #expect(try removal.outcome.withLock { $0 }?.get().isEmpty == false)
            #expect(try !Self.isThere(in: directory))
        }
    }

    private final class Removal: Sendable {
        let outcome = Mutex<Result<[CopyElsewhere], StoreError>?>(nil)

        func run(_ path: String) {
            let ended = Result { () throws(StoreError) in
                try SQLiteStoreOpener(path: path).openFiles().removeTraces()
            }
            outcome.withLock { $0 = ended }
        }
    }

    // MARK: Helpers

    private static func find(_ text: String, _ reader: any TicketReader) throws -> [Int] {
        var query = TicketQuery(caller: .hub, sort: .createdAt, limit: 200)
        query.filter.text = text
        query.filter.looksIntoMessages = true
        return try reader.tickets(query).tickets.map(\.number)
    }

    private static func keep(
        _ count: Int, _ store: any TicketStore, _ files: any FileStore
    ) throws -> StoredFile {
        let id = FileID.make(at: InMemoryJournal().now)
        let writer = try files.begin(id)
        try writer.append([UInt8](repeating: 7, count: count))
        let file = StoredFile(
            id: id, name: "secret.bin", type: "application/octet-stream", size: count,
            owner: InMemoryJournal.client.id, location: try writer.finish())
        var batch = StoreBatch()
        batch.files = [file]
        try store.commit(batch)
        return file
    }

    /// Whether some file of the folder has the secret's bytes, as a word or as part of another.
    private static func isThere(in directory: String) throws -> Bool {
        let names = try FileManager.default.subpathsOfDirectory(atPath: directory)
        return names.contains { name in
            let data = FileManager.default.contents(atPath: "\(directory)/\(name)") ?? Data()
            return data.range(of: Data(secret.utf8)) != nil
        }
    }
}
