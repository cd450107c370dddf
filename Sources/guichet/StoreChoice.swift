// The one place that names concrete stores.

import MongoStore
import SQLiteStore
import Tickets

enum StoreChoice {
    static let fallback = "sqlite:guichet.db"

    static func opener(_ text: String) throws -> any TicketStoreOpener {
        if text.hasPrefix("mongodb://") || text.hasPrefix("mongodb+srv://") {
            return MongoStoreOpener(uri: text)
        }
        if text.hasPrefix("sqlite:"), text.utf8.count > "sqlite:".utf8.count {
            return SQLiteStoreOpener(path: String(text.dropFirst("sqlite:".count)))
        }
        throw UsageError("--store must be sqlite:FILE or mongodb://…, not “\(text)”")
    }
}
