// One writer at a time, and what remains possible beside it.

import Foundation
import SQLiteStore
import Testing
import Tickets

@Suite struct StoreClaimTests {
    private static let serving = StoreClaimant(
        command: "serve", address: "127.0.0.1:8080", createsStore: true)

    private func refusal(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "nothing was refused"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a second writer is refused, and the error names the first`(
        _ kind: StoreUnderTest
    ) throws {
        try kind.open { opener in
            let first = try opener.claim(by: Self.serving)
            let reason = refusal { _ = try opener.claim(by: Self.serving) }
            #expect(reason.contains("in use by process \(getpid())"), "\(reason)")
            #expect(reason.contains("since 20"), "\(reason)")
            // Readers and files have nothing to do with it.
            _ = try opener.openStore()
            _ = try opener.openReader()
            first.release()
            try opener.claim(by: Self.serving).release()
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `looking at a store that is not there makes nothing`(_ kind: StoreUnderTest) throws {
        try kind.inspect { looking, opener, leftovers in
            let repair = StoreClaimant(command: "check", createsStore: false)
            for reason in [
                refusal { _ = try looking.openReader() },
                refusal { _ = try looking.claim(by: repair) },
            ] { #expect(reason.contains("there is no store"), "\(reason)") }
            #expect(try leftovers().isEmpty)
            let journal = InMemoryJournal()
            try journal.create()
            try opener.openStore().commit(journal.takeBatch())
            let before = try leftovers()
            var tickets = 0
            try looking.openReader().visitLogs { _, _, _ in tickets += 1 }
            #expect(tickets == 1)
            #expect(try leftovers() == before)
        }
    }

    @Test func `no name of a file gets around its lock`() throws {
        try ScratchDirectory.with { directory in
            let path = directory + "/guichet.db"
            let claim = try SQLiteStoreOpener(path: path).claim(by: Self.serving)
            let (symbolic, hard) = (directory + "/symbolic.db", directory + "/hard.db")
            let files = FileManager.default
            try files.createSymbolicLink(atPath: symbolic, withDestinationPath: "guichet.db")
            try files.linkItem(atPath: path, toPath: hard)
            for name in [symbolic, hard, directory + "/./guichet.db"] {
                let reason = refusal {
                    _ = try SQLiteStoreOpener(path: name).claim(by: Self.serving)
                }
                #expect(reason.contains("in use by process \(getpid())"), "\(reason)")
            }
            claim.release()
        }
    }

    @Test func `what others may read or write is closed to them`() throws {
        try ScratchDirectory.with { directory in
            let path = directory + "/guichet.db"
            let opener = SQLiteStoreOpener(path: path)
            let folder = path + ".files"
            let upload = folder + "/" + String(repeating: "ab", count: 16)
            _ = try opener.openStore()
            _ = try opener.openFiles()
            try Data([1]).write(to: URL(fileURLWithPath: upload))
            let open = [path: 0o644, upload: 0o666, folder: 0o777, folder + "/tmp": 0o750]
            for (name, mode) in open { try setMode(mode, of: name) }
            let repaired = try opener.repairPermissions()
            #expect(Set(repaired.map(\.path)).isSuperset(of: open.keys))
            for name in open.keys {
                #expect(
                    try mode(of: name) == (name.hasPrefix(folder) && name != upload ? 0o700 : 0o600)
                )
            }
            #expect(try opener.repairPermissions().isEmpty)
        }
    }

    @Test func `a file that is not a store keeps its mode`() throws {
        try ScratchDirectory.with { directory in
            let path = directory + "/guichet.db"
            let zeros = Array("SQLite format 3\0".utf8) + [UInt8](repeating: 0, count: 84)
            var (marked, newer) = (zeros, zeros)
            marked[71] = 1
            // Pages of 4096 bytes, and a schema that is not known here.
            (newer[16], newer[62]) = (0x10, 1)
            let texts = [
                Array("root:x:0:0".utf8), Array(repeating: 0x20, count: 4096), zeros, marked, newer,
            ]
            for text in texts {
                try Data(text).write(to: URL(fileURLWithPath: path))
                try setMode(0o644, of: path)
                #expect(try SQLiteStoreOpener(path: path).repairPermissions().isEmpty)
                #expect(try mode(of: path) == 0o644)
            }
        }
    }

    @Test func `a store whose first words are in its log alone is closed too`() throws {
        try ScratchDirectory.with { directory in
            let path = directory + "/guichet.db"
            var first = Array("SQLite format 3\0".utf8) + [UInt8](repeating: 0, count: 4080)
            first[16] = 0x10
            for text in [[], first] {
                try Data(text).write(to: URL(fileURLWithPath: path))
                try setMode(0o644, of: path)
                #expect(try SQLiteStoreOpener(path: path).repairPermissions().count == 1)
            }
        }
    }

    @Test func `uploads behind a link are refused`() throws {
        try ScratchDirectory.with { directory in
            let path = directory + "/guichet.db"
            try FileManager.default.createSymbolicLink(
                atPath: path + ".files", withDestinationPath: directory)
            let reason = refusal { _ = try SQLiteStoreOpener(path: path).repairPermissions() }
            #expect(reason.contains("\(path).files is a link"), "\(reason)")
        }
    }

    private func setMode(_ mode: Int, of path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
