// Files in every store: bytes are durable before their entry, entries are attached together with
// their events, and sweeps never remove an attached file.

import Testing
import Text
import Tickets

@Suite struct FileContractTests {
    @Test(arguments: StoreUnderTest.all)
    func `bytes come back whole and in part`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            let files = try opener.openFiles()
            // Around the size of a chunk, and several chunks.
            for size in [0, 1, 261_119, 261_120, 261_121, 700_000] {
                let bytes = Self.bytes(size)
                let file = try Self.keep(bytes, store, files)
                #expect(try files.file(file.id)?.attachment == file.attachment)
                for (offset, count) in [
                    (0, size), (0, min(1, size)), (size / 2, size - size / 2),
                    (max(0, size - 5), min(5, size)),
                    (min(261_118, size), min(4, max(0, size - 261_118))),
                ] {
                    let read = try files.read(file, at: offset, count: count)
                    #expect(read == Array(bytes[offset..<offset + count]), "\(size) \(offset)")
                }
            }
            #expect(try files.file(.make(at: InMemoryJournal().now)) == nil)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `an abandoned upload leaves no file`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            _ = try opener.openStore()
            let files = try opener.openFiles()
            for size in [0, 10, 600_000] {
                let writer = try files.begin(.make(at: InMemoryJournal().now))
                try writer.append(Self.bytes(size))
                writer.abort()
            }
            #expect(try files.removeDebris(before: Self.future, isFull: true) == 0)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `an event takes the files that it attaches`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            let files = try opener.openFiles()
            let journal = InMemoryJournal()
            let first = try Self.keep([1], store, files, of: InMemoryJournal.client)
            let second = try Self.keep([2], store, files, of: InMemoryJournal.tech)
            let third = try Self.keep([3], store, files, of: InMemoryJournal.tech)
            journal.files = [first, second, third]
            let id = try journal.create(attachments: [first.id]).id
            try journal.edit(id) {
                $0.draft = Draft(body: "")
                $0.draft?.isInternal = true
                $0.draft?.attachments = [second.id]
            }
            try store.commit(journal.takeBatch())
            let found = try store.files([first.id, second.id, third.id])
            let claims = [
                first.id: FileClaim(ticket: id, seq: 1, isInternal: false),
                second.id: FileClaim(ticket: id, seq: 2, isInternal: true),
            ]
            for file in [first, second, third] {
                #expect(found[file.id]?.claim == claims[file.id])
                #expect(try files.file(file.id)?.claim == claims[file.id])
            }
            #expect(try files.unattached(before: Self.future, limit: 9).map(\.id) == [third.id])
            #expect(try store.events(of: id, after: 0, limit: 9) == journal.logs[id])
            #expect(try store.snapshot(of: id)?.attachments == [first.attachment])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `making an entry twice changes nothing`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            let files = try opener.openFiles()
            let journal = InMemoryJournal()
            let file = try Self.keep([1], store, files, of: InMemoryJournal.client)
            journal.files = [file]
            let id = try journal.create(attachments: [file.id]).id
            try store.commit(journal.takeBatch())
            var batch = StoreBatch()
            batch.files = [file]
            try store.commit(batch)
            #expect(try store.files([file.id])[file.id]?.claim?.ticket == id)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `an entry that comes with its place is there, new or not`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            let files = try opener.openFiles()
            let journal = InMemoryJournal()
            let old = try Self.keep([1], store, files, of: InMemoryJournal.client)
            let id = try journal.create().id
            try store.commit(journal.takeBatch())
            let newID = FileID.make(at: journal.now)
            let writer = try files.begin(newID)
            try writer.append([2])
            let new = StoredFile(
                id: newID, name: "b", type: "text/plain", size: 1,
                owner: InMemoryJournal.client.id, location: try writer.finish())
            var batch = StoreBatch()
            let claim = FileClaim(ticket: id, seq: 1, isInternal: false)
            batch.files = [old, new].map {
                var file = $0
                file.claim = claim
                return file
            }
            try store.commit(batch)
            #expect(try files.file(old.id)?.claim == claim)
            #expect(try files.file(new.id)?.claim == claim)
            #expect(try files.unattached(before: Self.future, limit: 9) == [])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a file is found by its owner and key, byte for byte, until it goes`(
        _ kind: StoreUnderTest
    ) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            let files = try opener.openFiles()
            var kept: [StoredFile] = []
            for name in ["caf\u{E9}", "cafe\u{301}"] as [ExactText] {
                let key = UploadKey(name: name, digest: "d-\(name.utf8.count)")
                kept.append(try Self.keep([1], store, files, key: key))
            }
            _ = try Self.keep([2], store, files)
            for file in kept {
                let name = try #require(file.key?.name)
                let found = try #require(try files.file(of: file.owner, key: name))
                #expect(found.id == file.id && found.key?.digest == file.key?.digest)
                #expect(try store.file(of: file.owner, key: name)?.id == file.id)
                #expect(try files.file(of: InMemoryJournal.tech.id, key: name) == nil)
            }
            var batch = StoreBatch()
            batch.expired = [kept[0].id]
            try store.commit(batch)
            #expect(try files.file(of: kept[0].owner, key: "caf\u{E9}") == nil)
            #expect(try files.file(of: kept[0].owner, key: "cafe\u{301}")?.id == kept[1].id)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `usage is counted by owner and since a time`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            let files = try opener.openFiles()
            let now = InMemoryJournal().now
            let dayAgo = now.advanced(byMilliseconds: -86_400_000)
            for (size, hours) in [(10, 0), (20, -23), (40, -25)] {
                let time = now.advanced(byMilliseconds: Int64(hours) * 3_600_000)
                _ = try Self.keep(
                    Self.bytes(size), store, files, of: InMemoryJournal.client, at: time)
            }
            _ = try Self.keep(Self.bytes(5), store, files, of: InMemoryJournal.tech)
            let usage = try files.usage(of: InMemoryJournal.client.id, since: dayAgo)
            #expect(usage == FileUsage(files: 2, bytes: 30))
            #expect(try files.usage(of: "nobody", since: dayAgo) == FileUsage())
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `only what no ticket refers to is removed, with its bytes`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            let files = try opener.openFiles()
            let journal = InMemoryJournal()
            let old = journal.now.advanced(byMilliseconds: -90_000_000)
            let orphan = try Self.keep([1], store, files, of: InMemoryJournal.client, at: old)
            let taken = try Self.keep([2], store, files, of: InMemoryJournal.client, at: old)
            let young = try Self.keep([3], store, files, of: InMemoryJournal.client)
            journal.files = [taken]
            try journal.create(attachments: [taken.id])
            try store.commit(journal.takeBatch())
            let bound = journal.now.advanced(byMilliseconds: -86_400_000)
            #expect(try files.unattached(before: bound, limit: 9).map(\.id) == [orphan.id])
            var batch = StoreBatch()
            batch.expired = [orphan.id, taken.id]
            try store.commit(batch)
            try files.removeBytes(of: [orphan, taken])
            #expect(try files.file(orphan.id) == nil)
            #expect(try files.read(orphan, at: 0, count: 1) == nil)
            for file in [taken, young] {
                #expect(try files.file(file.id) != nil)
                #expect(try files.read(file, at: 0, count: 1)?.count == 1)
            }
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `bytes without an entry are debris, once they are old`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            let files = try opener.openFiles()
            let kept = try Self.keep(Self.bytes(600_000), store, files)
            // As a crash leaves it between the bytes and the entry.
            let writer = try files.begin(.make(at: InMemoryJournal().now))
            try writer.append(Self.bytes(600_000))
            _ = try writer.finish()
            #expect(try files.removeDebris(before: Self.past, isFull: true) == 0)
            #expect(try files.removeDebris(before: Self.future, isFull: true) == 1)
            #expect(try files.removeDebris(before: Self.future, isFull: true) == 0)
            #expect(try files.read(kept, at: 0, count: 600_000) == Self.bytes(600_000))
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `a file is attached once`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            let files = try opener.openFiles()
            let file = try Self.keep([1], store, files, of: InMemoryJournal.client)
            let journal = InMemoryJournal()
            journal.files = [file]
            let first = try journal.create(attachments: [file.id]).id
            try store.commit(journal.takeBatch())
            journal.files = try store.files([file.id]).values.map { $0 }
            #expect(throws: TicketRejection.self) { try journal.create(attachments: [file.id]) }
            _ = journal.takeBatch()
            #expect(try files.file(file.id)?.claim?.ticket == first)
        }
    }

    // MARK: Making files

    static let future = Timestamp(milliseconds: 4_000_000_000_000)
    static let past = Timestamp(milliseconds: 1_000_000_000_000)

    static func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    }

    static func keep(
        _ bytes: [UInt8], _ store: any TicketStore, _ files: any FileStore,
        of owner: Person = InMemoryJournal.client, at time: Timestamp = InMemoryJournal().now,
        key: UploadKey? = nil
    ) throws -> StoredFile {
        let id = FileID.make(at: time)
        let writer = try files.begin(id)
        // Cut as a network would cut it.
        for start in stride(from: 0, to: bytes.count, by: 65_521) {
            try writer.append(Array(bytes[start..<min(start + 65_521, bytes.count)]))
        }
        let file = StoredFile(
            id: id, name: "fumée “1”.bin", type: "application/octet-stream", size: bytes.count,
            owner: owner.id, location: try writer.finish(), key: key)
        var batch = StoreBatch()
        batch.files = [file]
        try store.commit(batch)
        return file
    }
}
