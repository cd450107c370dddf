// The embedded store's folder of files: its content, and what must never be in it.

import Foundation
import SQLiteStore
import Testing
import Text
import Tickets

@Suite struct SQLiteFileTests {
    private func open(
        _ body: (any TicketStore, any FileStore, String) throws -> Void
    ) throws {
        try ScratchDirectory.with { directory in
            let opener = SQLiteStoreOpener(path: directory + "/guichet.db")
            try body(opener.openStore(), opener.openFiles(), directory + "/guichet.db.files")
        }
    }

    private func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test func `disk names are random, for this user alone, and in place only when whole`() throws {
        try open { store, files, folder in
            let writer = try files.begin(.make(at: InMemoryJournal().now))
            try writer.append([1, 2, 3])
            #expect(try names(in: folder) == ["tmp"])
            #expect(try names(in: folder + "/tmp").count == 1)
            let location = try writer.finish()
            #expect(try names(in: folder) == [location, "tmp"].sorted())
            #expect(try names(in: folder + "/tmp").isEmpty)
            #expect(location.count == 32)
            let mode = try FileManager.default.attributesOfItem(
                atPath: "\(folder)/\(location)")[.posixPermissions]
            #expect(mode as? Int == 0o600)
            let again = try files.begin(.make(at: InMemoryJournal().now))
            #expect(try again.finish() != location)
        }
    }

    @Test(arguments: [
        "../guichet.db", "/etc/passwd", "tmp", "", "a", "0123456789abcdef0123456789ABCDEF",
    ])
    func `an entry that was tampered with leads nowhere`(location: String) throws {
        try open { store, files, _ in
            let file = StoredFile(
                id: .make(at: InMemoryJournal().now), name: "x", type: "text/plain", size: 1,
                owner: "carl",
                location: location)
            #expect(try files.read(file, at: 0, count: 1) == nil)
            try files.removeBytes(of: [file])
        }
    }

    @Test func `no link in the folder is followed`() throws {
        try open { store, files, folder in
            let name = String(repeating: "ab", count: 16)
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/\(name)", withDestinationPath: "/etc/hostname")
            let file = StoredFile(
                id: .make(at: InMemoryJournal().now), name: "x", type: "text/plain", size: 1,
                owner: "carl",
                location: name)
            #expect(throws: StoreError.self) { try files.read(file, at: 0, count: 1) }
        }
    }

    @Test func `a batch that attaches what another has is a conflict and writes nothing`() throws {
        try open { store, files, _ in
            let file = try FileContractTests.keep([1], store, files)
            let winner = InMemoryJournal()
            let loser = InMemoryJournal(lastNumber: 9)
            winner.files = [file]
            loser.files = [file]
            try winner.create(attachments: [file.id])
            let lost = try loser.create(attachments: [file.id]).id
            try store.commit(winner.takeBatch())
            let batch = loser.takeBatch()
            #expect(conflicts { () throws(StoreError) in try store.commit(batch) })
            #expect(try store.snapshot(of: lost) == nil)
        }
    }

    @Test func `a folder that cannot be made is reported with its path`() throws {
        try ScratchDirectory.with { directory in
            let path = directory + "/guichet.db"
            let opener = SQLiteStoreOpener(path: path)
            _ = try opener.openStore()
            try "x".write(toFile: path + ".files", atomically: true, encoding: .utf8)
            #expect {
                _ = try opener.openFiles()
            } throws: {
                "\($0)".contains("\(path).files")
            }
        }
    }
}
