// The store's size, as last measured: a page of metrics never waits for a store.

import Synchronization
import Tickets

final class StoreRoom: Sendable {
    /// Seconds between two measurements.
    static let intervalSeconds = 30

    private let size = Mutex<StoreSize?>(nil)

    /// nil: not measured yet, or unknown.
    var newest: StoreSize? { size.withLock { $0 } }

    func note(_ newest: StoreSize?) { size.withLock { $0 = newest } }
}
