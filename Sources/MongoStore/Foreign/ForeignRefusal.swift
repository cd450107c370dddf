// Refuses writes to another program's collection, by a validator that no document fulfils, and
// takes that back. What was there before is kept inside the new validator.

internal import CMongo
import Text
package import Tickets

extension ForeignDatabase {
    /// `{_id: {$exists: false}}`: every document has an `_id`.
    private static let never = Tree.object([
        .init("_id", .object([.init("$exists", .bool(false))]))
    ])

    /// Returns false if writes were refused already.
    package func refuseWrites(to collection: String) throws(StoreError) -> Bool {
        let before = try validation(of: collection)
        guard !before.isRefusal else { return false }
        let kept = Tree.object([
            .init("$comment", .string("guichet cut-over; before: \(before.level) \(before.action)"))
        ])
        try set(
            Validation(
                validator: [
                    .init(
                        "$and", .array([Self.never, kept, .object(before.validator)]))
                ], level: "strict", action: "error"), of: collection)
        return true
    }

    /// Returns false if writes were not refused.
    package func releaseWrites(to collection: String) throws(StoreError) -> Bool {
        let refusal = try validation(of: collection)
        guard case .array(let parts)? = refusal.validator.first?.value, refusal.isRefusal,
            parts.count == 3, case .object(let before) = parts[2]
        else { return false }
        var words: [Substring] = []
        if case .object(let comment) = parts[1], case .string(let text)? = comment.first?.value {
            words = text.string.split(separator: " ")
        }
        try set(
            Validation(
                validator: before, level: words.dropLast().last.map(String.init) ?? "strict",
                action: words.last.map(String.init) ?? "error"),
            of: collection)
        return true
    }

    private struct Validation {
        var validator: [Tree.Field] = []
        var level = "strict"
        var action = "error"

        var isRefusal: Bool {
            guard let field = validator.first, field.name == "$and",
                case .array(let parts) = field.value
            else { return false }
            return parts.first == ForeignDatabase.never
        }
    }

    private func set(_ validation: Validation, of collection: String) throws(StoreError) {
        do throws(MongoFailure) {
            try client.run([
                .init("collMod", Tree(collection)),
                .init("validator", .object(validation.validator)),
                .init("validationLevel", Tree(validation.level)),
                .init("validationAction", Tree(validation.action)),
            ])
        } catch {
            throw error.unavailable(client.address)
        }
    }

    private func validation(of collection: String) throws(StoreError) -> Validation {
        guard
            let options = NativeBSON(
                BSONDocument([.init("filter", .object([.init("name", Tree(collection))]))])),
            let database = unsafe mongoc_client_get_database(client.client, client.address.database)
        else { throw .unavailable("\(label): the collection \(collection) cannot be read") }
        defer { unsafe mongoc_database_destroy(database) }
        guard
            let cursor = unsafe mongoc_database_find_collections_with_opts(
                database, options.pointer)
        else { throw .unavailable("\(label): the collection \(collection) cannot be read") }
        guard let bytes = try unsafe MongoCursor(cursor, of: client).nextBytes() else {
            throw .unavailable("\(label): there is no collection \(collection)")
        }
        return try Self.validation(in: bytes)
    }

    /// `options` of an answer whose other fields have types that records lack.
    private static func validation(in bytes: [UInt8]) throws(StoreError) -> Validation {
        var validation = Validation()
        guard let options = RawElements(bytes).first(where: { $0.name == "options" }) else {
            return validation
        }
        do throws(BSONError) {
            for field in try BSONReader.fields(of: Array(options.value)) {
                switch (field.name, field.value) {
                case ("validator", .object(let validator)): validation.validator = validator
                case ("validationLevel", .string(let level)): validation.level = level.string
                case ("validationAction", .string(let action)): validation.action = action.string
                default: break
                }
            }
        } catch {
            throw .unavailable(
                "the collection has a validator that cannot be kept: \(error.description)")
        }
        return validation
    }
}
