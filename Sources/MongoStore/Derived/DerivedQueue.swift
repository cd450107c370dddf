// Batches whose events are durable and whose snapshots, words and counts are not written yet. Shared by
// the journal, which adds, the writer, which takes, and readers, which wait for what was acknowledged.

private import Glibc
internal import Reactor
internal import Synchronization
internal import Tickets

/// A batch whose events are durable.
struct DurableBatch: Sendable {
    let batch: StoreBatch
    /// nil: it changes no statistics, or its counts follow from the log.
    let name: BatchName?
    /// nil: it had no events.
    let insert: ConfirmedInsert?
    /// Monotonic.
    let at = monotonicMilliseconds()
}

/// An insert that a majority has on its journal.
struct ConfirmedInsert: Sendable {
    /// The election of the primary that answered; empty for a standalone server.
    let election: [UInt8]
    /// Of the inserting client: see `PrimaryWatch`.
    let changes: Int
    /// Rounds of derived writes that had been answered before the insert was sent.
    let after: Int
}

final class DerivedQueue: Sendable {
    private struct State {
        var batches: [DurableBatch] = []
        /// Batches added so far.
        var added = 0
        /// Of these, the oldest that are written.
        var written = 0
        var rounds = 0
        /// Of batches that were taken.
        var events = 0
        var names = 0
        var isFailing = false
        var needsTending = false
        var oldestAt: Int64?
        var derived = DerivedState()

        /// Something is still to be written, and was not refused just now.
        var isBusy: Bool { written < added && !isFailing }
        var msBehind: Int64 { oldestAt.map { monotonicMilliseconds() - $0 } ?? 0 }
        var eventsBehind: Int { batches.reduce(events) { $0 + $1.batch.events.count } }
        var namesKept: Int { batches.reduce(names) { $0 + ($1.name == nil ? 0 : 1) } }
    }

    private let state = Mutex(State())

    func add(_ batch: DurableBatch) {
        state.withLock { state in
            state.batches.append(batch)
            state.added += 1
            if state.oldestAt == nil { state.oldestAt = batch.at }
        }
    }

    /// For the writer alone.
    func takeAll() -> [DurableBatch] {
        state.withLock { state in
            defer {
                state.events = state.eventsBehind
                state.names = state.namesKept
                state.batches = []
            }
            return state.batches
        }
    }

    /// What the writer has done with all that it has taken.
    func note(_ writes: DerivedWrites) {
        let isWritten = writes.pending.isEmpty
        let names = writes.pending.statistics.count + writes.unconfirmed.names
        let needsTending = !isWritten || !writes.unconfirmed.isEmpty || !writes.claims.isEmpty
        let (events, rounds, derived) = (writes.pending.events, writes.rounds, writes.state)
        state.withLock { state in
            state.events = events
            state.names = names
            state.rounds = rounds
            state.derived = derived
            state.needsTending = needsTending
            state.isFailing = !isWritten
            guard isWritten else {
                state.oldestAt = state.oldestAt ?? monotonicMilliseconds()
                return
            }
            state.written = state.added - state.batches.count
            state.oldestAt = state.batches.first?.at
        }
    }

    /// Rounds of derived writes that have been answered.
    var rounds: Int { state.withLock { $0.rounds } }

    /// All that was added is written.
    var isIdle: Bool { state.withLock { $0.written == $0.added && !$0.isFailing } }

    var isFailing: Bool { state.withLock { $0.isFailing } }

    /// Something is not written, or not confirmed.
    var needsTending: Bool { state.withLock { $0.needsTending || $0.written < $0.added } }

    /// Whether another batch may be inserted.
    enum Room {
        case free
        /// The writer is behind, and works.
        case late
        /// The writer works, and more would not be found after a crash: see `PendingWrites`.
        case full
        /// As full, and only a wait for a majority makes room.
        case stuck
    }

    /// Under load, lists are no further behind than this and one round. A stop takes no longer.
    static let lagMaxMs: Int64 = 2000

    /// Room is left for the batch to come.
    var room: Room {
        state.withLock { state in
            if state.eventsBehind >= PendingWrites.eventsMax
                || state.namesKept >= PendingStatistics.namesKept - 2
            {
                return state.isBusy ? .full : .stuck
            }
            // While writing fails, events are taken all the same.
            return state.isBusy && state.msBehind >= Self.lagMaxMs ? .late : .free
        }
    }

    var derived: DerivedState {
        state.withLock { state in
            var derived = state.derived
            derived.eventsBehind = state.eventsBehind
            derived.msBehind = state.msBehind
            return derived
        }
    }

    /// Returns when all that has been added until now is written, so that whoever was told of an
    /// event finds it: what gathers is written together, so that is two rounds at most.
    ///
    /// While the server does not take such writes, readers wait no longer than its oldest one has
    /// waited for `milliseconds`. Then the answer is the time until when nothing is missing.
    func awaitWritten(milliseconds: Int64) -> Timestamp? {
        let target = state.withLock { $0.added }
        while let age = age(ofMissingUpTo: target) {
            if age >= milliseconds {
                return Timestamp(milliseconds: wallClockMilliseconds() - age)
            }
            Self.pause()
        }
        return nil
    }

    /// nil: nothing is missing.
    private func age(ofMissingUpTo target: Int) -> Int64? {
        state.withLock { state in
            guard state.written < target || state.isFailing else { return nil }
            return state.msBehind
        }
    }

    /// A write takes a few hundred microseconds.
    static func pause() { usleep(200) }
}

/// The queue of the newest store that an opener has opened, for its readers.
final class NewestDerivedQueue: Sendable {
    private let newest = Mutex<DerivedQueue?>(nil)
    private let milliseconds: Int64

    static let usualMs: Int64 = 4000

    /// - Parameter milliseconds: how long readers wait for a write at most.
    init(milliseconds: Int64 = usualMs) { self.milliseconds = milliseconds }

    func note(_ queue: DerivedQueue) { newest.withLock { $0 = queue } }

    /// As `DerivedQueue.awaitWritten`.
    @discardableResult
    func awaitWritten() -> Timestamp? {
        newest.withLock { $0 }?.awaitWritten(milliseconds: milliseconds)
    }
}
