// Chooses the store. No other file names concrete stores.

import MongoStore
import SQLiteStore
import Tickets

enum StoreChoice {
    static let fallback = "sqlite:guichet.db"

    /// - Parameter isInspection: for commands that read and create nothing.
    static func opener(
        _ text: String, isInspection: Bool = false
    ) throws -> any TicketStoreOpener {
        if text.hasPrefix("mongodb://") || text.hasPrefix("mongodb+srv://") {
            return MongoStoreOpener(uri: text, isInspection: isInspection)
        }
        if text.hasPrefix("sqlite:"), text.utf8.count > "sqlite:".utf8.count {
            let path = String(text.dropFirst("sqlite:".count))
            guard path != ":memory:", !path.utf8.contains(0) else {
                throw UsageError(
                    "--store \(text): a store is a file, so that it outlives the hub; give a path")
            }
            return SQLiteStoreOpener(path: path, isInspection: isInspection)
        }
        throw UsageError("--store must be sqlite:FILE or mongodb://…, not “\(text)”")
    }
}
