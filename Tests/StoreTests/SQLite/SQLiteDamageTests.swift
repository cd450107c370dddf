// Damaged files and rows: refused with the place and a remedy, never a crash.

import Foundation
import Testing
import Tickets

@testable import SQLiteStore

@Suite struct SQLiteDamageTests {
    // MARK: Files

    @Test func `a file that does not open says why and what to do`() throws {
        try ScratchDirectory.with { directory in
            try Data(String(repeating: "Dear diary, ", count: 500).utf8).write(
                to: URL(fileURLWithPath: directory + "/diary.txt"))
            let foreign = directory + "/foreign.db"
            try runTool("CREATE TABLE t (x)", on: foreign)
            let newer = directory + "/newer.db"
            _ = try SQLiteStoreOpener(path: newer).openStore()
            try runTool("PRAGMA user_version = 99", on: newer)
            let cases = [
                (directory + "/missing/g.db", "does not exist"),
                (directory, "give the path of a file"),
                (directory + "/diary.txt", "not a SQLite database"),
                (foreign, "another program"),
                (newer, "newer Guichet"),
            ]
            for (path, hint) in cases {
                let message = refusal { _ = try SQLiteStoreOpener(path: path).openStore() }
                #expect(message?.contains(path) == true, "\(path): \(message ?? "opened")")
                #expect(message?.contains(hint) == true, "\(path): \(message ?? "opened")")
            }
            let message = refusal {
                _ = try SQLiteStoreOpener(path: directory + "/none.db").openReader()
            }
            #expect(message?.contains("none.db") == true)
        }
    }

    @Test func `a damaged file is refused at the start`() throws {
        try ScratchDirectory.with { directory in
            let path = directory + "/g.db"
            let journal = InMemoryJournal()
            for _ in 1...50 { try journal.create() }
            try SQLiteStoreOpener(path: path).openStore().commit(journal.takeBatch())
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            let size = try file.seekToEnd()
            // Every third page but the first, which alone says that this is a database.
            for offset in stride(from: UInt64(8192), to: size, by: 3 * 4096) {
                try file.seek(toOffset: offset)
                try file.write(contentsOf: Data(repeating: 0xA5, count: 512))
            }
            try file.close()
            do throws(StoreError) {
                _ = try SQLiteStoreOpener(path: path).openStore()
                Issue.record("A damaged file was opened.")
            } catch {
                guard case .corrupt(let reason) = error else { throw error }
                #expect(reason.contains(path) && reason.contains("backup"))
            }
        }
    }

    // MARK: Rows

    private static let damages = [
        #"'{"seq":2}'"#, "''", "'null'", "'[1'", "CAST(x'22ff22' AS TEXT)",
        #"'{"ticket":"xyz"}'"#, "replace(data, '\"seq\":2', '\"seq\":3')",
        "replace(data, '\"message\"', '\"massage\"')",
    ]

    @Test(arguments: damages)
    func `a damaged event is named`(_ damage: String) throws {
        try ScratchDirectory.with { directory in
            let journal = InMemoryJournal()
            let id = try journal.holdMixedConversation(count: 3)
            let opener = SQLiteStoreOpener(path: directory + "/g.db")
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            try runTool("UPDATE events SET data = \(damage) WHERE seq = 2", on: opener.path)
            let message = refusal { _ = try store.events(of: id, after: 0, limit: 9) }
            #expect(message?.contains("event 2 of ticket \(id)") == true, "\(message ?? "read")")
            let paging = refusal {
                _ = try opener.openReader().page(
                    of: id, EventQuery(.newest, limit: 9, audience: .staff))
            }
            #expect(paging?.contains("event 2 of ticket \(id)") == true)
        }
    }

    @Test func `a damaged snapshot is named, and its log can rebuild it`() throws {
        try ScratchDirectory.with { directory in
            let journal = InMemoryJournal()
            let id = try journal.holdMixedConversation(count: 3)
            let opener = SQLiteStoreOpener(path: directory + "/g.db")
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            try runTool("UPDATE heads SET data = '{}'", on: opener.path)
            let message = refusal { _ = try store.snapshot(of: id) }
            #expect(message?.contains("\(id)") == true)
            var repaired: [Ticket] = []
            try opener.openReader().visitLogs { _, snapshot, log throws(StoreError) in
                #expect(snapshot == nil)
                if let snapshot = Ticket.fold(log) { repaired.append(snapshot) }
            }
            try opener.repair(repaired)
            #expect(try store.snapshot(of: id) == journal.snapshots[id])
        }
    }

    @Test func `a gap after the snapshot is reported`() throws {
        try ScratchDirectory.with { directory in
            let journal = InMemoryJournal()
            let id = try journal.create().id
            let opener = SQLiteStoreOpener(path: directory + "/g.db")
            let store = try opener.openStore()
            try store.commit(journal.takeBatch())
            try journal.say("Two", on: id)
            try journal.say("Three", on: id)
            try store.commit(journal.takeBatchWithoutSnapshots())
            try runTool("DELETE FROM events WHERE seq = 2", on: opener.path)
            let message = refusal { _ = try store.snapshot(of: id) }
            #expect(message?.contains("hole before event 3") == true)
        }
    }

    /// As an operator's `sqlite3` would.
    private func runTool(_ sql: String, on path: String) throws {
        try Database(ConnectionHandle(path: path, .write(creates: true))).run(sql)
    }

    /// The store's error; nil: none.
    private func refusal(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? StoreError)?.description
        }
    }
}
