// A separate database for each MongoDB test, and tickets for it.

import Glibc
import Text
import Tickets

@testable import MongoStore

/// The server of the tests that need one; without it they do not run.
let mongoTestURI: String? = unsafe getenv("GUICHET_TEST_MONGODB").map { unsafe String(cString: $0) }

/// A fresh database, dropped with its owner.
final class MongoScratch {
    let opener: MongoStoreOpener
    let client: MongoClient
    /// Names this client to the server, so that faults affect only it.
    private let appName: String

    /// - Parameter options: more of the URI, such as `&socketTimeoutMS=500`.
    init(_ options: String = "") throws {
        let base = mongoTestURI ?? "mongodb://127.0.0.1:1/"
        let name = "guichet_test_\(TicketID.make(at: MongoFixture.start))"
        appName = name
        let hasPath = base.split(separator: "/", omittingEmptySubsequences: false).count > 3
        let start = base.contains("?") ? "&" : hasPath ? "?" : "/?"
        let uri = "\(base)\(start)appname=\(name)\(options)"
        opener = MongoStoreOpener(uri: uri, database: name)
        client = try MongoClient(MongoAddress(uri: uri, database: name))
    }

    deinit { try? client.run([.init("dropDatabase", .int(1))]) }

    /// Makes the next `times` of this client's given commands fail as in `how`.
    func fail(_ commands: [String], times: Int, _ how: [Tree.Field]) throws {
        let target: [Tree.Field] = [
            .init("failCommands", .array(commands.map { Tree($0) })),
            .init("appName", Tree(appName)),
        ]
        try Self.configure(.object([.init("times", Tree(times))]), target + how)
    }

    /// Whether the server still works on such a command of this client.
    func isRunning(_ command: String) throws -> Bool {
        let admin = try MongoClient(MongoAddress(uri: mongoTestURI ?? "", database: "admin"))
        let answer = try admin.answer([
            .init("currentOp", .int(1)), .init("appName", Tree(appName)),
            .init("command.\(command)", .field("$exists", .bool(true))),
        ])
        // Bytes, since an operation has fields that our reader does not know. Each names its client.
        return answer.indices.contains { answer[$0...].starts(with: appName.utf8) }
    }

    func stopFailing() throws { try Self.configure(.string("off"), []) }

    /// Whether the server was started for tests, with `enableTestCommands`.
    static let hasFaults = mongoTestURI != nil && (try? configure(.string("off"), [])) != nil

    /// Otherwise the server is standalone.
    static let isReplicaSet =
        mongoTestURI != nil && (try? administer("replSetGetStatus", [])) != nil

    private static func configure(_ mode: Tree, _ data: [Tree.Field]) throws {
        try administer(
            "configureFailPoint", value: .string("failCommand"),
            [.init("mode", mode), .init("data", .object(data))])
    }

    private static func administer(
        _ command: ExactText, value: Tree = .int(1), _ options: [Tree.Field]
    ) throws {
        let address = MongoAddress(uri: mongoTestURI ?? "", database: "admin")
        try MongoClient(address).run([.init(command, value)] + options)
    }
}

extension MongoTicketStore {
    var pending: PendingWrites {
        get { writer.exclusively { $0.pending } }
        set { writer.exclusively { $0.pending = newValue } }
    }

    var unconfirmed: UnconfirmedWrites { writer.exclusively { $0.unconfirmed } }

    func writePendingStatistics() throws {
        try writer.exclusively { writes throws(MongoFailure) in
            try writes.writePendingStatistics()
        }
    }

    /// Returns when what follows from the events is written, or cannot be.
    func awaitDerived() { _ = writer.queue.awaitWritten(milliseconds: 20_000) }
}

enum MongoFixture {
    static let start = Timestamp(milliseconds: 1_764_000_000_000)
    static let dana = Person(id: "dana", name: "Dana Ortiz", role: .client)
    static let rene = Person(id: "rene", name: "René Faure", role: .technician)

    static func rules(_ now: Timestamp = start) -> TicketRules {
        TicketRules(policy: SLAPolicy(), limits: ContentLimits(), now: now) { id in
            [dana, rene].first { $0.id == id }
        }
    }

    static let nextYear = start.advanced(byMilliseconds: 366 * 86_400_000)

    static func created(
        number: Int, key: ExactText? = nil, at time: Timestamp = start
    ) throws -> TicketEvent {
        let new = NewTicket(
            title: "Printer \(number) 🖨️", description: "It hums: $where {\"$gt\": 1}",
            category: .incident, priority: .high, project: "acme")
        return try rules(time).create(
            new, number: number, by: Caller(person: dana, projects: ["acme"]), key: key,
            fingerprint: .max)
    }

    static func message(
        on snapshot: Ticket, _ body: String = "Hello", internal isInternal: Bool = false,
        key: ExactText? = nil
    ) throws -> TicketEvent? {
        var edit = TicketEdit()
        edit.draft = Draft(body: body)
        edit.draft?.isInternal = isInternal
        let now = snapshot.createdAt.advanced(byMilliseconds: Int64(snapshot.seq) * 1000)
        return try rules(now).decide(
            edit, on: snapshot, by: Caller(person: rene, reachesAllTickets: true), key: key,
            fingerprint: 7)
    }

    /// A batch of `events` with the snapshot after them, from `snapshot`.
    static func batch(_ events: [TicketEvent], on snapshot: Ticket? = nil) -> StoreBatch {
        var batch = StoreBatch()
        batch.events = events
        if let snapshot {
            batch.snapshots = [events.reduce(snapshot) { $0.applying($1) }]
        } else if let snapshot = Ticket.fold(events) {
            batch.snapshots = [snapshot]
        }
        return batch
    }
}
