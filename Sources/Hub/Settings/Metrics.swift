// Counters behind /metrics. Those of a worker are its own and are copied out once a second.

import Reactor
import Synchronization
import Wire

/// A counter that several threads may add to, none of them on the fan-out path.
final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    func add(_ amount: Int) { value.add(amount, ordering: .relaxed) }
    var current: Int { value.load(ordering: .relaxed) }
}

final class JournalMetrics: Sendable {
    let commands = Counter()
    let events = Counter()
    let batches = Counter()
    let failures = Counter()
    let indeterminate = Counter()
    let storeNanoseconds = Counter()
    /// Microseconds that a durable write took.
    let storeLatency = Histogram(bounds: [
        250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
        2_500_000, 5_000_000, 10_000_000,
    ])
    let batchEvents = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
    let clockJumps = Counter()
    /// Milliseconds from an alarm's time to its event.
    let alarmLateness = Histogram(bounds: [10, 50, 100, 250, 500, 1000, 10_000, 60_000, 3_600_000])
    /// Tickets with a warning or a deadline to come.
    private let alarms = Atomic<Int>(0)
    /// Monotonic milliseconds of the newest failed write that no written batch has followed; 0: none.
    private let failedAt = Atomic<Int64>(0)

    /// For how long after a failed write the store is not said to be ready.
    private static let failureMemoryMs: Int64 = 5000

    func noteAlarms(open count: Int) { alarms.store(count, ordering: .relaxed) }
    var openAlarms: Int { alarms.load(ordering: .relaxed) }

    func noteFailure(at now: Int64) {
        failures.add(1)
        failedAt.store(now, ordering: .relaxed)
    }

    func isFailing(at now: Int64) -> Bool {
        let last = failedAt.load(ordering: .relaxed)
        return last != 0 && now - last < Self.failureMemoryMs
    }

    func note(events count: Int, nanoseconds: Int64) {
        failedAt.store(0, ordering: .relaxed)
        events.add(count)
        batches.add(1)
        storeNanoseconds.add(Int(nanoseconds))
        storeLatency.observe(Int(nanoseconds / 1000))
        batchEvents.observe(count)
    }
}

/// One worker's counters.
struct WorkerMetrics: Sendable {
    var connections = 0
    var webSockets = 0
    var accepted = 0
    var httpRequests = 0
    var refusedConnections = 0
    var frames = 0
    var deliveries = 0
    var deliveredBytes = 0
    var droppedEphemeral = 0
    var behind = 0
    var queuedBytes = 0
    var staleEvents = 0
    var loopLagMs = 0
    var rooms = 0
    var receivedBytes = 0
    var sentBytes = 0
    var acceptOverloads = 0
    var shed = 0
    /// By close code; 0 stands for those that applications may choose.
    private(set) var closes: [UInt16: Int] = [:]
    /// HTTP answers of 400 and above, by status.
    var rejections: [Int: Int] = [:]
    var refusals: [String: Int] = [:]

    /// A peer can say any of 2,000 codes of its own: they count as one, so that nobody makes series.
    mutating func note(closeCode code: UInt16) {
        let isForApplications = code >= 3000 && code != CloseCode.tokenExpired.rawValue
        closes[isForApplications ? 0 : code, default: 0] += 1
    }
}

/// The workers' newest snapshots.
final class MetricsBoard: Sendable {
    private let snapshots: Mutex<[WorkerMetrics]>
    /// Monotonic milliseconds of each worker's newest.
    private let times: Mutex<[Int64]>
    /// Microseconds of the longest turn of each second and worker.
    let loopLag = Histogram(bounds: [
        1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    ])

    init(workers: Int) {
        snapshots = Mutex(Array(repeating: WorkerMetrics(), count: workers))
        times = Mutex(Array(repeating: monotonicMilliseconds(), count: workers))
    }

    func post(_ metrics: WorkerMetrics, from worker: Int) {
        snapshots.withLock { $0[worker] = metrics }
        times.withLock { $0[worker] = monotonicMilliseconds() }
    }

    /// Milliseconds since the worker that has said nothing for longest said something.
    var longestSilence: Int64 {
        let now = monotonicMilliseconds()
        return times.withLock { times in times.map { now - $0 }.max() ?? 0 }
    }

    var all: [WorkerMetrics] { snapshots.withLock { $0 } }
}
