// Bounds the incomplete requests and messages of a worker together; each also has a bound of its
// own. A peer that sends half a message and stops must not hold memory that others need.

import Observability
import Reactor

/// The received part of a request or message.
struct UnfinishedInput {
    let bytes: Int
    /// Monotonic milliseconds of its first byte.
    let since: Int64
}

/// Confined to the worker's thread.
final class UnfinishedInputs {
    /// Smaller parts are not worth closing.
    private static let worthyBytes = 4096
    /// A message that completes within this time is harmless.
    private static let unfinishedMs: Int64 = 1000

    private unowned let worker: Worker
    private let shareBytes: Int
    private var bytes = 0
    private var isShedding = false

    /// `shareBytes`: the limit of this worker.
    init(_ worker: Worker, shareBytes: Int) {
        self.worker = worker
        self.shareBytes = shareBytes
    }

    /// `change`: bytes added, or negative.
    func count(_ change: Int) {
        bytes += change
        guard bytes > shareBytes, !isShedding else { return }
        // In a later turn: the caller is in the middle of reading.
        isShedding = true
        _ = worker.loop.schedule(afterMilliseconds: 0) { [unowned self] in
            isShedding = false
            shed(bytes - shareBytes / 4 * 3, olderThanMs: 0)
        }
    }

    /// Memory is short: drops the oldest incomplete input first. Returns the freed bytes.
    func shed(forExcess excess: Int) -> Int {
        guard excess > 0, bytes > 0 else { return 0 }
        return shed(excess, olderThanMs: Self.unfinishedMs)
    }

    @discardableResult
    private func shed(_ excess: Int, olderThanMs ageMs: Int64) -> Int {
        guard excess > 0 else { return 0 }
        let now = worker.loop.now
        let held = worker.sessions.values.compactMap { session in
            session.unfinished.flatMap { input in
                input.bytes >= Self.worthyBytes && now - input.since >= ageMs
                    ? (session: session, input: input) : nil
            }
        }
        var (count, freed) = (0, 0)
        for (session, input) in held.sorted(by: { $0.input.since < $1.input.since })
        where freed < excess {
            session.shedUnfinished()
            freed += input.bytes
            count += 1
        }
        guard count > 0 else { return 0 }
        worker.metrics.shed += count
        worker.context.log.warn(
            "input_shed", [("connections", "\(count)"), ("received_bytes", "\(freed)")])
        return freed
    }
}

extension WorkerSession {
    var unfinished: UnfinishedInput? { nil }
    func shedUnfinished() {}
}
