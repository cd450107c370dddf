// What the writer says when the server fails it, and that it goes on afterwards. The faults are the
// server's own fail points, one at a time, since a server has only one of each.

import Testing
import Tickets

@testable import MongoStore

@Suite(.serialized, .enabled(if: MongoScratch.hasFaults)) struct MongoFaultTests {
    static let hangUp: [Record.Field] = [.init("closeConnection", .bool(true))]
    static let refuse: [Record.Field] = [.init("errorCode", .int(14031))]
    static let tooFewMembers: [Record.Field] = [
        .init(
            "writeConcernError",
            .object([.init("code", .int(64)), .init("errmsg", .string("waiting timed out"))]))
    ]
    static let loseRace: [Record.Field] = [
        .init("errorCode", .int(112)),
        .init("errorLabels", .array([.string("TransientTransactionError")])),
    ]

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

    /// After a fault: the next commit of the same objects succeeds, and nothing stands twice.
    private func expectRecovery(number: Int) throws {
        try scratch.stopFailing()
        #expect(commit(number: number) == nil)
        #expect(try store.highestNumber() == number)
    }

    @Test(arguments: ["insert", "update", "commitTransaction"])
    func `one lost connection is not noticed`(command: String) throws {
        guard store.hasTransactions else { return }
        try scratch.fail([command], times: 1, Self.hangUp)
        #expect(commit(number: 1) == nil)
        try expectRecovery(number: 2)
    }

    @Test func `a transaction that lost a race is tried again`() throws {
        guard store.hasTransactions else { return }
        try scratch.fail(["insert"], times: 2, Self.loseRace)
        #expect(commit(number: 1) == nil)
        try expectRecovery(number: 2)
    }

    @Test(arguments: ["insert", "update"])
    func `a refused transaction is unavailable and leaves nothing`(command: String) throws {
        guard store.hasTransactions else { return }
        try scratch.fail([command], times: 9, Self.refuse)
        let error = commit(number: 1)
        guard case .unavailable(let reason)? = error else {
            Issue.record("not unavailable: \(String(describing: error))")
            return
        }
        #expect(reason.contains("make room"))
        #expect(try store.highestNumber() == 0)
        try expectRecovery(number: 2)
    }

    @Test(arguments: [hangUp, tooFewMembers])
    func `a commit without an answer has an unknown outcome`(fault: [Record.Field]) throws {
        guard store.hasTransactions else { return }
        try scratch.fail(["commitTransaction"], times: 9, fault)
        let error = commit(number: 1)
        guard case .unknownOutcome? = error else {
            Issue.record("not unknown: \(String(describing: error))")
            return
        }
        try expectRecovery(number: 2)
    }

    @Test(arguments: [hangUp, tooFewMembers])
    func `without transactions an unanswered insert is unknown`(fault: [Record.Field]) throws {
        let alone = MongoTicketStore(client: scratch.client, hasTransactions: false)
        try scratch.fail(["insert"], times: 2, fault)
        let batch = MongoFixture.batch([try MongoFixture.created(number: 1)])
        let error = #expect(throws: StoreError.self) { try alone.commit(batch) }
        guard case .unknownOutcome? = error else {
            Issue.record("not unknown: \(String(describing: error))")
            return
        }
        try expectRecovery(number: 2)
    }

    @Test func `without transactions heads that fail are owed and written later`() throws {
        let alone = MongoTicketStore(client: scratch.client, hasTransactions: false)
        let created = try MongoFixture.created(number: 1)
        try scratch.fail(["update"], times: 9, Self.refuse)
        try alone.commit(MongoFixture.batch([created]))
        #expect(alone.owed.count == 1)
        #expect(try alone.head(of: created.ticket) == created.created)
        try scratch.stopFailing()
        try alone.commit(StoreBatch())
        #expect(alone.owed.count == 0)
        let hub = TicketQuery(caller: .hub, sort: .createdAt, limit: 9)
        let reader = try MongoTicketReader(scratch.client.address)
        #expect(try reader.tickets(hub).tickets.map(\.number) == [1])
    }
}
