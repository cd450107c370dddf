// The store's size, as last measured: a page of metrics never waits for a store.

import Reactor
import Synchronization
import Tickets

final class StoreSizeReading: Sendable {
    /// Seconds between two measurements.
    static let intervalSeconds = 30

    private let size = Mutex<StoreSize?>(nil)

    /// nil: not measured yet, or unknown.
    var newest: StoreSize? { size.withLock { $0 } }

    func note(_ newest: StoreSize?) { size.withLock { $0 = newest } }
}

extension Worker {
    /// Repeats; while the store does not answer, the last size stays.
    func measureStore() {
        ask { reader throws(StoreError) in
            try reader.size()
        } then: { [unowned self] (answer: Result<StoreSize?, TicketRejection>) in
            if case .success(let size) = answer { context.metrics.storeSize.note(size) }
            _ = loop.schedule(afterMilliseconds: StoreSizeReading.intervalSeconds * 1000) {
                [unowned self] in measureStore()
            }
        }
    }
}
