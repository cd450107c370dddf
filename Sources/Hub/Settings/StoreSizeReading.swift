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

extension StoreSizeReading {
    /// Measures from now on; while the store does not answer, the last size stays.
    func repeatMeasurement(on worker: Worker) {
        worker.requests.ask { reader throws(StoreError) in
            try reader.size()
        } then: { [unowned worker] (answer: Result<StoreSize?, TicketRejection>) in
            if case .success(let size) = answer { self.note(size) }
            _ = worker.loop.schedule(afterMilliseconds: Self.intervalSeconds * 1000) {
                [unowned worker] in self.repeatMeasurement(on: worker)
            }
        }
    }
}
