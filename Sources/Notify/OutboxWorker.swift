// The thread of one target: leases entries, delivers them, settles them. A target that is down
// delays no other target.

import Glibc
import Hub
import Observability
import Reactor
import Text
import Tickets

final class OutboxWorker {
    enum Signal: Sendable { case ring, stop }

    private let inbox: Mailbox<Signal>
    private let store: any OutboxStore
    private let transport: any DeliveryTransport
    private let settings: OutboxSettings
    private let metrics: OutboxMetrics
    private let log: Log
    private var isStopping = false
    /// Monotonic time in milliseconds until which the receiver has asked for a pause.
    private var restsUntil: Int64 = 0

    private static let pollMilliseconds = 1000
    private static let batchMax = 16

    init(
        _ inbox: Mailbox<Signal>, _ store: any OutboxStore, _ transport: any DeliveryTransport,
        _ settings: OutboxSettings, _ metrics: OutboxMetrics, _ log: Log
    ) {
        self.inbox = inbox
        self.store = store
        self.transport = transport
        self.settings = settings
        self.metrics = metrics
        self.log = log
    }

    func run() {
        var isBusy = false
        while !isStopping {
            inbox.wait(timeoutMilliseconds: isBusy ? 0 : Self.pollMilliseconds)
            look()
            guard !isStopping else { return }
            do throws(StoreError) {
                isBusy = try deliverDue()
            } catch {
                isBusy = false
                log.error(
                    "outbox_failed",
                    [("target", transport.target.name.string), ("reason", error.description)])
                usleep(500_000)
            }
        }
    }

    private func look() {
        for signal in inbox.drain() where signal == .stop { isStopping = true }
    }

    /// Returns whether there may be more entries.
    private func deliverDue() throws(StoreError) -> Bool {
        guard !isResting else { return false }
        let now = now
        let taken = try store.take(
            transport.target, now: now,
            leasedUntil: now.advanced(byMilliseconds: Int64(settings.leaseSeconds) * 1000),
            limit: Self.batchMax)
        var rest = taken[...]
        var released: [LeasedEntry] = []
        /// Tickets with a failed entry: later entries of the ticket wait for it.
        var held: Set<TicketID> = []
        while let leased = rest.first {
            look()
            // Entries that cannot be delivered before the lease ends are left to the next lease.
            let end = self.now.advanced(byMilliseconds: Int64(transport.secondsMax + 1) * 1000)
            guard !isStopping, end < leased.leasedUntil, !isResting else { break }
            rest.removeFirst()
            if let ticket = leased.entry?.ticket, held.contains(ticket) {
                released.append(leased)
                continue
            }
            let outcome = try outcome(of: leased)
            try settle(leased, outcome)
            if case .retry = outcome, transport.target.keepsOrder, let entry = leased.entry {
                held.insert(entry.ticket)
            }
        }
        released += rest
        if !released.isEmpty {
            _ = try store.settle(released.map { OutboxResult($0, .released) }, now: self.now)
        }
        return taken.count == Self.batchMax
    }

    private func outcome(of leased: LeasedEntry) throws(StoreError) -> OutboxOutcome {
        let reason: String
        var earliest: Timestamp?
        do throws(StoreError) {
            switch try deliver(leased) {
            case .delivered: return .sent
            case .unnecessary(let why):
                log.info("outbox_skipped", [("entry", leased.id.string), ("reason", why)])
                return .sent
            case .refused(let why): return .dead(reason: why)
            case .failed(let why, let retryAfter):
                reason = why
                if let retryAfter {
                    earliest = now.advanced(byMilliseconds: Int64(retryAfter) * 1000)
                    restsUntil = monotonicMilliseconds() + Int64(retryAfter) * 1000
                }
            }
        } catch {
            // Damage concerns this entry only; an unavailable store concerns all.
            guard case .corrupt(let why) = error else { throw error }
            reason = why
        }
        let outcome = settings.retries.outcome(
            afterAttempts: leased.attempts, reason: reason, now: now)
        if case .retry(let at, _) = outcome, let earliest, at < earliest {
            return .retry(at: earliest, reason: reason)
        }
        return outcome
    }

    private func deliver(_ leased: LeasedEntry) throws(StoreError) -> Delivery {
        guard leased.attempts <= settings.retries.attemptsMax else {
            return .refused("every try ended without an outcome")
        }
        guard let entry = leased.entry else { return .failed("the entry cannot be read") }
        guard let (event, snapshot) = try store.event(entry.seq, of: entry.ticket) else {
            return .failed("event \(entry.seq) of ticket \(entry.ticket) is not there")
        }
        return try transport.deliver(event, snapshot, entry)
    }

    private func settle(_ leased: LeasedEntry, _ outcome: OutboxOutcome) throws(StoreError) {
        let settled = try store.settle([OutboxResult(leased, outcome)], now: now)
        guard settled.contains(leased.id) else {
            return log.warn("outbox_overtaken", [("entry", leased.id.string)])
        }
        let age = leased.entry.map { now.elapsed(since: $0.at) } ?? 0
        metrics.note(outcome, of: transport.target, ageMs: age)
        switch outcome {
        case .sent:
            log.info(
                "outbox_sent", [("entry", leased.id.string), ("attempts", "\(leased.attempts)")])
        case .retry(let at, let reason):
            log.warn(
                "outbox_retry",
                [("entry", leased.id.string), ("due", at.rfc3339), ("reason", reason)])
        case .dead(let reason):
            log.error("outbox_dead", [("entry", leased.id.string), ("reason", reason)])
        case .released: break
        }
    }

    private var isResting: Bool { monotonicMilliseconds() < restsUntil }

    private var now: Timestamp { Timestamp(milliseconds: wallClockMilliseconds()) }
}
