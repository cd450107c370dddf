// The one loop of the outbox: leases the due entries of a target, has its transport deliver them,
// settles them. A crash in between leaves the lease, and the entry is delivered again under the
// same id when the lease ends.

package import Observability
import Reactor
import Text
package import Tickets

/// Owned by one thread.
package final class OutboxLoop {
    private let store: any OutboxStore
    private let transport: any DeliveryTransport
    private let leaseSeconds: Int
    private let metrics: OutboxMetrics
    private let log: Log
    private let clock: OutboxClock
    package var retries: RetrySchedule
    /// Monotonic time in milliseconds until which the receiver has asked for a pause.
    private var restsUntil: Int64 = 0
    private var setBackClock = SetBackClock()
    /// Results that are not settled yet, and the monotonic time before the first.
    private var results: [OutboxResult] = []
    private var unsettledSince: Int64 = 0

    private static let leasedSinglyMax = 128
    /// A crash repeats the deliveries that are not settled: so many, or those of so long.
    private static let unsettledMax = 64
    private static let unsettledMilliseconds: Int64 = 100

    package init(
        _ store: any OutboxStore, _ transport: any DeliveryTransport, leaseSeconds: Int,
        retries: RetrySchedule, _ metrics: OutboxMetrics, _ log: Log, clock: OutboxClock = .system
    ) {
        self.store = store
        self.transport = transport
        self.leaseSeconds = leaseSeconds
        self.retries = retries
        self.metrics = metrics
        self.log = log
        self.clock = clock
    }

    /// Delivers what is due now, as much as one lease takes. Returns whether there may be more.
    /// `isStopping` is asked before each delivery; what was not tried is released.
    package func deliverDue(isStopping: () -> Bool = { false }) throws(StoreError) -> Bool {
        guard !isResting else { return false }
        let (leasedMax, togetherMax) = sizes
        let now = clock.now()
        let leasedUntil = later(now, seconds: leaseSeconds)
        try watchClock(now, leasedUntil)
        let taken = try store.take(
            transport.target, now: now, leasedUntil: leasedUntil, limit: leasedMax)
        do throws(StoreError) {
            try deliver(taken, together: togetherMax, isStopping)
        } catch {
            // What was delivered should not be delivered again, if the store still takes it.
            try? settle()
            results.removeAll()
            throw error
        }
        return taken.count == leasedMax && !isStopping() && !isResting
    }

    private func deliver(
        _ taken: [LeasedEntry], together togetherMax: Int, _ isStopping: () -> Bool
    ) throws(StoreError) {
        var rest = taken[...]
        var released: [LeasedEntry] = []
        /// Tickets with a failed entry: later entries of the ticket wait for it.
        var held: Set<TicketID> = []
        // One of them may have crashed the process: settled one by one, a crash tells which.
        let isCareful = taken.contains { $0.isRetaken }
        while let first = rest.first {
            // Entries that cannot be delivered before the lease ends are left to the next lease.
            let end = later(clock.now(), seconds: transport.secondsMax + 1)
            guard !isStopping(), end < first.leasedUntil, !isResting else { break }
            if let ticket = first.entry?.ticket, held.contains(ticket) {
                released.append(rest.removeFirst())
                continue
            }
            let batch = Array(rest.prefix(togetherMax))
            rest = rest.dropFirst(togetherMax)
            if results.isEmpty { unsettledSince = clock.monotonicMilliseconds() }
            let newest = try deliver(batch)
            results += newest
            if isCareful || togetherMax > 1 || mustSettle { try settle() }
            guard transport.target.keepsOrder else { continue }
            for result in newest {
                if case .retry = result.outcome, let entry = result.entry.entry {
                    held.insert(entry.ticket)
                }
            }
        }
        try settle()
        released += rest
        guard !released.isEmpty else { return }
        _ = try store.settle(released.map { OutboxResult($0, .released) }, now: clock.now())
    }

    private var mustSettle: Bool {
        results.count >= Self.unsettledMax
            || clock.monotonicMilliseconds() - unsettledSince >= Self.unsettledMilliseconds
    }

    /// Entries and leases of a time that is the future again would wait until it comes.
    private func watchClock(
        _ now: Timestamp, _ leasedUntil: Timestamp
    ) throws(StoreError) {
        let monotonic = clock.monotonicMilliseconds()
        guard let step = setBackClock.look(wall: now.milliseconds, monotonic: monotonic) else {
            return
        }
        try store.bringForward(transport.target, now: now, leasedUntil: leasedUntil, by: step)
        setBackClock.note(wall: now.milliseconds, monotonic: monotonic)
    }

    private var sizes: (leased: Int, together: Int) {
        switch transport.manner {
        case .singly: (Self.leasedSinglyMax, 1)
        case .together(let count): (count, count)
        }
    }

    private func deliver(_ batch: [LeasedEntry]) throws(StoreError) -> [OutboxResult] {
        if case .singly = transport.manner, let leased = batch.first,
            leased.attempts > retries.attemptsMax
        {
            let reason = "every try ended without an outcome"
            return [OutboxResult(leased, .dead(reason: reason))]
        }
        let deliveries = try transport.deliver(batch, from: store)
        precondition(deliveries.count == batch.count, "a transport answers for each entry")
        return zip(batch, deliveries).map { OutboxResult($0, outcome(of: $1, $0)) }
    }

    private func outcome(of delivery: Delivery, _ leased: LeasedEntry) -> OutboxOutcome {
        switch delivery {
        case .delivered: return .sent
        case .unnecessary(let reason):
            log.info("outbox_skipped", [("entry", leased.id.string), ("reason", reason)])
            return .sent
        case .refused(let reason): return .dead(reason: reason)
        case .postponed(let until, let reason): return .retry(at: until, reason: reason)
        case .failed(let reason, let retryAfter):
            let now = clock.now()
            let outcome = retries.outcome(
                afterAttempts: leased.attempts, reason: reason, now: now)
            guard let retryAfter else { return outcome }
            restsUntil = clock.monotonicMilliseconds() + Int64(retryAfter) * 1000
            let earliest = later(now, seconds: retryAfter)
            if case .retry(let at, _) = outcome, at < earliest {
                return .retry(at: earliest, reason: reason)
            }
            return outcome
        }
    }

    private func settle() throws(StoreError) {
        guard !results.isEmpty else { return }
        let now = clock.now()
        let settled = try store.settle(results, now: now)
        defer { results.removeAll() }
        for result in results {
            guard settled.contains(result.entry.id) else {
                log.warn("outbox_overtaken", [("entry", result.entry.id.string)])
                continue
            }
            let age = result.entry.entry.map { now.elapsed(since: $0.at) } ?? 0
            metrics.note(result.outcome, of: transport.target, ageMs: age)
            note(result)
        }
    }

    private func note(_ result: OutboxResult) {
        let entry = result.entry
        if case .dead(let reason) = result.outcome {
            return log.error("outbox_dead", [("entry", entry.id.string), ("reason", reason)])
        }
        // What stays in the store is not worth a line for each event.
        guard case .singly = transport.manner else { return }
        switch result.outcome {
        case .sent:
            log.info(
                "outbox_sent", [("entry", entry.id.string), ("attempts", "\(entry.attempts)")])
        case .retry(let at, let reason):
            log.warn(
                "outbox_retry",
                [("entry", entry.id.string), ("due", at.rfc3339), ("reason", reason)])
        case .dead, .released: break
        }
    }

    private var isResting: Bool { clock.monotonicMilliseconds() < restsUntil }

    private func later(_ time: Timestamp, seconds: Int) -> Timestamp {
        time.advanced(byMilliseconds: Int64(seconds) * 1000)
    }
}

/// The times that the loop goes by; tests set their own.
package struct OutboxClock {
    package var now: () -> Timestamp
    package var monotonicMilliseconds: () -> Int64

    package init(now: @escaping () -> Timestamp, monotonicMilliseconds: @escaping () -> Int64) {
        self.now = now
        self.monotonicMilliseconds = monotonicMilliseconds
    }

    package static var system: OutboxClock {
        OutboxClock(
            now: { Timestamp(milliseconds: wallClockMilliseconds()) },
            monotonicMilliseconds: { Reactor.monotonicMilliseconds() })
    }
}
