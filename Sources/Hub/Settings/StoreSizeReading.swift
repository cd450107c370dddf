// How much room the store takes, as it said last: a page of metrics never waits for a store.

import Synchronization
import Tickets

final class StoreRoom: Sendable {
    /// Seconds between two questions.
    static let intervalSeconds = 30

    private let size = Mutex<StoreSize?>(nil)

    /// nil: it has not said yet, or cannot tell.
    var newest: StoreSize? { size.withLock { $0 } }

    func note(_ newest: StoreSize?) { size.withLock { $0 = newest } }
}
