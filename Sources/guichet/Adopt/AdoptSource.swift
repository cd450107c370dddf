// Where old tickets come from. Each can be walked more than once, in the same order.

import Adoption
import MongoStore
import Text
import Tickets

/// One old document, or why it cannot be read.
enum OldDocument {
    case whole(OldValue)
    case broken(id: ExactText, reason: String)
}

/// Makes the same source for another thread.
typealias AdoptSourceMaker = @Sendable () throws -> any AdoptSource

protocol AdoptSource {
    var label: String { get }
    var maker: AdoptSourceMaker { get }
    /// About how many tickets there are, for the progress.
    var count: Int { get }
    /// Where the source itself has files; nil: nowhere.
    func ownFiles() throws -> (any OldFiles)?
    func visitPeople(_ visit: (OldValue) throws -> Void) throws
    /// Documents with the id and the name of a project.
    func visitProjects(_ visit: (OldValue) throws -> Void) throws
    func visitTickets(_ visit: (OldDocument) throws -> Void) throws
}

/// Collections of a MongoDB database.
final class DatabaseSource: AdoptSource {
    private let database: ForeignDatabase
    private let uri: String
    private let collections: OldCollections
    let count: Int

    init(_ uri: String, _ collections: OldCollections) throws {
        self.uri = uri
        database = try ForeignDatabase(uri: uri)
        self.collections = collections
        count = try database.count(of: collections.tickets)
    }

    var label: String { "\(database.label), collection \(collections.tickets)" }

    var maker: AdoptSourceMaker {
        { [uri, collections] in try DatabaseSource(uri, collections) }
    }

    func changes(
        after place: String?, awaitMilliseconds: Int
    ) throws(ForeignChangesError) -> ForeignChanges {
        try ForeignChanges(
            of: collections.tickets, in: database, after: place,
            awaitMilliseconds: awaitMilliseconds)
    }

    /// nil: there is no collection of people.
    func changesOfPeople() throws(ForeignChangesError) -> ForeignChanges? {
        guard let users = collections.users else { return nil }
        return try ForeignChanges(of: users, in: database, after: nil, awaitMilliseconds: 1)
    }

    /// nil: it is gone.
    func document(_ key: [UInt8]) throws(StoreError) -> OldDocument? {
        try database.document(key, of: collections.tickets).map(Self.decoded)
    }

    /// Returns false if it was so already.
    func refuseWrites() throws(StoreError) -> Bool {
        try database.refuseWrites(to: collections.tickets)
    }

    /// Returns false if it was so already.
    func releaseWrites() throws(StoreError) -> Bool {
        try database.releaseWrites(to: collections.tickets)
    }

    func visitPeople(_ visit: (OldValue) throws -> Void) throws {
        guard let users = collections.users else { return }
        try walk(users) { document in
            // A user who cannot be read keeps the id as name.
            if case .whole(let value) = document { try visit(value) }
        }
    }

    func visitProjects(_ visit: (OldValue) throws -> Void) throws {
        guard let projects = collections.projects else { return }
        try walk(projects) { document in
            // A project that cannot be read keeps the id as name.
            if case .whole(let value) = document { try visit(value) }
        }
    }

    func visitTickets(_ visit: (OldDocument) throws -> Void) throws {
        try walk(collections.tickets, visit)
    }

    func ownFiles() -> (any OldFiles)? { nil }

    private func walk(_ collection: String, _ visit: (OldDocument) throws -> Void) throws {
        let documents = try database.documents(of: collection)
        while let bytes = try documents.next() { try visit(Self.decoded(bytes)) }
    }

    private static func decoded(_ bytes: [UInt8]) -> OldDocument {
        do {
            return .whole(try OldBSON.document(bytes))
        } catch {
            let id = OldBSON.id(of: bytes)?.text ?? "(no _id)"
            return .broken(id: ExactText(id), reason: error.description)
        }
    }
}
