// SQLite specifics: durability settings, files that must be refused, full disks, damage.

import Foundation
import SQLiteStore
import Testing
import Tickets

@Suite struct SQLiteStoreTests {
    @Test func `every commit is synced before it returns`() throws {
        try ScratchDirectory.with { directory in
            let database = try DatabaseFile.open(directory + "/g.db", for: .write)
            #expect(try database.word("PRAGMA journal_mode") == "wal")
            #expect(try database.word("PRAGMA synchronous") == "2")
            #expect(try database.word("PRAGMA busy_timeout") == "5000")
            #expect(try database.word("PRAGMA foreign_keys") == "0")
            #expect(try database.word("PRAGMA wal_autocheckpoint") == "4000")
            let reader = try DatabaseFile.open(directory + "/g.db", for: .read)
            #expect(throws: StoreError.self) { try reader.run("DELETE FROM people") }
        }
    }

    @Test func `what was committed is there after everything has closed`() throws {
        try ScratchDirectory.with { directory in
            let opener = SQLiteStoreOpener(path: directory + "/g.db")
            let journal = InMemoryJournal()
            let id = try journal.holdEveryKindOfEvent()
            try opener.openStore().commit(journal.takeBatch())
            // The last connection to close folds the log into the file.
            #expect(!FileManager.default.fileExists(atPath: directory + "/g.db-wal"))
            let store = try opener.openStore()
            #expect(try store.snapshot(of: id) == journal.snapshots[id])
            #expect(try store.events(of: id, after: 0, limit: 99) == journal.logs[id])
        }
    }

    // MARK: All or nothing

    @Test func `a conflict at the end of a batch undoes its beginning`() throws {
        try ScratchDirectory.with { directory in
            let store = try SQLiteStoreOpener(path: directory + "/g.db").openStore()
            let journal = InMemoryJournal()
            let id = try journal.create().id
            let first = journal.takeBatch()
            try store.commit(first)
            try journal.say("Undone", on: id)
            var batch = journal.takeBatch()
            batch.events += first.events
            batch.people = [InMemoryJournal.admin]
            #expect(conflicts { () throws(StoreError) in try store.commit(batch) })
            #expect(try store.snapshot(of: id) == first.snapshots.first)
            #expect(try store.people().isEmpty)
            batch.events.removeLast()
            try store.commit(batch)
            #expect(try store.snapshot(of: id) == journal.snapshots[id])
        }
    }

    @Test func `a number is taken once`() throws {
        try ScratchDirectory.with { directory in
            let store = try SQLiteStoreOpener(path: directory + "/g.db").openStore()
            let (journal, rival) = (InMemoryJournal(), InMemoryJournal())
            let winner = try journal.create()
            try rival.create()
            try store.commit(journal.takeBatch())
            let loser = rival.takeBatch()
            #expect(conflicts { () throws(StoreError) in try store.commit(loser) })
            #expect(try store.ticketID(number: winner.number) == winner.id)
        }
    }

    @Test func `a full disk loses nothing, and space brings the store back`() throws {
        try ScratchDirectory.with { directory in
            let path = directory + "/g.db"
            let filler = try DatabaseFile.open(path, for: .write)
            try filler.run("CREATE TABLE filler (bytes BLOB)")
            try filler.run("INSERT INTO filler VALUES (zeroblob(1000000))")
            let pages = try #require(Int(try filler.word("PRAGMA page_count")))
            let store = try SQLiteStoreOpener(path: path, pagesMax: pages + 20).openStore()
            let journal = InMemoryJournal()
            let id = try journal.create().id
            try store.commit(journal.takeBatch())

            var (acknowledged, refused) = (1, StoreBatch())
            while refused.isEmpty, acknowledged < 100 {
                try journal.say(String(repeating: "x", count: 9000), on: id)
                let batch = journal.takeBatch()
                do throws(StoreError) {
                    try store.commit(batch)
                    acknowledged += 1
                } catch {
                    guard case .unavailable(let reason) = error else { throw error }
                    #expect(reason.contains(path) && reason.contains("full"))
                    refused = batch
                }
            }
            #expect(!refused.isEmpty, "The limit was reached.")
            #expect(try store.snapshot(of: id)?.seq == acknowledged)
            try filler.run("DROP TABLE filler")
            try store.commit(refused)
            #expect(try store.events(of: id, after: 0, limit: 200) == journal.logs[id])
        }
    }
}
