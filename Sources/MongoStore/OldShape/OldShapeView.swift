// Creates the view of GUICHET_V2_VIEW, or replaces it by the one of this version.

internal import CMongo
import Text
internal import Tickets

package struct OldShapeView: Sendable {
    private static let bytesMax = 100
    let name: String

    /// nil for a name that no view can have, or that a collection of the store has.
    package init?(name: String) {
        func isLetter(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        func isOther(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        guard let first = name.utf8.first, isLetter(first), name.utf8.count <= Self.bytesMax,
            name.utf8.allSatisfy({ isLetter($0) || isOther($0) }),
            MongoCollection(rawValue: name) == nil
        else { return nil }
        self.name = name
    }

    func make(in client: MongoClient) throws(StoreError) {
        guard let present = try presentDefinition(client) else { return try create(client) }
        guard present.source == Tree(Self.source) else {
            let source = present.source?.stringValue ?? "nothing"
            throw .unavailable(
                "there is a view \(name) of \(source) in \(client.address.label), and "
                    + "GUICHET_V2_VIEW would replace it: drop or rename it, or give another name")
        }
        if present.stages != .array(OldShapePipeline.stages) { try replace(client) }
    }

    private static let source = MongoCollection.tickets.rawValue

    private var definition: [Tree.Field] {
        [
            .init("viewOn", Tree(Self.source)),
            .init("pipeline", .array(OldShapePipeline.stages)),
        ]
    }

    private func create(_ client: MongoClient) throws(StoreError) {
        do throws(MongoFailure) {
            try client.run([.init("create", Tree(name))] + definition)
        } catch {
            guard error.isTakenName else { throw error.unavailable(client.address) }
            throw .unavailable(
                "there is a collection \(name) in \(client.address.label), and GUICHET_V2_VIEW "
                    + "needs that name: drop or rename it, or give another name")
        }
    }

    /// `collMod` leaves no moment without a view, but needs the role dbAdmin; readWrite is enough
    /// for the other way.
    private func replace(_ client: MongoClient) throws(StoreError) {
        do throws(MongoFailure) {
            try client.run([.init("collMod", Tree(name))] + definition)
        } catch {
            guard error.isUnauthorized else { throw error.unavailable(client.address) }
            do throws(MongoFailure) {
                try client.run([.init("drop", Tree(name))])
            } catch {
                throw error.unavailable(client.address)
            }
            try create(client)
        }
    }

    /// The view of this name; nil: there is none, though there may be a collection.
    private func presentDefinition(
        _ client: MongoClient
    ) throws(StoreError) -> (source: Tree?, stages: Tree?)? {
        guard let found = try client.view(name).next(),
            case .object(let options)? = found.first(where: { $0.name == "options" })?.value
        else { return nil }
        func option(_ name: ExactText) -> Tree? { options.first { $0.name == name }?.value }
        return (option("viewOn"), option("pipeline"))
    }
}

extension MongoClient {
    /// What the server knows of the view. A collection's answer would have types that records lack.
    fileprivate func view(_ name: String) throws(StoreError) -> MongoCursor {
        let filter = Tree.object([.init("name", Tree(name)), .init("type", .string("view"))])
        guard let options = NativeBSON(BSONDocument([.init("filter", filter)])),
            let database = unsafe mongoc_client_get_database(client, address.database)
        else { throw MongoFailure(unencodable: "the query").unavailable(address) }
        defer { unsafe mongoc_database_destroy(database) }
        guard
            let cursor = unsafe mongoc_database_find_collections_with_opts(
                database, options.pointer)
        else { throw MongoFailure(unencodable: "the query").unavailable(address) }
        return unsafe MongoCursor(cursor, of: self)
    }
}

extension MongoFailure {
    /// NamespaceExists.
    fileprivate var isTakenName: Bool { code == 48 }
    /// Unauthorized.
    fileprivate var isUnauthorized: Bool { code == 13 }
}
