// Finds collections and indexes that a start makes and the database lacks. Without its indexes a list
// is slow, and without a unique one nothing but the journal keeps keys apart.

import Text
internal import Tickets

struct MongoMissingIndexes {
    let client: MongoClient

    /// Collections whose documents follow from the events, or are written when people sign in again.
    private static let derived: Set<MongoCollection> = [.tickets, .people, .search, .names]

    func differences() throws(StoreError) -> [StoreDifference] {
        var found: [StoreDifference] = []
        for (collection, indexes) in MongoSchema.expected {
            let there = try MongoSchema.names(of: collection, client)
            if there.isEmpty {
                let isDerived = Self.derived.contains(collection)
                let text = MissingPart.described(
                    "collection", collection.rawValue, isDerived: isDerived)
                found.append(StoreDifference(text, .clearing))
                continue
            }
            for name in indexes.compactMap(MongoSchema.name) where !there.contains(name) {
                found.append(
                    StoreDifference(
                        "\(collection.rawValue): the index “\(name)” is missing", .clearing))
            }
        }
        return found
    }

    /// Makes them, with their collections.
    func repair(_ collection: MongoCollection, _ indexes: [Tree]) throws(StoreError) {
        let there = try MongoSchema.names(of: collection, client)
        for index in indexes {
            guard let name = MongoSchema.name(of: index), !there.contains(name) else { continue }
            do throws(MongoFailure) {
                try MongoSchema.create([index], of: collection, in: client)
            } catch {
                throw error.ofRepair(client.address)
            }
        }
    }
}
