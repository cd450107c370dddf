// Writes what follows from durable events on a thread of its own, beside the insert of the next events.
// Others who need all of it written take the thread's place meanwhile.

internal import Reactor
internal import Synchronization
internal import Tickets

final class DerivedWriter: Sendable {
    private enum Signal: Sendable { case look, retryPendingWrites, stop }

    let queue = DerivedQueue()
    private let inbox: Mailbox<Signal>
    private let writes: Mutex<DerivedWrites>
    /// Programs that write whole batches never need one.
    private let thread = Mutex<LoopThread?>(nil)

    init(_ address: MongoAddress, isBulk: Bool = false) throws(StoreError) {
        do throws(SystemError) {
            inbox = try Mailbox()
        } catch {
            throw .unavailable(error.description)
        }
        writes = Mutex(try DerivedWrites(address, isBulk: isBulk))
    }

    /// Lends the writes, with all batches that were added before.
    func exclusively<Result: Sendable, Failure: Error>(
        _ body: (DerivedWrites) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try writes.withLock { writes throws(Failure) in
            for batch in queue.takeAll() { writes.absorb(batch) }
            defer { queue.note(writes) }
            return try body(writes)
        }
    }

    /// Returns at once; the thread writes it, in order.
    func handOver(_ batch: DurableBatch) {
        queue.add(batch)
        if isRunning() {
            inbox.post(.look)
        } else {
            // A failure shows in `derived`; it is still pending.
            exclusively { try? $0.writePending() }
        }
    }

    /// Makes up for what is not written or not confirmed.
    func retryPendingWrites() {
        guard queue.needsTending else { return }
        if thread.withLock({ $0 != nil }) {
            inbox.post(.retryPendingWrites)
        } else {
            exclusively { $0.retryPendingWrites() }
        }
    }

    /// Writes the rest and ends the thread.
    func stop() {
        guard let running = thread.withLock({ $0 }) else { return }
        inbox.post(.stop)
        running.join()
    }

    private func isRunning() -> Bool {
        thread.withLock { thread in
            if thread == nil { thread = try? LoopThread.start(name: "derived") { self.run() } }
            return thread != nil
        }
    }

    private func run() {
        while true {
            inbox.wait()
            let signals = inbox.drain()
            let isStopping = signals.contains(.stop)
            if signals.contains(.retryPendingWrites), !isStopping {
                exclusively { $0.retryPendingWrites() }
            } else if !isStopping || !queue.isFailing {
                exclusively { try? $0.writePending() }
            }
            if isStopping { return }
        }
    }
}
