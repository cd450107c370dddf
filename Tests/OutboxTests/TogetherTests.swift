// Entries that are delivered together and settled in one write, as notifications are.

import Observability
import Outbox
import Testing
import Text
import Tickets

@Suite struct TogetherTests {
    private let bench: OutboxBench
    private let transport = TogetherTransport()
    private let loop: OutboxLoop

    init() throws {
        let bench = try OutboxBench(ScriptedTransport(.people))
        self.bench = bench
        loop = OutboxLoop(
            bench.store, transport, leaseSeconds: 10, retries: OutboxBench.retries, bench.metrics,
            bench.log,
            clock: OutboxClock(
                now: { bench.clock.now }, monotonicMilliseconds: { bench.clock.monotonic }))
    }

    private func run() throws { while try loop.deliverDue() {} }

    @Test func `a batch is settled in one write`() throws {
        try bench.fill(7)
        try run()
        #expect(transport.batches == [[1, 2, 3], [4, 5, 6], [7]])
        #expect(bench.store.settlements == 3)
        #expect(bench.count("sent_total") == 7)
    }

    @Test func `each entry of a batch has its own result`() throws {
        try bench.fill(3)
        let later = bench.clock.now.advanced(byMilliseconds: 500)
        transport.answers = [[.delivered, .postponed(until: later, "not yet"), .failed("damaged")]]
        try run()
        #expect(try bench.lines(.sent).count == 1)
        let waiting = try bench.lines(.waiting)
        #expect(Set(waiting.map(\.reason)) == ["not yet", "damaged"])
        bench.clock.pass(seconds: 1)
        try run()
        #expect(transport.batches.last == [2], "the failed one waits for its time")
    }

    @Test
    func `an unavailable store settles nothing, and all entries are due again after the lease`()
        throws
    {
        try bench.fill(2)
        transport.isStoreAway = true
        #expect(throws: StoreError.self) { try run() }
        #expect(bench.store.settlements == 0)
        transport.isStoreAway = false
        try run()
        #expect(transport.batches == [[1, 2]])
        bench.clock.pass(seconds: 11)
        try run()
        #expect(transport.batches == [[1, 2], [1, 2]])
    }

    /// The store's failures are no fault of an entry that only the store is needed for.
    @Test func `however often the store was away, an entry is delivered in the end`() throws {
        try bench.fill(1)
        transport.isStoreAway = true
        for _ in 0..<20 {
            #expect(throws: StoreError.self) { try run() }
            bench.clock.pass(seconds: 11)
        }
        transport.isStoreAway = false
        try run()
        #expect(try bench.lines(.sent).count == 1)
    }
}
