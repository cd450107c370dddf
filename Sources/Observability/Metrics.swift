// Counters behind /metrics. Each worker owns its counters and copies them out once a second.

import Reactor
import Synchronization
package import Wire

/// A counter for several threads, none of them on the fan-out path.
package final class Counter: Sendable {
    package init() {}

    private let value = Atomic<Int>(0)
    package func add(_ amount: Int) { value.add(amount, ordering: .relaxed) }
    package var current: Int { value.load(ordering: .relaxed) }
}

package final class JournalMetrics: Sendable {
    package init() {}

    package let commands = Counter()
    package let events = Counter()
    package let batches = Counter()
    package let failures = Counter()
    package let indeterminate = Counter()
    /// Failed writes of what follows from durable events.
    package let derivedFailures = Counter()
    package let derivedRepeats = Counter()
    package let storeNanoseconds = Counter()
    /// Microseconds of a durable write.
    package let storeLatency = Histogram(bounds: [
        250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
        2_500_000, 5_000_000, 10_000_000,
    ])
    package let batchEvents = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
    package let clockJumps = Counter()
    /// Milliseconds from an alarm's time to its event.
    package let alarmLateness = Histogram(bounds: [
        10, 50, 100, 250, 500, 1000, 10_000, 60_000, 3_600_000,
    ])
    /// Tickets with a warning or a deadline to come.
    private let alarms = Atomic<Int>(0)
    private let behind = Atomic<Int>(0)
    private let behindMs = Atomic<Int64>(0)
    /// Monotonic milliseconds of the newest failed write with no successful one after it; 0: none.
    private let failedAt = Atomic<Int64>(0)

    /// The store counts as not ready for this long after a failed write.
    private static let failureMemoryMs: Int64 = 5000

    package func noteAlarms(open count: Int) { alarms.store(count, ordering: .relaxed) }
    package var openAlarms: Int { alarms.load(ordering: .relaxed) }

    package func noteDerived(behind count: Int, milliseconds: Int64) {
        behind.store(count, ordering: .relaxed)
        behindMs.store(milliseconds, ordering: .relaxed)
    }

    package var derivedBehind: Int { behind.load(ordering: .relaxed) }
    package var derivedLagMs: Int64 { behindMs.load(ordering: .relaxed) }

    /// Lists and searches have lacked something for so long that another hub should be asked.
    package var isDerivedLate: Bool { derivedLagMs > Self.derivedLagMaxMs }

    private static let derivedLagMaxMs: Int64 = 10_000

    package func noteFailure(at now: Int64) {
        failures.add(1)
        failedAt.store(now, ordering: .relaxed)
    }

    package func isFailing(at now: Int64) -> Bool {
        let last = failedAt.load(ordering: .relaxed)
        return last != 0 && now - last < Self.failureMemoryMs
    }

    package func note(events count: Int, nanoseconds: Int64) {
        failedAt.store(0, ordering: .relaxed)
        events.add(count)
        batches.add(1)
        storeNanoseconds.add(Int(nanoseconds))
        storeLatency.observe(Int(nanoseconds / 1000))
        batchEvents.observe(count)
    }
}

/// One worker's counters.
package struct WorkerMetrics: Sendable {
    package init() {}

    package var connections = 0
    package var webSockets = 0
    package var accepted = 0
    package var httpRequests = 0
    package var refusedConnections = 0
    package var frames = 0
    package var deliveries = 0
    package var deliveredBytes = 0
    package var droppedEphemeral = 0
    package var behind = 0
    package var queuedBytes = 0
    package var staleEvents = 0
    package var loopLagMs = 0
    package var rooms = 0
    package var receivedBytes = 0
    package var sentBytes = 0
    package var acceptOverloads = 0
    package var shed = 0
    /// By close code; 0 counts all codes that applications may choose.
    package private(set) var closes: [UInt16: Int] = [:]
    /// HTTP answers of 400 and above, by status.
    package var rejections: [Int: Int] = [:]
    package var refusals: [String: Int] = [:]

    /// A peer can send any of 2,000 codes of its own: they count as one, so that peers cannot
    /// create series.
    package mutating func note(_ code: CloseCode) {
        let isForApplications = code.rawValue >= 3000 && code != .tokenExpired
        closes[isForApplications ? 0 : code.rawValue, default: 0] += 1
    }
}

/// The workers' newest snapshots.
package final class MetricsSnapshot: Sendable {
    private let snapshots: Mutex<[WorkerMetrics]>
    /// Monotonic milliseconds of each worker's newest snapshot.
    private let times: Mutex<[Int64]>
    /// Microseconds of the longest turn of each second and worker.
    package let loopLag = Histogram(bounds: [
        1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    ])

    package init(workers: Int) {
        snapshots = Mutex(Array(repeating: WorkerMetrics(), count: workers))
        times = Mutex(Array(repeating: monotonicMilliseconds(), count: workers))
    }

    package func post(_ metrics: WorkerMetrics, from worker: Int) {
        snapshots.withLock { $0[worker] = metrics }
        times.withLock { $0[worker] = monotonicMilliseconds() }
    }

    /// Milliseconds since the last report of the worker that has been silent longest.
    package var longestSilence: Int64 {
        let now = monotonicMilliseconds()
        return times.withLock { times in times.map { now - $0 }.max() ?? 0 }
    }

    package var all: [WorkerMetrics] { snapshots.withLock { $0 } }
}
