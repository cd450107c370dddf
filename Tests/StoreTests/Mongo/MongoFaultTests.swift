// The writer's errors when the server fails, and its recovery. The faults are the server's own fail
// points, one at a time, since a server has only one of each.

import Glibc
import Testing
import Text
import Tickets

@testable import MongoStore

@Suite(.serialized, .enabled(if: MongoScratch.hasFaults)) struct MongoFaultTests {
    static let hangUp: [Tree.Field] = [.init("closeConnection", .bool(true))]
    static let refuse: [Tree.Field] = [.init("errorCode", .int(14031))]
    static let tooFewMembers: [Tree.Field] = [
        .init(
            "writeConcernError",
            .object([.init("code", .int(64)), .init("errmsg", .string("waiting timed out"))]))
    ]
    static let stepDown: [Tree.Field] = [.init("errorCode", .int(10107))]

    let scratch: MongoScratch
    let store: MongoTicketStore

    init() throws {
        scratch = try MongoScratch()
        store = try MongoTicketStore(scratch.client.address)
    }

    private func commit(number: Int) -> StoreError? {
        do throws(any Error) {
            try store.commit(MongoFixture.batch([try MongoFixture.created(number: number)]))
            return nil
        } catch {
            return error as? StoreError ?? .corrupt("\(error)")
        }
    }

    /// After a fault: the next commit of the same objects succeeds, without duplicates.
    private func expectRecovery(number: Int) throws {
        try scratch.stopFailing()
        #expect(commit(number: number) == nil)
        #expect(try store.highestNumber() == number)
    }

    /// New indexes in a store with millions of tickets, after an update, are slow to make.
    @Test func `indexes that take longer to make than any answer may do not end the start`() throws
    {
        let slowly: [Tree.Field] = [
            .init("blockConnection", .bool(true)), .init("blockTimeMS", .int(5500)),
        ]
        try scratch.fail(["createIndexes"], times: 1, slowly)
        _ = try scratch.opener.openStore()
    }

    /// A standalone server cannot distinguish a repeated write from two writes.
    @Test(.enabled(if: MongoScratch.isReplicaSet), arguments: ["insert", "update"])
    func `one lost connection is not noticed`(command: String) throws {
        try scratch.fail([command], times: 1, Self.hangUp)
        #expect(commit(number: 1) == nil)
        #expect(store.pending.isEmpty)
        try expectRecovery(number: 2)
    }

    @Test func `a refused insert is unavailable and leaves nothing`() throws {
        try scratch.fail(["insert"], times: 9, Self.refuse)
        let error = commit(number: 1)
        guard case .unavailable(let reason)? = error else {
            Issue.record("not unavailable: \(String(describing: error))")
            return
        }
        #expect(reason.contains("make room"))
        #expect(try store.highestNumber() == 0)
        try expectRecovery(number: 2)
    }

    @Test(arguments: [hangUp, tooFewMembers, stepDown])
    func `an insert without an answer has an unknown outcome`(fault: [Tree.Field]) throws {
        try scratch.fail(["insert"], times: 2, fault)
        let error = commit(number: 1)
        guard case .unknownOutcome? = error else {
            Issue.record("not unknown: \(String(describing: error))")
            return
        }
        try expectRecovery(number: 2)
    }

    @Test(.enabled(if: MongoScratch.isReplicaSet))
    func `the files of an event without an answer are attached when the answer is known`() throws {
        let (files, journal, file, id) = try attached()
        try scratch.fail(["insert"], times: 2, Self.tooFewMembers)
        #expect(throws: StoreError.self) { try store.commit(journal.takeBatch()) }
        try scratch.stopFailing()
        #expect(try files.unattached(before: FileContractTests.future, limit: 9) == [file])
        #expect(try store.events(of: id, after: 0, limit: 9).count == 1)
        #expect(try files.unattached(before: FileContractTests.future, limit: 9) == [])
    }

    @Test func `the files of an event before a crash are attached at the next start`() throws {
        let (files, journal, file, _) = try attached()
        let documents = journal.takeBatch().eventDocuments(named: nil) {
            .make(at: $0.at)
        }
        try scratch.client.insert(documents.map(\.bson), into: .events)
        #expect(try files.unattached(before: FileContractTests.future, limit: 9) == [file])
        _ = try scratch.opener.openStore()
        #expect(try files.unattached(before: FileContractTests.future, limit: 9) == [])
    }

    /// A ticket with a file, still to be committed.
    private func attached() throws -> (any FileStore, InMemoryJournal, StoredFile, TicketID) {
        let files = try scratch.opener.openFiles()
        let file = try FileContractTests.keep(
            [1], store, files, of: InMemoryJournal.client)
        let journal = InMemoryJournal()
        journal.files = [file]
        return (files, journal, file, try journal.create(attachments: [file.id]).id)
    }

    /// The hub then says "nothing was written", and must be right for ever.
    @Test(.enabled(if: MongoScratch.isReplicaSet))
    func `an insert that was found missing cannot run later`() throws {
        let scratch = try MongoScratch("&socketTimeoutMS=1000")
        let store = try MongoTicketStore(scratch.client.address)
        let created = try MongoFixture.created(number: 1)
        // The server holds it longer than the driver waits, twice.
        let slowly: [Tree.Field] = [
            .init("blockConnection", .bool(true)), .init("blockTimeMS", .int(5000)),
        ]
        try scratch.fail(["insert"], times: 2, slowly)
        let error = #expect(throws: StoreError.self) {
            try store.commit(MongoFixture.batch([created]))
        }
        guard case .unknownOutcome? = error else {
            Issue.record("not unknown: \(String(describing: error))")
            return
        }
        #expect(try scratch.isRunning("insert"), "else the test tests nothing")
        #expect(try store.events(of: created.ticket, after: 0, limit: 9).isEmpty)
        let deadline = ContinuousClock.now + .seconds(20)
        while try scratch.isRunning("insert"), ContinuousClock.now < deadline { usleep(50_000) }
        #expect(try store.events(of: created.ticket, after: 0, limit: 9).isEmpty)
        #expect(try store.highestNumber() == 0)
        try store.commit(MongoFixture.batch([created]))
    }

    @Test func `events of an unknown outcome get their snapshots when the log is read`() throws {
        let created = try MongoFixture.created(number: 1)
        // The server inserts and then says that it waited in vain for the other members.
        try scratch.fail(["insert"], times: 2, Self.tooFewMembers)
        #expect(throws: StoreError.self) { try store.commit(MongoFixture.batch([created])) }
        #expect(store.doubtful == [created.ticket])
        try scratch.stopFailing()
        #expect(try store.events(of: created.ticket, after: 0, limit: 9).map(\.seq) == [1])
        #expect(store.doubtful.isEmpty)
        #expect(try listedNumbers() == [1])
    }

    @Test func `the next commit repairs the snapshots of an unknown outcome`() throws {
        try scratch.fail(["insert"], times: 2, Self.tooFewMembers)
        #expect(commit(number: 1) != nil)
        try scratch.stopFailing()
        #expect(commit(number: 2) == nil)
        #expect(store.doubtful.isEmpty)
        #expect(try listedNumbers() == [1, 2])
    }

    @Test func `snapshots that fail are pending and written later`() throws {
        let created = try MongoFixture.created(number: 1)
        try scratch.fail(["update"], times: 9, Self.refuse)
        try store.commit(MongoFixture.batch([created]))
        #expect(store.pending.snapshots.keys.elementsEqual([created.ticket]))
        #expect(try store.snapshot(of: created.ticket) == created.created)
        #expect(try listedNumbers() == [])
        try scratch.stopFailing()
        try store.commit(StoreBatch())
        #expect(store.pending.isEmpty)
        #expect(try listedNumbers() == [1])
    }

    @Test func `a search that takes too long is refused with a hint to narrow it`() throws {
        #expect(commit(number: 1) == nil)
        var query = TicketQuery(caller: .hub, sort: .createdAt, limit: 9)
        query.filter.text = "printer"
        let reader = try MongoTicketReader(scratch.client.address)
        // What the server says when `maxTimeMS` has passed.
        try scratch.fail(["find"], times: 1, [.init("errorCode", .int(50))])
        let error = #expect(throws: StoreError.self) { try reader.tickets(query) }
        guard case .timeLimit? = error else {
            Issue.record("no time limit: \(String(describing: error))")
            return
        }
        try scratch.stopFailing()
        #expect(try reader.tickets(query).tickets.map(\.number) == [1])
    }

    @Test func `events do not outrun their snapshots for ever`() throws {
        try scratch.fail(["update"], times: 1_000_000, Self.refuse)
        var number = 0
        func next() throws -> StoreBatch {
            let from = number + 1
            number += 250
            var batch = StoreBatch()
            batch.events = try (from...number).map { try MongoFixture.created(number: $0) }
            batch.snapshots = batch.events.compactMap(\.created)
            return batch
        }
        for _ in 0..<4 { try store.commit(try next()) }
        let tooMany = try next()
        let error = #expect(throws: StoreError.self) { try store.commit(tooMany) }
        guard case .unavailable? = error else {
            Issue.record("not unavailable: \(String(describing: error))")
            return
        }
        #expect(try store.highestNumber() == 1000)
        try scratch.stopFailing()
        try store.commit(tooMany)
        #expect(store.pending.isEmpty)
        #expect(try store.highestNumber() == 1250)
    }

    private func listedNumbers() throws -> [Int] {
        let hub = TicketQuery(caller: .hub, sort: .createdAt, limit: 9)
        let reader = try MongoTicketReader(scratch.client.address)
        return try reader.tickets(hub).tickets.map(\.number).sorted()
    }
}
