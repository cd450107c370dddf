// The stores that the contract suite runs against, fresh each time. MongoDB is included when
// GUICHET_TEST_MONGODB holds the URI of a server; its databases are named guichet_test_….

import Foundation
import Testing
import Text
import Tickets

@testable import MongoStore
@testable import SQLiteStore

struct StoreUnderTest: Sendable, CustomTestStringConvertible {
    private enum Kind {
        case sqlite
        case mongo(uri: String)
    }

    private let kind: Kind

    static var all: [StoreUnderTest] {
        let uri = ProcessInfo.processInfo.environment["GUICHET_TEST_MONGODB"]
        return [StoreUnderTest(kind: .sqlite)]
            + (uri.map { [StoreUnderTest(kind: .mongo(uri: $0))] } ?? [])
    }

    var testDescription: String {
        switch kind {
        case .sqlite: "SQLite"
        case .mongo: "MongoDB"
        }
    }

    /// Lends an empty store.
    func open(_ body: (any TicketStoreOpener) throws -> Void) throws {
        switch kind {
        case .sqlite:
            try ScratchDirectory.with { directory in
                try body(SQLiteStoreOpener(path: directory + "/guichet.db"))
            }
        case .mongo(let uri):
            let name = "guichet_test_\(UInt32.random(in: 0 ... .max))"
            try body(MongoStoreOpener(uri: uri, database: name))
        }
    }
}

extension StoreUnderTest {
    /// Lends two openers of one place with no store in it yet, the first for a look alone, and a list
    /// of what is there: files, or collections.
    func inspect(
        _ body: (
            _ looking: any TicketStoreOpener, any TicketStoreOpener, () throws -> [String]
        ) throws -> Void
    ) throws {
        switch kind {
        case .sqlite:
            try ScratchDirectory.with { directory in
                let path = directory + "/guichet.db"
                try body(
                    SQLiteStoreOpener(path: path, isInspection: true),
                    SQLiteStoreOpener(path: path)
                ) { try FileManager.default.contentsOfDirectory(atPath: directory).sorted() }
            }
        case .mongo(let uri):
            let name = "guichet_test_\(UInt32.random(in: 0 ... .max))"
            let client = try MongoClient(MongoAddress(uri: uri, database: name))
            try body(
                MongoStoreOpener(uri: uri, database: name, isInspection: true),
                MongoStoreOpener(uri: uri, database: name)
            ) {
                try MongoCollection.allCases.filter {
                    try client.indexes(of: $0).next() != nil
                }.map(\.rawValue)
            }
            try client.run([.init("dropDatabase", .int(1))])
        }
    }

    /// Converts the store to the form from before the order by waiting.
    func loseWaiting(of opener: any TicketStoreOpener) throws {
        switch opener {
        case let opener as SQLiteStoreOpener:
            let database = try DatabaseFile.open(opener.path, for: .writeAgain)
            let step = try #require(Schema.steps.firstIndex(of: Schema.waiting))
            for sql in [
                "DROP INDEX tickets_waiting", "ALTER TABLE tickets DROP COLUMN waiting_since",
                "PRAGMA user_version = \(step)",
            ] { try database.prepareOnce(sql).run() }
        case let opener as MongoStoreOpener:
            try opener.openClient().update(
                .tickets, [],
                [.init("$unset", .object([.init("order.waitingSince", .string(""))]))])
        default: Issue.record("no such store")
        }
    }

    /// Converts the search index to an earlier version.
    func loseSearch(of opener: any TicketStoreOpener) throws {
        switch opener {
        case let opener as SQLiteStoreOpener:
            let database = try DatabaseFile.open(opener.path, for: .writeAgain)
            try database.run("UPDATE search_state SET version = 0")
        case let opener as MongoStoreOpener:
            let client = try opener.openClient()
            for collection in [MongoCollection.search, .names, .counters] {
                try client.run([
                    .init("delete", Tree(collection.rawValue)),
                    .init(
                        "deletes",
                        .array([.object([.init("q", .object([])), .init("limit", .int(0))])])),
                ])
            }
        default: Issue.record("no such store")
        }
    }
}

enum ScratchDirectory {
    /// Lends the path of an empty directory and removes it afterwards.
    static func with(_ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("guichet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory.path)
    }
}
